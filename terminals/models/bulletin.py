from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Arrows, Lifecycle
from terminals.carriers import Carrier
from terminals.models.bulletin_words import WORDS, BulletinWords
from terminals.models.terminal import Terminal


class BulletinQuerySet(models.QuerySet):
    def running(self, now: datetime) -> BulletinQuerySet:
        """Published, begun and not over: an expected end that has passed leaves it running until staff end it."""
        return self.filter(status=Bulletin.Status.PUBLISHED, starts_at__lte=now)

    def planned(self, now: datetime) -> BulletinQuerySet:
        """Published and still to come."""
        return self.filter(status=Bulletin.Status.PUBLISHED, starts_at__gt=now)

    def for_everybody(self) -> BulletinQuerySet:
        """What touches the whole bank and has been published: all that a visitor may be told."""
        return self.filter(branch=None, published_at__isnull=False)

    def visible_to(self, user: Any) -> BulletinQuerySet:
        """For staff those of their branches, of the branches above and of the bank, drafts included; for a merchant what
        was published for the bank or for a branch of one of its live terminals; for a visitor the bank's.
        """
        if not user.is_authenticated or user.system_name is not None:
            return self.for_everybody()
        if user.is_staff:
            above = user.branch.path.strip("/").split("/") if user.branch else []
            return self.filter(Q(branch=None) | Q(branch__in=user.branch_scope()) | Q(branch__in=above))
        there = Terminal.objects.visible_to(user).live()
        touched = Exists(there.filter(branch__path__startswith=OuterRef("branch__path")))
        return self.filter(Q(branch=None) | touched, published_at__isnull=False)


