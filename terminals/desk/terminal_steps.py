"""What desks may do with a terminal besides its codes: each step is a noun in the address and one verb of the domain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.kernel.refusal import Refused
from terminals.desk.terminal_forms import (
    FailedVerificationForm,
    ReleaseRequestForm,
    ResumptionForm,
    SuspensionForm,
    VerificationForm,
)
from terminals.models import SuspensionReason, Terminal

Status = Terminal.Status


class TerminalStep(NamedTuple):
    """`why_not` says in a sentence what stands against the step now; `verb` is called with what the form holds."""

    permission: str
    title: Promise
    words: Promise
    done: Promise
    icon: str
    form: type[forms.Form]
    offered_in: frozenset[str]
    why_not: Callable[..., str]
    verb: Callable[..., Any]
    is_grave: bool = False


def _no_suspension(terminal: Terminal, *, by: Any, now: datetime) -> str:
    return terminal.objection(Status.SUSPENDED, by=by, now=now)


def _may_be_verified(terminal: Terminal, *, by: Any, now: datetime) -> str:
    return terminal.objection(Status.ACTIVE, by=by, now=now)


def _no_request(terminal: Terminal, *, by: Any, now: datetime) -> str:
    suspension = terminal.suspension
    return suspension.objection_to_ask() if suspension else terminal.out_of_turn()


def _ask_release(terminal: Terminal, *, by: Any, now: datetime, note: str) -> None:
    suspension = terminal.suspension
    if suspension is None:
        raise Refused(terminal.out_of_turn(), code="wrong_state")
    suspension.ask_release(by=by, now=now, note=note)


def _not_verified(terminal: Terminal, *, by: Any, now: datetime, note: str) -> None:
    terminal.suspend(by=by, now=now, reason=SuspensionReason.objects.get(pk="unused"), note=note)


STEPS: dict[str, TerminalStep] = {
    "verification": TerminalStep(
        "terminals.verify_terminal",
        _("The use is verified"),
        _("Verified"),
        _("The terminal is verified and in use. The months count anew."),
        "check-circle",
        VerificationForm,
        frozenset({Status.DORMANT_REVIEW}),
        _may_be_verified,
        Terminal.verify_use,
    ),
    "failed-verification": TerminalStep(
        "terminals.verify_terminal",
        _("The use cannot be verified"),
        _("Suspend as unused"),
        _("The terminal is suspended as unused. Its owners have been told, without the note."),
        "pause-circle",
        FailedVerificationForm,
        frozenset({Status.DORMANT_REVIEW}),
        _no_suspension,
        _not_verified,
        is_grave=True,
    ),
    "suspension": TerminalStep(
        "terminals.suspend_terminal",
        _("Suspend the terminal"),
        _("Suspend"),
        _("The terminal is suspended. Its owners have been told, without the note."),
        "pause-circle",
        SuspensionForm,
        frozenset({Status.PENDING_ACTIVATION, Status.ACTIVE, Status.DORMANT_REVIEW}),
        _no_suspension,
        Terminal.suspend,
        is_grave=True,
    ),
    "release-request": TerminalStep(
        "terminals.release_terminal",
        _("Ask for the release"),
        _("Ask for the release"),
        _("The release is asked for. A colleague looks and has the terminal served again."),
        "hand-raised",
        ReleaseRequestForm,
        frozenset({Status.SUSPENDED}),
        _no_request,
        _ask_release,
    ),
    "resumption": TerminalStep(
        "terminals.release_terminal",
        _("Have it served again"),
        _("Resume"),
        _("The terminal is in use again. Its owners have been told."),
        "play-circle",
        ResumptionForm,
        frozenset({Status.SUSPENDED}),
        Terminal.objection_to_resume,
        Terminal.resume,
    ),
}


class Offer(NamedTuple):
    """A step on the page of a terminal, greyed with its sentence where it is not possible now."""

    noun: str
    url: str
    step: TerminalStep
    why_not: str
    form: forms.Form


def offers(
    terminal: Terminal, *, by: Any, now: datetime, sent: dict[str, forms.Form] | None = None
) -> list[Offer]:
    """The steps that this person may take with a terminal in this state; a form that was `sent` keeps what it holds."""
    return [
        Offer(
            noun,
            reverse(f"admin:terminals_terminal_{noun}", args=[terminal.pk]),
            step,
            step.why_not(terminal, by=by, now=now),
            (sent or {}).get(noun) or step.form(prefix=noun),
        )
        for noun, step in STEPS.items()
        if terminal.status in step.offered_in and by.has_perm(step.permission)
    ]
