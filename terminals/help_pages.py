"""Help on what a terminal's screen says: an index by what the reader sees, and a page for each code, from the table itself.

Anybody reads them; what the bank does is shown to staff whose role sees the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from config.accounts.desk_filters import SearchField
from config.privacy import plaintext
from terminals.models import ResponseCode
from terminals.models.response_code import UNIONPAY
from terminals.response_codes import read_code, search_codes

Group = ResponseCode.Group
VIEW = "terminals.view_responsecode"
LONGEST_SEARCH = SearchField().longest
# What is too long comes back to be shortened, up to here.
MOST_GIVEN_BACK = 1000


class Fault(NamedTuple):
    """Whose trouble a group of codes is not, said first so that nobody swaps a terminal for nothing."""

    sentence: Promise
    tone: str
    icon: str


FAULTS: dict[str, Fault] = {
    Group.REGISTRATION: Fault(
        _(
            "This is not about the customer’s card: the bank does not know the terminal or the merchant, or has stopped it."
        ),
        "warn",
        "exclamation-triangle",
    ),
    Group.SIGN_IN: Fault(
        _("Neither the card nor the registration is at fault. The terminal has to sign in again."),
        "info",
        "information-circle",
    ),
    Group.CARD: Fault(
        _("This is about the customer’s card. The terminal is all right and stays registered."),
        "info",
        "information-circle",
    ),
    Group.NETWORK: Fault(
        _("Neither the card nor the terminal is at fault: an answer did not come in time."),
        "info",
        "information-circle",
    ),
    Group.HOST: Fault(
        _("Neither the card nor the terminal is at fault: the bank’s system is busy or being worked on."),
        "info",
        "information-circle",
    ),
    Group.TRANSACTION: Fault(
        _("The terminal is registered. Something about this one transaction does not fit."),
        "info",
        "information-circle",
    ),
    Group.SUCCESS: Fault(_("Nothing is at fault: the transaction went through."), "ok", "check-circle"),
}


class Section(NamedTuple):
    name: str
    title: str
    codes: list[ResponseCode]


@login_not_required
@require_safe
def code_index(request: HttpRequest) -> HttpResponse:
    """Every code under what it is about, or those that a search finds."""
    typed = request.GET.get("q", "")
    problem = plaintext.problem(typed, max_length=LONGEST_SEARCH)
    asked = "" if problem else plaintext.search_text(typed)
    rows = search_codes(asked) if asked else ResponseCode.objects.all()
    sections = [] if problem else _sections(rows)
    context = {
        "asked": asked,
        "typed": plaintext.clean(typed[:MOST_GIVEN_BACK]) if problem else asked,
        "problem": problem,
        "sections": sections,
        "count": sum(len(section.codes) for section in sections),
    }
    return render(request, "terminals/help/list.html", context)


@login_not_required
@require_safe
def article(request: HttpRequest, code_set: str, code: str) -> HttpResponse:
    """One code: the screen, what it means, whose fault it is not, what to do; for staff what the bank does."""
    row = read_code(code, code_set=code_set)
    if row is None:
        raise Http404
    context = {
        "row": row,
        "fault": FAULTS[row.group],
        "needs_registration": row.group == Group.REGISTRATION,
        "others": [other for other in _ranked(ResponseCode.objects.filter(group=row.group)) if other != row],
        "is_staffs": request.user.has_perm(VIEW),
    }
    return render(request, "terminals/help/article.html", context)


def _sections(rows: Iterable[ResponseCode]) -> list[Section]:
    return [
        Section(name, str(Group(name).label), list(codes))
        for name, codes in groupby(_ranked(rows), key=lambda row: row.group)
    ]


def _ranked(rows: Iterable[ResponseCode]) -> list[ResponseCode]:
    """By group in the order of `Group`, UnionPay's own codes before those of other hosts."""
    order = {group: place for place, group in enumerate(Group.values)}
    return sorted(rows, key=lambda row: (order[row.group], row.code_set != UNIONPAY, row.code_set, row.code))
