"""How an application stands, in the merchant's words: what state, who acts, by when, and what has happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.corrections import Correction
from applications.models import Application, Registration
from config.kernel.calendar import working_days_between
from config.kernel.clock import local_date
from config.kernel.history import StatusChange, changes_of
from config.kernel.templatetags.formats import day, deadline
from terminals.models import Terminal

Status = Application.Status
WITH_THE_BANK = (Status.SUBMITTED, Status.UNDER_REVIEW)


class Standing(NamedTuple):
    tone: str
    title: str
    text: str


def standing_of(
    one: Registration, *, corrections: list[Correction], terminals: list[Terminal], now: datetime
) -> Standing:
    """The three answers at the top of the page."""
    match one.status:
        case Status.SUBMITTED | Status.UNDER_REVIEW:
            title = (
                _("Received, waiting for a reviewer")
                if one.status == Status.SUBMITTED
                else _("The bank is reviewing it")
            )
            text = _("%(branch)s answers by %(when)s. There is nothing for you to do now.")
            return Standing("", title, text % {"branch": one.branch, "when": deadline(one.due_at)})
        case Status.RETURNED:
            return _returned(one, corrections, now)
        case Status.APPROVED:
            return _approved(terminals)
        case Status.REJECTED:
            decision = one.decisions.order_by("-id").first()
            return Standing(
                "bad", _("The application was not approved"), decision.public_text if decision else ""
            )
        case Status.LAPSED:
            text = _("It was not corrected in time and is closed. You can file a new one at any time.")
            return Standing("", _("The time for correction has passed"), text)
    return Standing("", _("You have withdrawn this application"), _("You can file a new one at any time."))


def _returned(one: Registration, corrections: list[Correction], now: datetime) -> Standing:
    count = len(corrections)
    title = (
        ngettext(
            "Please correct %(count)s item and submit again",
            "Please correct %(count)s items and submit again",
            count,
        )
        % {"count": count}
        if count
        else _("Please correct the application and submit it again")
    )
    left = max(working_days_between(local_date(now), local_date(one.correction_due_at or now)), 0)
    text = ngettext(
        "Until %(when)s, %(left)s working day left.", "Until %(when)s, %(left)s working days left.", left
    ) % {"when": deadline(one.correction_due_at), "left": left}
    decision = one.decisions.order_by("-id").first()
    return Standing("warn", title, f"{text} {decision.public_text if decision else ''}".strip())


def _approved(terminals: list[Terminal]) -> Standing:
    waiting = [terminal for terminal in terminals if terminal.status == Terminal.Status.PENDING_ACTIVATION]
    if not waiting:
        return Standing("ok", _("Approved, and every terminal is in use"), "")
    text = ngettext(
        "%(count)s terminal waits for its registration code. Collect it below and type it into the terminal.",
        "%(count)s terminals wait for their registration codes. Collect them below and type them into the terminals.",
        len(waiting),
    )
    return Standing("ok", _("Approved: please collect the registration code"), text % {"count": len(waiting)})


def phases_of(one: Registration, *, terminals: list[Terminal]) -> list[dict[str, str]]:
    """Submission, acceptance, review, code, activation: what is done, where it stands, what follows."""
    begun = {change.to_status: change.at for change in changes_of(one)}
    taken = Status.UNDER_REVIEW in begun
    approved = one.status == Status.APPROVED
    active = approved and terminals and all(terminal.activated_at for terminal in terminals)
    first = begun.get(Status.SUBMITTED, one.submitted_at)
    notes: dict[str, str] = {
        Status.RETURNED: _("your correction is awaited"),
        Status.REJECTED: _("not approved"),
        Status.LAPSED: _("closed"),
        Status.WITHDRAWN: _("withdrawn"),
    }
    review_note = notes.get(one.status, day(one.decided_at) if approved else "")
    return [
        _phase(_("Submission"), day(first), "done"),
        _phase(_("Acceptance"), day(begun[Status.UNDER_REVIEW]) if taken else "", "done" if taken else "now"),
        _phase(_("Review"), review_note, "done" if approved else "now" if taken else "todo"),
        _phase(
            _("Code issued"),
            day(one.decided_at) if approved else _("on the day of approval"),
            "done" if approved else "todo",
        ),
        _phase(
            _("Activation"),
            "" if active else _("you type it into the terminal"),
            "done" if active else "now" if approved else "todo",
        ),
    ]


def _phase(title: str, note: str, state: str) -> dict[str, str]:
    return {"title": title, "note": note, "state": state}


def working_days_used(one: Registration, *, now: datetime) -> int:
    """Working days the bank has had it; the merchant's own time does not count."""
    used, since = 0, None
    for change in reversed(changes_of(one)):
        if change.to_status in WITH_THE_BANK:
            since = since or change.at
        elif since:
            used += working_days_between(local_date(since), local_date(change.at))
            since = None
    return used + (working_days_between(local_date(since), local_date(now)) if since else 0)


def record_of(one: Registration, *, reader: Any) -> list[dict[str, Any]]:
    """The record, newest first: what, when, and by which role; reviewers have no names here."""
    events: list[dict[str, Any]] = []
    for change in changes_of(one):
        tone = (
            "hot"
            if change.to_status == Status.RETURNED and one.status == Status.RETURNED and not events
            else ""
        )
        events.append(
            {
                "what": _what(change),
                "at": change.at,
                "by": _who(change.by, one, reader),
                "note": change.note,
                "tone": tone,
            }
        )
    return events


def _what(change: StatusChange) -> str:
    if change.to_status == Status.SUBMITTED:
        return _("Corrected and submitted again") if change.from_status == Status.RETURNED else _("Submitted")
    words: dict[str, str] = {
        Status.UNDER_REVIEW: _("Review began"),
        Status.RETURNED: _("The bank asks you to correct it"),
        Status.APPROVED: _("Approved, registration codes issued"),
        Status.REJECTED: _("Not approved"),
        Status.WITHDRAWN: _("Withdrawn"),
        Status.LAPSED: _("Closed, the time for correction had passed"),
    }
    return words.get(change.to_status, change.to_status)


def _who(person: Any, one: Registration, reader: Any) -> str:
    if person.pk == reader.pk:
        return _("you")
    if person.is_staff:
        return f"{one.branch} {person.get_role_display()}"
    return _("the system") if person.system_name else _("the merchant")
