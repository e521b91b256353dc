"""A message to a person: one row per channel, written in the transaction of the event it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from config.kernel.message_kinds import Channel, kind_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = ["Channel", "Failure", "OutboxMessage", "State"]


class State(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Given up")


class Failure(models.TextChoices):
    """Why the last attempt failed, as staff sort by it."""

    UNREACHABLE = "unreachable", _("Gateway not reached")
    REFUSED = "refused", _("Gateway refused it")
    NO_ADDRESS = "no_address", _("No address any more")
    BROKEN = "broken", _("Message could not be made")


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def inbox_of(self, user: AbstractBaseUser) -> OutboxMessageQuerySet:
        """What the portal shows this person, newest first."""
        return self.filter(recipient=user, channel=Channel.INBOX).order_by("-id")

    def unread(self) -> OutboxMessageQuerySet:
        return self.filter(read_at=None)

    def dead(self) -> OutboxMessageQuerySet:
        return self.filter(state=State.DEAD)

    def due(self, now: datetime) -> OutboxMessageQuerySet:
        """Waiting messages whose time has come, without those that would overtake an earlier one of the same object."""
        earlier = OutboxMessage.objects.filter(
            state=State.PENDING,
            channel=models.OuterRef("channel"),
            recipient=models.OuterRef("recipient"),
            subject_label=models.OuterRef("subject_label"),
            subject_id=models.OuterRef("subject_id"),
            id__lt=models.OuterRef("id"),
        )
        waiting = self.filter(state=State.PENDING, next_attempt_at__lte=now)
        return waiting.exclude(models.Exists(earlier)).order_by("id")


class OutboxMessage(models.Model):
    """What a person is told. The text is made from `kind` and `context` when it is shown or sent, in the reader's language.

    `context` holds no personal data and no code: numbers of applications and terminals, dates, names of steps.
    """

    kind = models.SlugField(_("kind"), max_length=60, db_index=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recipient")
    )
    # The name of the address book (`settings.ADDRESS_BOOKS`) in which it is looked up where it goes, instead of to the
    # recipient's own address: a contact on record that need not be anybody's account.
    elsewhere = models.SlugField(_("other address"), max_length=40, blank=True, db_index=False)
    subject_label = models.CharField(_("kind of object"), max_length=100)
    subject_id = models.BigIntegerField(_("object"))
    context = models.JSONField(_("context"), default=dict)
    dedupe_key = models.CharField(_("event"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    # Raised by every claim and never lowered: a worker that slept through its claim holds a number that no row has any more.
    claim = models.PositiveIntegerField(default=0, editable=False)
    failure = models.CharField(_("reason"), max_length=12, choices=Failure, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        permissions = [("resend_outboxmessage", "Can send a given-up message again")]
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"],
                name="outbox_message_once_per_event",
                violation_error_message=_("This person has already been told of this event."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False) | ~Q(state=State.SENT),
                name="outbox_message_sent_has_moment",
                violation_error_message=_("A sent message needs the moment it was sent."),
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="outbox_message_due"),
            models.Index(
                fields=["recipient", "-id"], condition=Q(channel="inbox"), name="outbox_message_inbox"
            ),
            models.Index(
                fields=["recipient"],
                condition=Q(channel="inbox", read_at__isnull=True),
                name="outbox_message_unread",
            ),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="outbox_message_dead"),
            models.Index(fields=["failure", "-id"], condition=~Q(failure=""), name="outbox_message_failure"),
            models.Index(
                fields=["subject_label", "subject_id", "id"],
                condition=Q(state="pending"),
                name="outbox_message_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"

    def read(self, *, now: datetime) -> None:
        """Leave the message marked as read at its first reading."""
        OutboxMessage.objects.filter(pk=self.pk, read_at=None).update(read_at=now)

    def title(self, language: str | None = None) -> str:
        """The first line of the text, in the given language, else in the one now active."""
        return self._text(language).partition("\n")[0].strip()

    def body(self, language: str | None = None) -> str:
        """The text after its first line."""
        return self._text(language).partition("\n")[2].strip()

    def sms(self) -> str:
        """What a telephone shows to whoever looks at it: that something happened, and where to read it."""
        kind = kind_of(self.kind)
        if kind is None:
            raise LookupError(self.kind)
        return str(kind.about.sms) % self.context

    def _text(self, language: str | None) -> str:
        with translation.override(language or translation.get_language()):
            text = Engine.get_default().get_template(f"messages/{self.kind}.txt")
            # Plain text: the page that shows it escapes it, SMS and e-mail must not see "&amp;".
            return text.render(Context(self.context, autoescape=False)).strip()
