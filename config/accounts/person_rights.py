"""What a person asks about their own data, as rows: a copy of it, and the deletion of the account."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.accounts.own_data import what_keeps
from config.kernel.lifecycle import Arrows, Lifecycle
from config.privacy.fields import EncryptedTextField

DECIDE = "accounts.decide_deletionrequest"


class PersonalCopy(models.Model):
    """One copy. Its ZIP is encrypted at rest, gone after its days, and only the newest of a person is kept."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="personal_copies",
        verbose_name=gettext_lazy("person"),
    )
    made_at = models.DateTimeField(gettext_lazy("made at"))
    expires_at = models.DateTimeField(gettext_lazy("expires at"))
    content = EncryptedTextField(null=True, editable=False)

    class Meta:
        verbose_name = gettext_lazy("copy of personal data")
        verbose_name_plural = gettext_lazy("copies of personal data")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(content__isnull=False),
                name="personal_copy_one_kept",
                violation_error_message=gettext_lazy("Only the newest copy of a person's data is kept."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")),
                name="personal_copy_kept_for_a_time",
                violation_error_message=gettext_lazy("A copy is kept for some time after it was made."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.made_at}"


class DeletionRequest(Lifecycle):
    """A person wants their account deleted. What the bank has to keep by law stays with the merchant's record, not with the account."""

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("deletion", "Waits for the bank")
        GRANTED = "granted", pgettext_lazy("deletion", "Deleted")
        REFUSED = "refused", pgettext_lazy("deletion", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("deletion", "Taken back")

    NEXT: ClassVar[Arrows] = {
        Status.ASKED: frozenset({Status.GRANTED, Status.REFUSED, Status.WITHDRAWN}),
        **dict.fromkeys((Status.GRANTED, Status.REFUSED, Status.WITHDRAWN), frozenset()),
    }
    STATUS_TONES: ClassVar = {
        Status.ASKED: ("warn", "clock"),
        Status.GRANTED: ("mute", "trash"),
        Status.REFUSED: ("bad", "x-circle"),
        Status.WITHDRAWN: ("mute", "x-circle"),
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="deletion_requests",
        verbose_name=gettext_lazy("person"),
    )
    status = models.CharField(
        gettext_lazy("status"), max_length=10, choices=Status, default=Status.ASKED, editable=False
    )
    asked_at = models.DateTimeField(gettext_lazy("asked at"))

    class Meta:
        verbose_name = gettext_lazy("deletion of an account")
        verbose_name_plural = gettext_lazy("deletions of accounts")
        permissions = [("decide_deletionrequest", "Can grant or refuse the deletion of an account")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status="asked"),
                name="deletion_open_once",
                violation_error_message=gettext_lazy("You have asked for this already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "granted", "refused", "withdrawn"]),
                name="deletion_status_known",
                violation_error_message=gettext_lazy("This status is unknown."),
            ),
        ]

    def __str__(self) -> str:
        return _("Account %(number)d") % {"number": self.person_id}

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; the person takes it back, an administrator decides, and nothing may hang on the account."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.WITHDRAWN:
            return "" if by.pk == self.person_id else _("Only the person takes this back.")
        if not by.has_perm(DECIDE):
            return _("Only an administrator decides on the deletion of an account.")
        return "\n".join(what_keeps(self.person)) if target == self.Status.GRANTED else ""
