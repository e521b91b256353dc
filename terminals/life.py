"""The life of a terminal on one timeline, as its merchant may read it: steps, suspensions, codes, bindings and confirmations.

Notes of the bank's people are the bank's own, and so is who they were; of a suspension it says what the catalogue tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from config.kernel.history import StatusChange, changes_of
from config.kernel.templatetags.formats import day
from config.privacy.masking import mask_account, mask_name
from terminals.models import Binding, Suspension, Terminal
from terminals.page_parts import Link

Status = Terminal.Status
Event = dict[str, Any]


def life_of(terminal: Terminal, documents: Iterable[Link] = ()) -> list[Event]:
    """Newest first, each event with the document that belongs to its application; by as many queries however long the life."""
    pauses = list(terminal.suspensions.select_related("reason"))
    bindings = list(terminal.bindings.select_related("division", "account").order_by("id"))
    events = [
        *_steps(changes_of(terminal), pauses),
        *_codes(terminal),
        *_bindings(bindings),
        *_confirmations(terminal),
        _beginning(terminal, bindings),
    ]
    papers = {link.about: link for link in documents if link.about}
    for event in events:
        if paper := papers.get(event.get("application", "")):
            event |= {"url": paper.url, "url_text": paper.title}
    return sorted(events, key=lambda event: event["at"], reverse=True)


def _beginning(terminal: Terminal, bindings: list[Binding]) -> Event:
    return {
        "what": _("Approved and registered"),
        "at": terminal.provisioned_at,
        "by": terminal.branch.name,
        "application": bindings[0].application_number if bindings else "",
    }


def _steps(changes: Iterable[StatusChange], pauses: list[Suspension]) -> Iterator[Event]:
    begun = {pause.since: pause for pause in pauses}
    for change in changes:
        event: Event = {"what": _words_for(change), "at": change.at}
        if pause := begun.get(change.at):
            event |= {"note": _told(pause), "application": pause.application_number}
        yield event


def _words_for(change: StatusChange) -> str:
    """The status as a step; where several lead to it, which one it was."""
    match change.from_status, change.to_status:
        case Status.PENDING_ACTIVATION, Status.ACTIVE:
            return _("Activated")
        case Status.SUSPENDED, Status.ACTIVE:
            return _("In use again")
        case Status.DORMANT_REVIEW, Status.ACTIVE:
            return _("Use verified")
        case Status.SETTLE_ONLY, Status.ACTIVE:
            return _("Stop revoked, in use again")
        case _, Status.PENDING_ACTIVATION:
            return _("Waiting for activation on another device")
    return str(Status(change.to_status).label)


def _told(pause: Suspension) -> str:
    if pause.until is None:
        return pause.reason.told
    return _("%(reason)s Until %(day)s.") % {"reason": pause.reason.told, "day": day(pause.until)}


def _codes(terminal: Terminal) -> Iterator[Event]:
    codes = terminal.codes.order_by("id").values_list("issued_at", "collected_at")
    for number, (issued_at, collected_at) in enumerate(codes):
        if number:
            yield {"what": _("New registration code"), "at": issued_at}
        if collected_at:
            yield {"what": _("Registration code collected"), "at": collected_at}


def _bindings(bindings: list[Binding]) -> Iterator[Event]:
    """What changed from each tie to the next."""
    for before, after in pairwise(bindings):
        what, note = _difference(before, after)
        yield {
            "what": what,
            "at": after.valid_from,
            "note": note,
            "application": after.application_number,
        }


def _difference(before: Binding, after: Binding) -> tuple[str, str]:
    if before.device_id != after.device_id:
        return _("Device replaced"), _from_to(before.serial_number, after.serial_number)
    places = [f"{tie.division or ''}{tie.address}" for tie in (before, after)]
    if places[0] != places[1]:
        return _("Moved"), _from_to(*places)
    if before.account_id != after.account_id:
        return _("Settlement account changed"), _from_to(
            mask_account(before.account.account_number), mask_account(after.account.account_number)
        )
    return _("Registered particulars changed"), ""


def _from_to(before: str, after: str) -> str:
    return _("From %(before)s to %(after)s") % {"before": before, "after": after}


def _confirmations(terminal: Terminal) -> Iterator[Event]:
    for said in terminal.use_confirmations.select_related("by"):
        yield {"what": _("Use confirmed"), "at": said.at, "by": mask_name(str(said.by))}
