"""How far an application has come, and how much of its promised time the bank has used."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from applications.models import Application
from config.kernel.calendar import working_days_between
from config.kernel.clock import local_date
from config.kernel.history import changes_of
from config.kernel.templatetags.formats import day
from terminals.models import Terminal

Status = Application.Status
WITH_THE_BANK = (Status.SUBMITTED, Status.UNDER_REVIEW)


def phases_of(one: Application, *, terminals: list[Terminal]) -> list[dict[str, str]]:
    """Submission, acceptance, review, code, activation: what is done, where it stands, what follows."""
    begun = {change.to_status: change.at for change in changes_of(one)}
    taken = Status.UNDER_REVIEW in begun
    approved = one.status == Status.APPROVED
    active = (
        approved
        and bool(terminals)
        and all(terminal.status != Terminal.Status.PENDING_ACTIVATION for terminal in terminals)
    )
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
        *(_codes(one, approved, active) if one.makes_codes else [_effect(one, approved)]),
    ]


def _effect(one: Application, approved: bool) -> dict[str, str]:
    """The last phase of a kind that makes no codes: what was asked for is true."""
    if getattr(one, "called_off_at", None):
        return _phase(_("In effect"), _("called off"), "todo")
    is_true = approved and one.has_taken_effect
    return _phase(_("In effect"), "", "done" if is_true else "now" if approved else "todo")


def _codes(one: Application, approved: bool, active: bool) -> list[dict[str, str]]:
    return [
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


def working_days_used(one: Application, *, now: datetime) -> int:
    """Working days the bank has had it; the merchant's own time does not count, and a second look begins anew."""
    used, since = 0, None
    for change in reversed(changes_of(one)):
        if change.to_status in WITH_THE_BANK:
            if change.from_status == Status.REJECTED:
                used = 0
            since = since or change.at
        elif since:
            used += working_days_between(local_date(since), local_date(change.at))
            since = None
    return used + (working_days_between(local_date(since), local_date(now)) if since else 0)
