"""A stop is revoked by two people before the clearance is complete: one asks and says why, another confirms."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models.steps.objections import RELEASE, REVIEW
from config.kernel.lifecycle import Refused


class Revocation(models.Model):
    """What is on record of a revocation. One that was not confirmed is gone, and the audit trail tells of it."""

    revocation_asked_at = models.DateTimeField(_("revocation asked for at"), null=True, blank=True)
    revocation_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revocation asked for by"),
    )
    revocation_note = models.CharField(_("why it is revoked"), max_length=500, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_revocation_asked_whole",
                condition=Q(revocation_asked_at=None, revocation_asked_by=None, revocation_note="")
                | (
                    Q(revocation_asked_at__isnull=False, revocation_asked_by__isnull=False)
                    & ~Q(revocation_note="")
                ),
                violation_error_message=_("Who asks for a revocation says when and why."),
            ),
            models.CheckConstraint(
                name="%(class)s_revoked_by_second",
                condition=Q(revoked_at=None, revoked_by=None)
                | (
                    Q(
                        revoked_at__isnull=False,
                        revoked_by__isnull=False,
                        revocation_asked_by__isnull=False,
                        effected_at__isnull=False,
                    )
                    & ~Q(revoked_by=F("revocation_asked_by"))
                ),
                violation_error_message=_(
                    "A stop that took effect is revoked by somebody else than who asks for it."
                ),
            ),
        ]

    def objection_to_undo(self) -> str:
        """Why nothing of it can be put back any more, or "". Every kind says."""
        raise NotImplementedError(f"{type(self).__name__} does not say what can be put back")

    def undo(self, *, by, now: datetime) -> None:
        """What it did is undone. Every kind says how."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is undone")

    # -- verbs --------------------------------------------------------------------------------------------------------

    def ask_revocation(self, *, by, now: datetime, note: str) -> None:
        """Somebody found that it should not have been; a second person looks and confirms."""
        with self.acting(
            "revocation_asked", by=by, now=now, unless=lambda: self.objection_to_ask_revocation(by=by)
        ):
            if not note.strip():
                raise Refused(gettext("Say why the stop is revoked."), code="no_reason")
            self.revocation_asked_at, self.revocation_asked_by = now, by
            self.revocation_note = note.strip()[:500]
            self.tell_supervisors("revocation_asked", now=now, besides=by)

    def revoke(self, *, by, now: datetime) -> None:
        """The second person agrees: what waits for its day is called off, what has happened is put back."""
        with self.acting("stop_revoked", by=by, now=now, unless=lambda: self.objection_to_revoke(by=by)):
            if self.effected_at is None:
                self.called_off_at, self.called_off_by = now, by
                self.called_off_note = self.revocation_note
                self.tell("called_off", now=now)
            else:
                self.undo(by=by, now=now)
                self.revoked_at, self.revoked_by = now, by
                self.tell("revoked", now=now)

    def decline_revocation(self, *, by, now: datetime, note: str) -> None:
        """The second person disagrees: it stays, and can be asked for again for another reason."""
        with self.acting(
            "revocation_declined", by=by, now=now, unless=lambda: self.objection_to_revoke(by=by)
        ):
            if not note.strip():
                raise Refused(gettext("Say why the stop is not revoked."), code="no_reason")
            self.remarks.create(action="revocation_declined", text=note.strip(), by=by, at=now)
            self.revocation_asked_at = self.revocation_asked_by = None
            self.revocation_note = ""

    # -- why not ------------------------------------------------------------------------------------------------------

    def objection_to_ask_revocation(self, *, by) -> str:
        """Why this person cannot ask that it be revoked, or ""."""
        if sentence := self._revocation_objection():
            return sentence
        if self.revocation_asked_at:
            return gettext("The revocation is asked for already and waits for a second person.")
        return "" if self._may(by, REVIEW) else gettext("Only reviewers of the branch ask for a revocation.")

    def objection_to_revoke(self, *, by) -> str:
        """Why this person cannot confirm or decline the revocation, or ""."""
        if self.revocation_asked_by_id is None:
            return gettext("Nobody has asked that this stop be revoked.")
        if sentence := self._revocation_objection():
            return sentence
        if not self._may(by, RELEASE):
            return gettext("A revocation is confirmed by a second person who may do so.")
        if self.revocation_asked_by_id == by.pk:
            return gettext("Whoever asks for the revocation cannot confirm it; a colleague has to.")
        return ""

    # -- private ------------------------------------------------------------------------------------------------------

    def _revocation_objection(self) -> str:
        if self.status != self.Status.APPROVED or self.called_off_at or self.revoked_at:
            return gettext("Only a stop that was granted and still stands is revoked.")
        return "" if self.effected_at is None else self.objection_to_undo()

    def _may(self, person, permission: str) -> bool:
        return person.has_perm(permission) and self._is_of_branch(person)
