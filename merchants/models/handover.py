"""The hand-over of a merchant from one owner to a successor, which the bank checks before it holds."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.accounts.roles import MemberRight
from config.kernel.lifecycle import Arrows, Lifecycle
from merchants.models.membership import Membership
from merchants.models.merchant import Merchant
from merchants.people import objection_to, role_of

PERMISSION = "merchants.decide_handover"


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, user) -> HandOverQuerySet:
        """Those of the merchants that the person acts for, or serves."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def open(self) -> HandOverQuerySet:
        return self.filter(status__in=HandOver.OPEN)


class HandOver(Lifecycle):
    """An owner hands over to a member, who accepts; once the time to think is over the bank confirms or refuses."""

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("hand-over", "Waits for the successor")
        ACCEPTED = "accepted", pgettext_lazy("hand-over", "Waits for the bank")
        DONE = "done", pgettext_lazy("hand-over", "Handed over")
        DECLINED = "declined", pgettext_lazy("hand-over", "Declined by the successor")
        CALLED_OFF = "called_off", pgettext_lazy("hand-over", "Called off")
        REFUSED = "refused", pgettext_lazy("hand-over", "Refused by the bank")
        EXPIRED = "expired", pgettext_lazy("hand-over", "Not answered in time")

    OPEN = (Status.ASKED, Status.ACCEPTED)
    NEXT: ClassVar[Arrows] = {
        Status.ASKED: frozenset({Status.ACCEPTED, Status.DECLINED, Status.CALLED_OFF, Status.EXPIRED}),
        Status.ACCEPTED: frozenset({Status.DONE, Status.CALLED_OFF, Status.REFUSED}),
        **dict.fromkeys(
            (Status.DONE, Status.DECLINED, Status.CALLED_OFF, Status.REFUSED, Status.EXPIRED), frozenset()
        ),
    }
    STATUS_TONES: ClassVar = {
        Status.ASKED: ("info", "clock"),
        Status.ACCEPTED: ("warn", "clock"),
        Status.DONE: ("ok", "check-circle"),
        Status.DECLINED: ("mute", "x-circle"),
        Status.CALLED_OFF: ("mute", "x-circle"),
        Status.REFUSED: ("bad", "x-circle"),
        Status.EXPIRED: ("mute", "clock"),
    }
    LOCK_RANK = 3

    merchant = models.ForeignKey(
        Merchant, models.PROTECT, related_name="handovers", verbose_name=gettext_lazy("merchant")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("former owner")
    )
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("successor")
    )
    status = models.CharField(
        gettext_lazy("status"), max_length=10, choices=Status, default=Status.ASKED, editable=False
    )
    asked_at = models.DateTimeField(gettext_lazy("asked at"))
    answer_by = models.DateTimeField(gettext_lazy("to be answered by"))
    confirmable_from = models.DateTimeField(gettext_lazy("confirmed at the earliest"), null=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("hand-over of ownership")
        verbose_name_plural = gettext_lazy("hand-overs of ownership")
        permissions = [("decide_handover", "Can confirm or refuse a hand-over of ownership")]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(status__in=["asked", "accepted"]),
                name="handover_open_once",
                violation_error_message=gettext_lazy(
                    "A hand-over of this merchant is under way already. Call it off before you ask for another one."
                ),
            ),
            models.CheckConstraint(
                name="handover_to_somebody_else",
                condition=~Q(owner=F("successor")),
                violation_error_message=gettext_lazy("Nobody hands over to themselves."),
            ),
            models.CheckConstraint(
                name="handover_cools_once_accepted",
                condition=Q(status__in=["asked", "declined", "expired", "called_off"])
                | Q(status__in=["accepted", "done", "refused"], confirmable_from__isnull=False),
                violation_error_message=gettext_lazy(
                    "A hand-over that the successor accepted says from when it can be confirmed."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.merchant.number)

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; the successor answers, owners call off, the bank decides once the time is over."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        match target:
            case self.Status.ACCEPTED | self.Status.DECLINED:
                return self._objection_to_answer(by, now)
            case self.Status.CALLED_OFF:
                return objection_to(MemberRight.MANAGE_PEOPLE, by, self.merchant)
            case self.Status.DONE:
                return self._objection_to_decide(by) or self._objection_to_hold(now)
            case self.Status.REFUSED:
                return self._objection_to_decide(by)
        return ""

    def _objection_to_answer(self, by, now: datetime) -> str:
        if by.pk != self.successor_id:
            return _("Only the successor answers this.")
        return _("The time to answer is over. Ask the owner to begin again.") if now >= self.answer_by else ""

    def _objection_to_decide(self, by) -> str:
        return "" if by.has_perm(PERMISSION) else _("Only a supervisor of the bank decides on a hand-over.")

    def _objection_to_hold(self, now: datetime) -> str:
        if self.confirmable_from and now < self.confirmable_from:
            return _("The owner and the contact on record still have time to object.")
        if role_of(self.owner, self.merchant) != Membership.Role.OWNER:
            return _("Who asked for it is no longer an owner of the merchant. Refuse it.")
        if role_of(self.successor, self.merchant) is None or not self.successor.is_active:
            return _("The successor no longer acts for the merchant. Refuse it.")
        return ""
