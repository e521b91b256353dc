"""Which kind of message goes which way: the table's defaults, and what the bank has switched since.

A switch counts for what happens from then on: messages already written leave as they were meant to.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel.audit import record
from config.kernel.lifecycle import Refused
from config.kernel.message_kinds import KINDS, Channel

PERMISSION = "kernel.change_messageswitch"


class MessageSwitch(models.Model):
    """One kind on one channel, switched by somebody. Where there is no row, `KINDS` says what holds."""

    kind = models.SlugField(gettext_lazy("kind"), max_length=60, db_index=False)
    channel = models.CharField(gettext_lazy("channel"), max_length=10, choices=Channel)
    is_on = models.BooleanField(gettext_lazy("on"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("changed by")
    )
    changed_at = models.DateTimeField(gettext_lazy("changed at"))

    class Meta:
        verbose_name = gettext_lazy("message switch")
        verbose_name_plural = gettext_lazy("message switches")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "channel"],
                name="message_switch_once",
                violation_error_message=gettext_lazy(
                    "This kind of message has a switch for this channel already."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=["inbox", "email", "sms"]),
                name="message_switch_channel_known",
                violation_error_message=gettext_lazy("Choose a channel from the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"


def channels_of(kind: str) -> list[Channel]:
    """The channels on which this kind is told now. Raises KeyError for a kind without a row in the table."""
    row = KINDS[kind]
    switched = dict(MessageSwitch.objects.filter(kind=kind).values_list("channel", "is_on"))
    return [
        channel
        for channel in Channel
        if is_locked(kind, channel) or switched.get(channel, channel in row.channels)
    ]


def is_locked(kind: str, channel: str) -> bool:
    """Whether this copy is the record that the person was told, which nobody can switch off."""
    return channel == Channel.INBOX and KINDS[kind].is_record


def is_on(kind: str, channel: str, rows: dict[tuple[str, str], MessageSwitch]) -> bool:
    """Whether this kind goes this way, given the rows of `all_switches`."""
    row = rows.get((kind, channel))
    return is_locked(kind, channel) or (row.is_on if row else channel in KINDS[kind].channels)


def all_switches() -> dict[tuple[str, str], MessageSwitch]:
    """Every switch that somebody has moved, with who it was, by kind and channel; one query."""
    rows = MessageSwitch.objects.select_related("changed_by")
    return {(row.kind, row.channel): row for row in rows}


def switch(kind: str, channel: str, *, to: bool, by: Any, now: datetime) -> bool:
    """Leave the kind on or off on this channel, with who and when on record; False where it was so already.

    Raises `Refused`: "forbidden", "unknown", "is_record" for the portal's copy of a decision.
    """
    if not by.has_perm(PERMISSION):
        raise Refused(_("Only administrators switch messages on and off."), code="forbidden")
    if kind not in KINDS or channel not in Channel.values:
        raise Refused(_("There is no such message."), code="unknown")
    if not to and is_locked(kind, channel):
        raise Refused(
            _("“%(kind)s” stays in the portal: that copy is the record that the person was told.")
            % {"kind": KINDS[kind].title},
            code="is_record",
        )
    with transaction.atomic():
        row = MessageSwitch.objects.select_for_update().filter(kind=kind, channel=channel).first()
        if to == (row.is_on if row else channel in KINDS[kind].channels):
            return False
        row, _created = MessageSwitch.objects.update_or_create(
            kind=kind, channel=channel, defaults={"is_on": to, "changed_by": by, "changed_at": now}
        )
        record(
            "message_switched",
            by=by,
            now=now,
            subject=row,
            detail={"kind": kind, "channel": channel, "is_on": to},
        )
    return True
