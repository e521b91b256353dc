"""The steps of a ticket's page, each one call of its verb."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.support.desk.forms import (
    AnswerForm,
    ClosingForm,
    HandOverForm,
    MergeForm,
    NoteForm,
    ReopenForm,
)
from applications.support.models import Ticket
from config.kernel.desk_steps import Step, objection

HANDLE = "support.handle_ticket"
Status = Ticket.Status


def _plain(cls: type[forms.Form], noun: str):
    return lambda row, *args: cls(*args, prefix=noun)


def _of_ticket(cls: Any, noun: str):
    return lambda row, *args: cls(row, *args, prefix=noun)


def _take(ticket: Ticket, form: Any, *, by, now) -> str:
    ticket.take(by=by, now=now)
    return gettext("It is in your hands.")


def _answer(ticket: Ticket, form: Any, *, by, now) -> str:
    if sentence := ticket.objection_to_answering(by=by):
        form.add_error(None, sentence)
        return ""
    files = form.received_each("file", by=by, now=now)
    if files is None:
        return ""
    ticket.answer(form.whole_text, files=files, asks=form.cleaned_data["asks"], by=by, now=now)
    return gettext("The merchant has been told.")


def _note(ticket: Ticket, form: Any, *, by, now) -> str:
    ticket.note(form.cleaned_data["text"], by=by, now=now)
    return gettext("Noted.")


def _hand_over(ticket: Ticket, form: Any, *, by, now) -> str:
    to = form.cleaned_data["to"]
    ticket.hand_over(to, by=by, now=now)
    return gettext("%(name)s has it in hand and was told.") % {"name": to}


def _put_back(ticket: Ticket, form: Any, *, by, now) -> str:
    ticket.put_back(by=by, now=now)
    return gettext("It is nobody's again.")


def _close(ticket: Ticket, form: Any, *, by, now) -> str:
    ticket.close(form.cleaned_data["cause"], text=form.cleaned_data["text"], by=by, now=now)
    return pgettext("ticket", "Closed.")


def _merge(ticket: Ticket, form: Any, *, by, now) -> str:
    other = form.cleaned_data["other"]
    ticket.merge_into(other, by=by, now=now)
    return gettext("It leads to %(number)s now.") % {"number": other}


def _reopen(ticket: Ticket, form: Any, *, by, now) -> str:
    ticket.reopen(form.cleaned_data["text"], by=by, now=now)
    return gettext("It is open again.")


TICKET_STEPS: dict[str, Step] = {
    "taking": Step(
        _("Take it in hand"),
        _("Take"),
        "user",
        HANDLE,
        _plain(forms.Form, "taking"),
        lambda row, *, by, now: row.objection_to_taking(by=by),
        _take,
    ),
    "answer": Step(
        _("Answer to the merchant"),
        _("Send"),
        "paper-airplane",
        HANDLE,
        _of_ticket(AnswerForm, "answer"),
        lambda row, *, by, now: row.objection_to_answering(by=by),
        _answer,
    ),
    "note": Step(
        _("Internal note"),
        _("Note down"),
        "eye-slash",
        HANDLE,
        _plain(NoteForm, "note"),
        lambda row, *, by, now: "",
        _note,
    ),
    "closure": Step(
        _("Close the ticket"),
        pgettext_lazy("ticket", "Close"),
        "check-circle",
        HANDLE,
        _plain(ClosingForm, "closure"),
        objection(Status.CLOSED),
        _close,
    ),
    "handover": Step(
        _("Hand it over"),
        _("Hand over"),
        "arrow-path",
        HANDLE,
        _of_ticket(HandOverForm, "handover"),
        lambda row, *, by, now: row.objection_to_handing_over(by=by),
        _hand_over,
    ),
    "release": Step(
        _("Put it back"),
        _("Put back"),
        "arrow-uturn-left",
        HANDLE,
        _plain(forms.Form, "release"),
        lambda row, *, by, now: (
            row.out_of_turn() if not row.is_live else row.objection(Status.OPEN, by=by, now=now)
        ),
        _put_back,
    ),
    "merging": Step(
        _("Merge into another ticket"),
        _("Merge"),
        "link",
        HANDLE,
        _of_ticket(MergeForm, "merging"),
        lambda row, *, by, now: row.objection_to_merging(),
        _merge,
    ),
    "reopening": Step(
        _("Reopen"),
        _("Reopen"),
        "arrow-uturn-left",
        HANDLE,
        _plain(ReopenForm, "reopening"),
        lambda row, *, by, now: (
            row.out_of_turn() if row.is_live else row.objection(Status.OPEN, by=by, now=now)
        ),
        _reopen,
    ),
}
