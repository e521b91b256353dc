from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.audit import record
from config.kernel.lifecycle import Refused


class Wording(models.Model):
    """A reason kept as data: the words a merchant reads, in both languages, and whether it is offered still."""

    code = models.SlugField(_("code"), max_length=30, primary_key=True)
    text_zh = models.CharField(_("text for the merchant (Chinese)"), max_length=200)
    text_en = models.CharField(_("text for the merchant (English)"), max_length=200)
    # What lies behind some reasons may not be told (tipping off): then the text says nothing specific.
    is_confidential = models.BooleanField(_("nothing is added to the text"), default=False)
    internal_text = models.CharField(_("for colleagues only"), max_length=200, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_zh


class SuspensionReason(Wording):
    """Why a terminal is not served for a while, and what ends that."""

    remedy_zh = models.CharField(_("what ends it (Chinese)"), max_length=200, blank=True)
    remedy_en = models.CharField(_("what ends it (English)"), max_length=200, blank=True)
    # Risk reasons: who asks for the release and who grants it are two people.
    needs_second = models.BooleanField(_("the release needs a second person"), default=False)
    # The system's alone: the merchant has had formal notice, and the time of grace has passed.
    needs_notice = models.BooleanField(_("only after notice and grace"), default=False, editable=False)

    class Meta(Wording.Meta):
        verbose_name = _("reason of a suspension")
        verbose_name_plural = _("reasons of suspensions")

    @property
    def remedy(self) -> str:
        return self.remedy_en if get_language() == "en" else self.remedy_zh

    @property
    def told(self) -> str:
        """What the merchant reads: every reason that may not be told is told in the same words, whatever its own are."""
        return (
            gettext("Service is suspended. Please contact your branch.")
            if self.is_confidential
            else self.text
        )

    @property
    def told_remedy(self) -> str:
        """What the merchant can do about it."""
        return gettext("Your branch tells you what can be done.") if self.is_confidential else self.remedy


class StopReason(Wording):
    """Why a terminal is stopped for good, who may give it as a reason, and on what the bank bases itself."""

    basis_zh = models.CharField(_("basis (Chinese)"), max_length=200, blank=True)
    basis_en = models.CharField(_("basis (English)"), max_length=200, blank=True)
    for_merchant = models.BooleanField(_("given by merchants"), default=False)
    for_bank = models.BooleanField(_("given by the bank"), default=False)
    for_system = models.BooleanField(_("found by the system"), default=False)
    for_authority = models.BooleanField(_("ordered by an authority"), default=False)
    # By its code: the catalogue of violations stands above this room (`terminals.stopping`).
    violation_category = models.SlugField(_("opens a violation of"), max_length=30, blank=True)

    class Meta(Wording.Meta):
        verbose_name = _("reason of a stop")
        verbose_name_plural = _("reasons of stops")

    @property
    def opens_violation(self) -> bool:
        return bool(self.violation_category)

    @property
    def basis(self) -> str:
        return self.basis_en if get_language() == "en" else self.basis_zh


class Suspension(models.Model):
    """A time in which a terminal is not served: since when, why, until when, and who ended it. One at a time."""

    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="suspensions", verbose_name=_("terminal")
    )
    reason = models.ForeignKey(SuspensionReason, models.PROTECT, related_name="+", verbose_name=_("reason"))
    # As the reason said at that moment.
    needs_second = models.BooleanField(_("the release needs a second person"), default=False)
    needs_notice = models.BooleanField(_("only after notice and grace"), default=False, editable=False)
    expiry_notice = models.ForeignKey(
        "merchants.ExpiryNotice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suspensions",
        verbose_name=_("notice of expiry"),
    )
    note = models.CharField(_("note"), max_length=500)
    since = models.DateTimeField(_("since"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    until = models.DateField(_("planned until"), null=True, blank=True)
    application_number = models.CharField(_("application"), max_length=20, blank=True)
    release_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("release asked for by"),
    )
    release_asked_at = models.DateTimeField(_("release asked for at"), null=True, blank=True)
    release_note = models.CharField(_("why it can be released"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    end_note = models.CharField(_("note at the end"), max_length=500, blank=True)
    # Ended because the terminal was stopped, which frees nobody.
    ended_by_stop = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["-id"]
        permissions = [
            ("suspend_terminal", "Can suspend terminals"),
            ("release_terminal", "Can ask for a release and release suspended terminals"),
            (
                "view_confidential_suspension",
                "Can read why a terminal is suspended where merchants may not know",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(ended_at=None), name="suspension_planned_end"),
        ]
        constraints = [
            models.CheckConstraint(
                name="suspension_planned_within_limit",
                # 90 days and the hours by which the bank's day is ahead of UTC; the policy may allow less.
                condition=Q(until=None)
                | Q(until__gt=F("since"), until__lte=F("since") + timedelta(days=91), needs_second=False),
                violation_error_message=_(
                    "A planned closure ends by itself within 90 days, and is no suspension for risk."
                ),
            ),
            models.CheckConstraint(
                name="suspension_after_notice",
                condition=Q(needs_notice=False) | Q(expiry_notice__isnull=False),
                violation_error_message=_(
                    "For particulars that have run out a terminal is suspended after formal notice only."
                ),
            ),
            models.UniqueConstraint(
                fields=["terminal"],
                condition=Q(ended_at=None),
                name="suspension_one_at_a_time",
                violation_error_message=_("This terminal is suspended already."),
            ),
            models.CheckConstraint(
                name="suspension_ended_whole",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                violation_error_message=_("A suspension that has ended says when and by whom."),
            ),
            models.CheckConstraint(
                name="suspension_release_asked_whole",
                condition=Q(release_asked_at=None, release_asked_by=None, release_note="")
                | (Q(release_asked_at__isnull=False, release_asked_by__isnull=False) & ~Q(release_note="")),
                violation_error_message=_("Who asks for a release says when and why."),
            ),
            models.CheckConstraint(
                name="suspension_released_by_second",
                condition=Q(ended_at=None)
                | Q(needs_second=False)
                | Q(ended_by_stop=True)
                | (Q(release_asked_by__isnull=False) & ~Q(release_asked_by=F("ended_by"))),
                violation_error_message=_(
                    "This suspension is released by somebody else than who asks for it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id}: {self.reason_id}"

    def ask_release(self, *, by, now: datetime, note: str) -> None:
        """Somebody found the reason gone; a second person looks and resumes the terminal."""
        if not note.strip():
            raise Refused(gettext("Say why the terminal can be served again."), code="no_reason")
        with transaction.atomic():
            asked = Suspension.objects.filter(pk=self.pk, ended_at=None).update(
                release_asked_by=by, release_asked_at=now, release_note=note.strip()[:500]
            )
            if not asked:
                raise Refused(gettext("This suspension has ended already."), code="wrong_state")
            record("release_asked", by=by, now=now, subject=self.terminal)
        self.refresh_from_db()

    def objection_to_ask(self) -> str:
        """Why nobody need ask for the release now, or ""."""
        if not self.needs_second:
            return gettext("This suspension is ended by one person; nobody has to ask for the release.")
        if self.release_asked_by_id is not None:
            return gettext("The release has been asked for. A colleague grants it.")
        return ""

    def objection_to_end(self, *, by) -> str:
        """Why this person cannot end it, or ""."""
        if not self.needs_second:
            return ""
        if self.release_asked_by_id is None:
            return gettext("After a suspension for risk somebody first asks for the release and says why.")
        if self.release_asked_by_id == by.pk:
            return gettext("Whoever asks for the release cannot grant it; a colleague has to.")
        return ""

    def end(self, *, by, now: datetime, note: str, by_stop: bool) -> None:
        """Only `Terminal.resume` and the steps that stop a terminal call this, with the terminal locked."""
        if not by_stop and (sentence := self.objection_to_end(by=by)):
            raise Refused(sentence, code="second_person")
        self.ended_at, self.ended_by, self.end_note, self.ended_by_stop = now, by, note[:500], by_stop
        self.save()
