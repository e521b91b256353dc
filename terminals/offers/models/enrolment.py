from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.accounts.roles import MemberRight
from config.kernel.clock import local_date
from config.kernel.lifecycle import Arrows, Lifecycle, lock_in_order
from config.kernel.templatetags.formats import day
from merchants.people import objection_to
from terminals.offers.models.offer import Offer


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> EnrolmentQuerySet:
        """Of the merchants the person acts for; for staff, of the merchants of the branch and below."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(merchant__memberships__user=user)

    def live(self) -> EnrolmentQuerySet:
        return self.filter(status=Enrolment.Status.ENROLLED)


class Enrolment(Lifecycle):
    """A merchant, or one terminal of it, that takes part in an offer; it holds a place for as long as it does."""

    class Status(models.TextChoices):
        ENROLLED = "enrolled", pgettext_lazy("offer", "Enrolled")
        WITHDRAWN = "withdrawn", pgettext_lazy("offer", "Withdrawn")
        ENDED = "ended", pgettext_lazy("offer", "Ended")

    class Reason(models.TextChoices):
        TERMINAL_STOPPED = "terminal_stopped", _("The terminal was stopped.")
        TOO_FEW = "too_few", _("Too few terminals are left after a stop.")
        OVER = "over", _("The time of the offer is over.")
        CALLED_OFF = "called_off", _("The bank has ended the offer early.")

    NEXT: ClassVar[Arrows] = {
        Status.ENROLLED: frozenset({Status.WITHDRAWN, Status.ENDED}),
        Status.WITHDRAWN: frozenset(),
        Status.ENDED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.ENROLLED: ("ok", "check-circle"),
        Status.WITHDRAWN: ("mute", "x-circle"),
        Status.ENDED: ("mute", "no-symbol"),
    }
    LOCK_RANK = 10

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="enrolments", verbose_name=_("offer"))
    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="enrolments", verbose_name=_("merchant")
    )
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    # Of an offer that each terminal enrols in by itself.
    terminal = models.ForeignKey(
        "terminals.Terminal",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enrolments",
        verbose_name=_("terminal"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ENROLLED)
    enrolled_at = models.DateTimeField(_("enrolled at"))
    # Who ticked the agreement to the terms, for the merchant.
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("enrolled by")
    )
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("left by"),
    )
    reason = models.CharField(_("why it ended"), max_length=20, choices=Reason, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        indexes = [models.Index(fields=["branch", "status", "-id"], name="enrolment_branch_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "merchant"],
                condition=Q(status="enrolled", terminal=None),
                name="enrolment_once_per_merchant",
                violation_error_message=_("This merchant is enrolled already."),
            ),
            models.UniqueConstraint(
                fields=["offer", "terminal"],
                condition=Q(status="enrolled", terminal__isnull=False),
                name="enrolment_once_per_terminal",
                violation_error_message=_("This terminal is enrolled already."),
            ),
            models.CheckConstraint(
                name="enrolment_status_known",
                condition=Q(status__in=["enrolled", "withdrawn", "ended"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="enrolment_left_whole",
                condition=Q(status="enrolled", left_at=None, left_by=None)
                | (~Q(status="enrolled") & Q(left_at__isnull=False, left_by__isnull=False)),
                violation_error_message=_("An enrolment that is over says when and by whom."),
            ),
            models.CheckConstraint(
                name="enrolment_ended_for_a_reason",
                condition=(~Q(status="ended") & Q(reason=""))
                | Q(
                    status="ended",
                    reason__in=["terminal_stopped", "too_few", "over", "called_off"],
                ),
                violation_error_message=_("An enrolment that was ended says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer.number}/{self.pk}"

    # -- verbs --------------------------------------------------------------------------------------------------------

    def withdraw(self, *, by, now: datetime) -> None:
        """Taken back by its merchant before the offer begins; the place is free again."""
        with self._giving_up_its_place(self.Status.WITHDRAWN, by=by, now=now):
            pass

    def end(self, reason: str, *, by, now: datetime) -> None:
        """Over, for this reason of `Reason`; the place is free again. `ending` tells the merchant."""
        with self._giving_up_its_place(self.Status.ENDED, by=by, now=now):
            self.reason = reason

    @contextmanager
    def _giving_up_its_place(self, target: str, *, by, now: datetime) -> Iterator[None]:
        with transaction.atomic():
            lock_in_order(self.offer, self)
            with self.moving_to(target, by=by, now=now):
                yield
                self.left_at, self.left_by = now, by
            Offer.objects.filter(pk=self.offer_id).update(enrolled_count=F("enrolled_count") - 1)

    # -- questions ----------------------------------------------------------------------------------------------------

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; an owner withdraws, and before the offer begins."""
        if target == self.Status.WITHDRAWN and (
            sentence := objection_to(MemberRight.ENROL_IN_OFFERS, by, self.merchant)
        ):
            return sentence
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.WITHDRAWN and self.offer.starts_on <= local_date(now):
            return gettext("The offer has begun on %(day)s; until then an enrolment could be withdrawn.") % {
                "day": day(self.offer.starts_on)
            }
        return ""
