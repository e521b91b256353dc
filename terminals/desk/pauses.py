"""Suspensions on the page of a terminal: as much of each as this person may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from config.accounts.desk_record import Event, actor
from config.kernel.templatetags.formats import day, moment
from merchants.desk.shown import row
from terminals.models import Suspension, Terminal

SEE = "terminals.view_suspension"
READ_CONFIDENTIAL = "terminals.view_confidential_suspension"


def suspensions_of(terminal: Terminal, *, reader: Any) -> list[Suspension]:
    """All of them, newest first, for those who may see any."""
    if not reader.has_perm(SEE):
        return []
    people = ("reason", "by", "release_asked_by", "ended_by")
    return list(terminal.suspensions.select_related(*people).order_by("-id"))


def is_told_to(suspension: Suspension, reader: Any) -> bool:
    """Whether the reader may know more than the merchant does."""
    return not suspension.reason.is_confidential or reader.has_perm(READ_CONFIDENTIAL)


def facts(suspension: Suspension, *, reader: Any) -> list[dict[str, Any]]:
    """The suspension in force in rows."""
    reason = suspension.reason
    if not is_told_to(suspension, reader):
        return [
            row(_("Reason"), reason.told, _("What lies behind it is for the risk desk.")),
            row(_("Since"), moment(suspension.since)),
        ]
    said = [
        row(_("Reason"), reason.text, reason.internal_text),
        row(_("Since"), moment(suspension.since), actor(suspension.by)),
        row(_("Note"), suspension.note),
    ]
    if suspension.until:
        said.append(row(_("Comes back by itself on"), day(suspension.until)))
    if suspension.application_number:
        said.append(row(_("Application"), suspension.application_number, code=True))
    if suspension.release_asked_by:
        asked = f"{actor(suspension.release_asked_by)} {moment(suspension.release_asked_at)}"
        said.append(row(_("Release asked for"), suspension.release_note, asked))
    elif suspension.needs_second:
        said.append(row(_("Release"), _("Needs two people: one asks, another grants it.")))
    return said


def life_of_pauses(suspensions: Iterable[Suspension], *, reader: Any) -> Iterator[Event]:
    """Why each began, that a release was asked for, and how it ended."""
    for suspension in suspensions:
        if not is_told_to(suspension, reader):
            continue
        reason = suspension.reason
        yield Event(
            _("Suspension: %(reason)s") % {"reason": reason.text},
            suspension.since,
            actor(suspension.by),
            suspension.note,
        )
        if suspension.release_asked_by and suspension.release_asked_at:
            yield Event(
                _("Release asked for"),
                suspension.release_asked_at,
                actor(suspension.release_asked_by),
                suspension.release_note,
            )
        if suspension.ended_by and suspension.ended_at:
            words = _("Suspension ended by the stop") if suspension.ended_by_stop else _("Suspension ended")
            yield Event(words, suspension.ended_at, actor(suspension.ended_by), suspension.end_note)
