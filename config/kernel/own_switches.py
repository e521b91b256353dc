"""What a person does not want by e-mail or SMS. The portal's own copy always stays, and so does every way of what is about security."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.kernel.audit import record
from config.kernel.message_kinds import KINDS, Channel, Reader

OUTSIDE = (Channel.EMAIL, Channel.SMS)
# Whoever has got into an account would switch off first what warns of them.
WARNINGS = frozenset(
    {"particulars_changing", "member_joined", "people_changed", "membership_changed", "handover_waits"}
)


class OwnSwitch(models.Model):
    """This person does not want this kind of message on this channel."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="own_switches", verbose_name=_("person")
    )
    kind = models.SlugField(_("kind"), max_length=60, db_index=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)

    class Meta:
        verbose_name = _("own message switch")
        verbose_name_plural = _("own message switches")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel"],
                name="own_switch_once",
                violation_error_message=_("This message is switched off on this channel already."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["email", "sms"]),
                name="own_switch_outside_only",
                violation_error_message=_("The copy in the portal cannot be switched off."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"


def may_be_off(kind: str, channel: str) -> bool:
    """Whether its reader may do without this message on this channel."""
    row = KINDS.get(kind)
    return row is not None and not always_comes(kind) and channel in OUTSIDE


def always_comes(kind: str) -> bool:
    """Whether this kind is about the safety of the account or of the merchant."""
    return kind in WARNINGS or KINDS[kind].reader == Reader.EVERYBODY


def unwanted(person: Any, kind: str) -> set[str]:
    """The channels on which the person does not want this kind; one query at most."""
    if not may_be_off(kind, Channel.EMAIL):
        return set()
    return set(OwnSwitch.objects.filter(person=person, kind=kind).values_list("channel", flat=True))


def offered(person: Any) -> list[str]:
    """The kinds that this person, as a member of staff or of a merchant, is told of and may switch."""
    reader = Reader.STAFF if person.is_staff else Reader.MERCHANTS
    return [name for name, row in KINDS.items() if row.reader == reader and not always_comes(name)]


def choose(person: Any, wanted: set[tuple[str, str]], *, now: datetime) -> None:
    """From now on the person is told each kind on the outside channels in `wanted`, and on no others of those offered."""
    possible = {
        (kind, channel) for kind in offered(person) for channel in OUTSIDE if channel in KINDS[kind].channels
    }
    off = possible - wanted
    with transaction.atomic():
        # Two windows of one person come one after the other.
        person._meta.model._base_manager.select_for_update().filter(pk=person.pk).first()
        person.own_switches.all().delete()
        OwnSwitch.objects.bulk_create(
            OwnSwitch(person=person, kind=kind, channel=channel) for kind, channel in sorted(off)
        )
        record("own_messages_switched", by=person, now=now, subject=person, detail={"off": len(off)})
