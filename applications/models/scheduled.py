"""Approved today, true on a later day: what was granted takes effect by itself when its moment has come."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.accounts.roles import MemberRight
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import moment
from merchants.people import objection_to


class ScheduledEffect(models.Model):
    """For kinds whose approval may wait. Until its moment it can be called off, with a reason that stays on record."""

    effect_due_at = models.DateTimeField(_("takes effect at"), null=True, blank=True)
    effected_at = models.DateTimeField(_("took effect at"), null=True, blank=True)
    called_off_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("called off by"),
    )
    called_off_note = models.CharField(_("why it was called off"), max_length=500, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_effect_or_called_off",
                condition=Q(effected_at=None) | Q(called_off_at=None),
                violation_error_message=_("What has taken effect cannot be called off."),
            ),
            models.CheckConstraint(
                name="%(class)s_called_off_whole",
                condition=Q(called_off_at=None, called_off_by=None, called_off_note="")
                | (Q(called_off_at__isnull=False, called_off_by__isnull=False) & ~Q(called_off_note="")),
                violation_error_message=_("What is called off says by whom, when and why."),
            ),
        ]

    def effect_moment(self, now: datetime) -> datetime:
        """From when on what is granted now is to be true. Every kind says."""
        raise NotImplementedError(f"{type(self).__name__} does not say when it takes effect")

    def make_true(self, *, by, now: datetime) -> None:
        """What was asked for is true. Every kind says how."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it makes true")

    def take_effect(self, *, by, now: datetime) -> None:
        """At once where its moment has come; otherwise it waits for the clock."""
        self.effect_due_at = self.effect_moment(now)
        if self.effect_due_at <= now:
            self._effect(by=by, now=now)

    def carry_out(self, *, by, now: datetime) -> None:
        """The moment has come. The clock's step; raises `Refused` where nothing waits, or not yet."""
        with self.acting("took_effect", by=by, now=now, unless=self._waiting_objection):
            if self.effect_due_at is None or self.effect_due_at > now:
                raise Refused(gettext("The moment for this has not come yet."), code="too_early")
            self._effect(by=by, now=now)

    def call_off(self, *, by, now: datetime, note: str) -> None:
        """Granted and not to become true after all, for a reason that its merchant reads, and everybody concerned is told."""
        with self.acting("called_off", by=by, now=now, unless=lambda: self.objection_to_call_off(by=by)):
            if not note.strip():
                raise Refused(gettext("Say why it is called off."), code="no_reason")
            self.called_off_at, self.called_off_by, self.called_off_note = now, by, note.strip()[:500]
            self.tell_of_calling_off(now=now)

    def tell_of_calling_off(self, *, now: datetime) -> None:
        """Who hears of it; a kind that warned others beforehand tells them as well."""
        self.tell("called_off", now=now)

    def objection_to_call_off(self, *, by) -> str:
        """Why this person cannot call it off, or "": open to who files for the merchant and to staff who may decide.

        The system's hand calls off what cannot come true any more, or what a stop has overtaken.
        """
        if sentence := self._waiting_objection():
            return sentence
        if by.system_name:
            return ""
        if by.is_staff:
            return self._reviewer_objection(by)
        return objection_to(MemberRight.CALL_OFF, by, self.customer)

    @property
    def has_taken_effect(self) -> bool:
        return self.effected_at is not None

    @property
    def waits_for_its_moment(self) -> bool:
        return self.status == self.Status.APPROVED and self.effected_at is None and self.called_off_at is None

    def _waiting_objection(self) -> str:
        if self.called_off_at:
            return gettext("This has been called off already; nothing of it takes effect.")
        if self.effected_at:
            return gettext(
                "This is in effect since %(when)s and cannot be called off any more. Please ask the branch."
            ) % {"when": moment(self.effected_at)}
        return (
            "" if self.waits_for_its_moment else gettext("Nothing of this application waits to take effect.")
        )

    def _effect(self, *, by, now: datetime) -> None:
        self.make_true(by=by, now=now)
        self.effected_at = now
