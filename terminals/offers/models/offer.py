from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.accounts.branches import Branch
from config.kernel.audit import AuditEvent
from config.kernel.clock import local_date
from config.kernel.lifecycle import Arrows, Lifecycle
from config.kernel.templatetags.formats import day

REWRITTEN = "offer_rewritten"
MOST_TERMINALS, MOST_PLACES = 99, 1_000_000


class OfferQuerySet(models.QuerySet):
    def visible_to(self, user) -> OfferQuerySet:
        """For staff those of the branch and below; for merchants what is published at their branches and above them."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        paths = Branch.objects.filter(merchants__memberships__user=user).values_list("path", flat=True)
        return self.filter(branch__in=on_the_way_to(paths), status__in=Offer.TOLD)

    def open_on(self, on: date) -> OfferQuerySet:
        """Those that can be enrolled in that day, as far as the offer itself goes."""
        return self.filter(status=Offer.Status.PUBLISHED, enrol_from__lte=on, enrol_until__gte=on)


def on_the_way_to(paths: Iterable[str]) -> set[int]:
    """The keys of the branches of these paths and of all above them."""
    return {int(key) for path in paths for key in path.strip("/").split("/")}


def _person(words) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=words
    )


class Offer(Lifecycle):
    """A preference for merchants with terminals in use: what it gives, from when to when, who may enrol, and how many.

    Written by one person and published by another; what is published is not written anew, since merchants have agreed to it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("offer", "Draft")
        PUBLISHED = "published", pgettext_lazy("offer", "Published")
        ENDED = "ended", pgettext_lazy("offer", "Ended")
        DISCARDED = "discarded", pgettext_lazy("offer", "Discarded")

    NEXT: ClassVar[Arrows] = {
        Status.DRAFT: frozenset({Status.PUBLISHED, Status.DISCARDED}),
        Status.PUBLISHED: frozenset({Status.ENDED}),
        Status.ENDED: frozenset(),
        Status.DISCARDED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.DRAFT: ("info", "pencil-square"),
        Status.PUBLISHED: ("ok", "check-circle"),
        Status.ENDED: ("mute", "no-symbol"),
        Status.DISCARDED: ("mute", "x-circle"),
    }
    # What merchants may know of.
    TOLD = (Status.PUBLISHED, Status.ENDED)
    LOCK_RANK = 9

    number = models.CharField(_("offer number"), max_length=20, unique=True)
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    title_zh = models.CharField(_("title (Chinese)"), max_length=60)
    title_en = models.CharField(_("title (English)"), max_length=120)
    benefit_zh = models.CharField(_("what it gives (Chinese)"), max_length=200)
    benefit_en = models.CharField(_("what it gives (English)"), max_length=400)
    terms_zh = models.TextField(_("terms (Chinese)"), max_length=2000)
    terms_en = models.TextField(_("terms (English)"), max_length=4000)
    rate_bp = models.PositiveSmallIntegerField(
        _("fee under the offer, basis points"), null=True, blank=True, validators=[MaxValueValidator(10_000)]
    )
    starts_on = models.DateField(_("valid from"))
    ends_on = models.DateField(_("valid until"))
    enrol_from = models.DateField(_("enrolment from"))
    enrol_until = models.DateField(_("enrolment until"))
    # Who may enrol. What is empty is not asked for.
    merchant_types = models.JSONField(_("merchant types"), default=list, blank=True)
    categories = models.JSONField(_("merchant categories (MCC)"), default=list, blank=True)
    divisions = models.JSONField(_("area of the terminals"), default=list, blank=True)
    min_terminals = models.PositiveSmallIntegerField(
        _("terminals in use at least"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TERMINALS)],
    )
    bars_violations = models.BooleanField(_("no open violation"), default=True)
    is_per_terminal = models.BooleanField(_("each terminal enrols by itself"), default=False)
    quota = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )
    # How many are enrolled now; written together with the enrolment that it counts.
    enrolled_count = models.PositiveIntegerField(_("enrolled"), default=0)
    written_at = models.DateTimeField(_("written at"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    rewritten_at = models.DateTimeField(_("last changed at"), null=True, blank=True)
    rewritten_by = _person(_("last changed by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = _person(_("published by"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = _person(_("ended by"))

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        permissions = [
            ("write_offer", _("Can write offers")),
            ("publish_offer", _("Can publish offers")),
            ("end_offer", _("Can end offers")),
        ]
        indexes = [models.Index(fields=["branch", "status", "-id"], name="offer_branch_status")]
        constraints = [
            models.CheckConstraint(
                name="offer_status_known",
                condition=Q(status__in=["draft", "published", "ended", "discarded"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="offer_places_not_oversold",
                condition=Q(quota=None) | Q(enrolled_count__lte=F("quota")),
                violation_error_message=_("All places of this offer are taken."),
            ),
            models.CheckConstraint(
                name="offer_has_places",
                condition=Q(quota=None) | Q(quota__gte=1),
                violation_error_message=_("An offer has at least one place."),
            ),
            models.CheckConstraint(
                name="offer_needs_a_terminal",
                condition=Q(min_terminals__gte=1),
                violation_error_message=_("Offers are for merchants with at least one terminal in use."),
            ),
            models.CheckConstraint(
                name="offer_rate_is_a_share",
                condition=Q(rate_bp=None) | Q(rate_bp__lte=10_000),
                violation_error_message=_("A fee is at most 10,000 basis points."),
            ),
            models.CheckConstraint(
                name="offer_period_in_order",
                condition=Q(starts_on__lte=F("ends_on")),
                violation_error_message=_("The offer ends on the day it begins or later."),
            ),
            models.CheckConstraint(
                name="offer_enrolment_in_order",
                condition=Q(enrol_from__lte=F("enrol_until"), enrol_until__lte=F("ends_on")),
                violation_error_message=_(
                    "Enrolment ends on the day it begins or later, and not after the offer itself."
                ),
            ),
            models.CheckConstraint(
                name="offer_rewritten_whole",
                condition=Q(rewritten_at=None, rewritten_by=None)
                | Q(rewritten_at__isnull=False, rewritten_by__isnull=False),
                violation_error_message=_("A change says when and by whom."),
            ),
            models.CheckConstraint(
                name="offer_published_whole",
                condition=(~Q(status__in=["published", "ended"]) & Q(published_at=None, published_by=None))
                | Q(
                    status__in=["published", "ended"],
                    published_at__isnull=False,
                    published_by__isnull=False,
                ),
                violation_error_message=_("A published offer says when and by whom it was published."),
            ),
            models.CheckConstraint(
                name="offer_published_by_second",
                condition=Q(published_by=None)
                | (
                    ~Q(published_by=F("written_by"))
                    & (Q(rewritten_by=None) | ~Q(published_by=F("rewritten_by")))
                ),
                violation_error_message=_("Whoever wrote an offer does not publish it."),
            ),
            models.CheckConstraint(
                name="offer_ended_whole",
                condition=(~Q(status="ended") & Q(ended_at=None, ended_by=None))
                | Q(status="ended", ended_at__isnull=False, ended_by__isnull=False),
                violation_error_message=_("An offer that has ended says when and by whom."),
            ),
            models.CheckConstraint(
                name="offer_enrols_once_published",
                condition=Q(status="published") | Q(enrolled_count=0),
                violation_error_message=_("Only a published offer has anybody enrolled."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # -- verbs --------------------------------------------------------------------------------------------------------

    def rewrite(self, answers: dict[str, Any], *, by, now: datetime) -> None:
        """The draft says this; whoever changed it does not publish it either."""
        with self.acting(REWRITTEN, by=by, now=now, unless=self.objection_to_rewriting):
            for name, value in answers.items():
                setattr(self, name, value)
            self.rewritten_at, self.rewritten_by = now, by

    def publish(self, *, by, now: datetime) -> None:
        """Merchants see it and can enrol from its day on; by somebody else than who wrote it."""
        with self.moving_to(self.Status.PUBLISHED, by=by, now=now):
            self.published_at, self.published_by = now, by

    def discard(self, *, by, now: datetime) -> None:
        """Never published."""
        with self.moving_to(self.Status.DISCARDED, by=by, now=now):
            pass

    # -- questions ----------------------------------------------------------------------------------------------------

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; two people for what is published, and time left to enrol."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target != self.Status.PUBLISHED:
            return ""
        if self._is_maker(by):
            return gettext("Whoever wrote or changed an offer does not publish it; a colleague has to.")
        if self.enrol_until < local_date(now):
            return gettext("The time for enrolment has passed already. Change the days first.")
        return ""

    def _is_maker(self, person) -> bool:
        """Whether some of what it says is this person's; whoever changed it and was followed by others is on record only."""
        if person.pk in (self.written_by_id, self.rewritten_by_id):
            return True
        return AuditEvent.objects.of(self).filter(action=REWRITTEN, by=person).exists()

    def objection_to_rewriting(self) -> str:
        """Why its words and conditions are fixed, or ""."""
        if self.status == self.Status.DRAFT:
            return ""
        return gettext("Only a draft is changed: merchants rely on what was published.")

    def objection_to_anybody(self, *, now: datetime) -> str:
        """Why nobody can enrol now, whoever asks, or ""."""
        on = local_date(now)
        if self.status != self.Status.PUBLISHED or self.ends_on < on:
            return gettext("This offer has ended and accepts nobody any more.")
        if on < self.enrol_from:
            return gettext("Enrolment begins on %(day)s.") % {"day": day(self.enrol_from)}
        if self.enrol_until < on:
            return gettext("Enrolment ended on %(day)s.") % {"day": day(self.enrol_until)}
        if self.places_left == 0:
            return gettext(
                "All places of this offer are taken. A place is free again when somebody withdraws."
            )
        return ""

    @property
    def places_left(self) -> int | None:
        """None where there is room for everybody."""
        return None if self.quota is None else self.quota - self.enrolled_count

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" else self.title_zh

    @property
    def benefit(self) -> str:
        return self.benefit_en if get_language() == "en" else self.benefit_zh

    @property
    def terms(self) -> str:
        return self.terms_en if get_language() == "en" else self.terms_zh

    @property
    def rate(self) -> str:
        """The fee in per cent, as it is said: 38 basis points are 0.38%; "" where it names none."""
        return "" if self.rate_bp is None else f"{self.rate_bp // 100}.{self.rate_bp % 100:02d}%"