class Bulletin(BulletinWords, Lifecycle):
    """A planned upgrade or a fault of the bank's own: what it touches, from when, until when it is expected to last."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ENDED = "ended", _("Over")
        DISCARDED = "discarded", _("Discarded")

    class Kind(models.TextChoices):
        UPGRADE = "upgrade", _("Planned upgrade")
        FAULT = "fault", _("Fault")

    NEXT: ClassVar[Arrows] = {
        Status.DRAFT: frozenset({Status.PUBLISHED, Status.DISCARDED}),
        Status.PUBLISHED: frozenset({Status.ENDED}),
        Status.ENDED: frozenset(),
        Status.DISCARDED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.DRAFT: ("mute", "pencil-square"),
        Status.PUBLISHED: ("warn", "megaphone"),
        Status.ENDED: ("ok", "check-circle"),
        Status.DISCARDED: ("mute", "x-circle"),
    }
    LOCK_RANK = 9

    number = models.CharField(_("number"), max_length=18, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    starts_at = models.DateTimeField(_("starts at"))
    expected_end_at = models.DateTimeField(_("expected to end at"), null=True, blank=True)
    branch = models.ForeignKey(
        "accounts.Branch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("branch it touches"),
        help_text=_("With the branches below it; empty: the whole bank."),
    )
    carrier = models.CharField(
        _("carrier it touches"),
        max_length=10,
        choices=Carrier,
        blank=True,
        help_text=_("Only devices with a SIM card of this carrier; empty: all devices."),
    )
    code = models.CharField(
        _("code that screens show"),
        max_length=4,
        blank=True,
        help_text=_("Only terminals that show this code, such as 97; empty: whatever they show."),
    )
    # How many people's self-checks within one hour led to this draft; NULL where somebody thought of it.
    asked_by_count = models.PositiveIntegerField(
        _("people whose self-checks led to it"), null=True, editable=False
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"), editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    # Prolonged, or corrected in what it means: who asked to be told of its end is told of this too.
    changed_at = models.DateTimeField(_("changed at"), null=True, editable=False)
    # Over, called off before it began, or discarded unpublished.
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-starts_at", "-id"]
        permissions = [("publish_bulletin", _("Can publish, correct, prolong and end bulletins"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "ended", "discarded"]),
                name="bulletin_status_known",
                violation_error_message=_("This is not a status of a bulletin."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["upgrade", "fault"]) & Q(carrier__in=["", *Carrier.values]),
                name="bulletin_choices_known",
                violation_error_message=_("Choose the kind and the carrier from their lists."),
            ),
            models.CheckConstraint(
                condition=Q(expected_end_at=None) | Q(expected_end_at__gt=F("starts_at")),
                name="bulletin_ends_after_its_start",
                violation_error_message=_("The end lies after the start."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="upgrade") | Q(expected_end_at__isnull=False),
                name="bulletin_upgrade_says_its_end",
                violation_error_message=_("A planned upgrade says when it is expected to end."),
            ),
            models.CheckConstraint(
                condition=(~Q(status__in=["draft", "discarded"]) | Q(published_at=None))
                & (~Q(status__in=["published", "ended"]) | Q(published_at__isnull=False)),
                name="bulletin_published_with_its_moment",
                violation_error_message=_("What has been published has the moment on record."),
            ),
            models.CheckConstraint(
                condition=(~Q(status__in=["draft", "published"]) | Q(ended_at=None))
                & (~Q(status__in=["ended", "discarded"]) | Q(ended_at__isnull=False)),
                name="bulletin_over_with_its_moment",
                violation_error_message=_("What is over or discarded has the moment on record."),
            ),
            models.UniqueConstraint(
                fields=["code", "branch"],
                condition=Q(status__in=["draft", "published"], asked_by_count__isnull=False),
                name="bulletin_from_checks_once",
                violation_error_message=_(
                    "There is a bulletin from self-checks about this code and branch already."
                ),
            ),
            models.UniqueConstraint(
                fields=["code", "carrier"],
                condition=Q(status__in=["draft", "published"], asked_by_count__isnull=False, branch=None),
                name="bulletin_from_checks_once_for_carrier",
                violation_error_message=_(
                    "There is a bulletin from self-checks about this code and carrier already."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # -- steps --------------------------------------------------------------------------------------------------------

    def publish(self, *, by: Any, now: datetime) -> None:
        """Everybody it touches can read it from now on, and devices are told while it runs."""
        with self.moving_to(self.Status.PUBLISHED, by=by, now=now):
            self.published_at = now

    def discard(self, *, by: Any, now: datetime, note: str) -> None:
        """Not published, ever; it stays in the records with the reason."""
        with self.moving_to(self.Status.DISCARDED, by=by, now=now, note=note):
            self.ended_at = now

    def end(self, *, by: Any, now: datetime, note: str = "") -> None:
        """Over, or called off before it began; who asked to be told is told by the next sweep (`terminals.recovery`)."""
        with self.moving_to(self.Status.ENDED, by=by, now=now, note=note):
            self.ended_at = now

    def rewrite(self, *, by: Any, now: datetime, **said: Any) -> None:
        """A draft that says this instead; what was written before is not kept, since nobody outside has read it."""
        with self.acting(
            "bulletin_rewritten",
            by=by,
            now=now,
            unless=lambda: self.objection_to_rewriting(said["branch"], by=by),
        ):
            for name, value in said.items():
                setattr(self, name, value)

    def prolong(self, *, until: datetime | None, by: Any, now: datetime) -> None:
        """Expected to end then, sooner or later than it was said, or at an unknown time; what was said before is kept.

        Who asked to be told of the end is told of this by the next sweep.
        """
        with self.acting(
            "bulletin_prolonged", by=by, now=now, unless=lambda: self.objection_to_prolonging(until, by, now)
        ):
            self._keep("prolonged", by=by, now=now)
            self.expected_end_at, self.changed_at = until, now

    def correct(self, *, by: Any, now: datetime, is_material: bool = False, **words: str) -> None:
        """Published in these words instead (`WORDS`); those that people have read are kept.

        Where they mean something else now (`is_material`), who asked to be told of the end is told by the next sweep.
        """
        with self.acting(
            "bulletin_corrected",
            by=by,
            now=now,
            unless=lambda: self.objection_to_changing(by=by),
            material=is_material,
        ):
            self._keep("corrected", by=by, now=now)
            if is_material:
                self.changed_at = now
            for name in WORDS:
                setattr(self, name, words[name])

    # -- questions ----------------------------------------------------------------------------------------------------

    @property
    def was_called_off(self) -> bool:
        """Published and ended before it began."""
        return self.published_at is not None and self.ended_at is not None and self.ended_at < self.starts_at

    def is_running(self, now: datetime) -> bool:
        return self.status == self.Status.PUBLISHED and self.starts_at <= now

    def is_late(self, now: datetime) -> bool:
        """It runs still, longer than was expected."""
        return self.is_running(now) and self.expected_end_at is not None and self.expected_end_at <= now

    def objection(self, target: str, *, by: Any, now: datetime) -> str:
        """As `Lifecycle.objection`; people write for their own branches, and nothing is published that is over already."""
        if sentence := super().objection(target, by=by, now=now) or self.objection_to_scope(by, self.branch):
            return sentence
        if target == self.Status.PUBLISHED and self.expected_end_at and self.expected_end_at <= now:
            return gettext("Its expected end has passed. Change the draft first.")
        return ""

    def objection_to_rewriting(self, *branches: Any, by: Any) -> str:
        """Why the draft may not be changed, or be made one about these branches, or ""."""
        if self.status != self.Status.DRAFT:
            return gettext("Only a draft can be changed. What is published is corrected, prolonged or ended.")
        sentences = (self.objection_to_scope(by, branch) for branch in (self.branch, *branches))
        return next(filter(None, sentences), "")

    def objection_to_changing(self, *, by: Any) -> str:
        """Why the words or the end of a published bulletin may not be changed, or ""."""
        if self.status != self.Status.PUBLISHED:
            return self.out_of_turn()
        return self.objection_to_scope(by, self.branch)

    def objection_to_prolonging(self, until: datetime | None, by: Any, now: datetime) -> str:
        if sentence := self.objection_to_changing(by=by):
            return sentence
        if until is None:
            is_upgrade = self.kind == self.Kind.UPGRADE
            return gettext("A planned upgrade says when it is expected to end.") if is_upgrade else ""
        if until <= now:
            return gettext("The new expected end lies in the future. What is over is ended.")
        if until == self.expected_end_at:
            return gettext("That is the expected end already.")
        return ""

    @staticmethod
    def objection_to_scope(by: Any, branch: Any) -> str:
        """A bulletin of a branch is for staff of that branch or above it; one of the whole bank for the head office."""
        if branch is None:
            is_allowed = by.branch is not None and by.branch.parent_id is None
            return "" if is_allowed else gettext("Only the head office writes for the whole bank.")
        if by.branch_scope().filter(pk=branch.pk).exists():
            return ""
        return gettext("This branch is not one of yours.")

    # -- private ------------------------------------------------------------------------------------------------------

    def _keep(self, change: str, *, by: Any, now: datetime) -> None:
        earlier = {name: getattr(self, name) for name in (*WORDS, "expected_end_at")}
        self.versions.create(change=change, replaced_by=by, replaced_at=now, **earlier)
