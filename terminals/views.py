"""A merchant's terminals in the browser: the list, one terminal, its registration code collected and printed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.files.serving import send_letter
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.paging import page_of
from terminals import kit
from terminals.bulletin_standing import lines_about
from terminals.codes import collect, reissue, reissue_objection, tries_left
from terminals.dormancy import confirm_use
from terminals.evidence import lines_of
from terminals.life import life_of
from terminals.models import RegistrationCode, Terminal
from terminals.page_parts import Slot, parts_of
from terminals.permitted import deeds
from terminals.sheets import Sheet, typeset_sheet
from terminals.slips import slip_of


@require_GET
def terminal_list(request: HttpRequest) -> HttpResponse:
    """The merchant's terminals, newest first, each with its one line of evidence."""
    page = page_of(request, terminals_of(request))
    lines = lines_of(page.rows, now=clock.now())
    return render(request, "terminals/list.html", {"lines": lines, **page.pager})


@require_GET
def terminal_page(request: HttpRequest, number: str) -> HttpResponse:
    """One terminal: what it is, where it stands, what ties it, what it has been through, and its code's state."""
    now, terminal = clock.now(), one_terminal(request, number)
    code, line = latest_code(terminal), lines_of([terminal], now=now)[0]
    objection = reissue_objection(terminal, by=request.user, now=now)
    parts = parts_of(terminal, reader=request.user, now=now)
    context = {
        "terminal": terminal,
        "bulletins": lines_about(terminal, reader=request.user, now=now),
        "line": line,
        "code": code,
        "code_expired": bool(code and code.is_due_to_expire(now)),
        "tries_left": tries_left(code),
        "objection": objection,
        "asks_code": request.GET.get("ask") == "code" and not objection,
        "binding": binding_of(terminal),
        "pause": terminal.suspension,
        "deeds": deeds(terminal),
        "parts": parts,
        "life": life_of(terminal, parts[Slot.DOCUMENTS]),
    }
    return render(request, "terminals/terminal.html", context)


@require_POST
@idempotent
@never_cache
def code_collection(request: HttpRequest, number: str) -> HttpResponse:
    """领取: the answer is the slip with the twelve digits, on no other page and in no cache."""
    try:
        sheet = _collected(request, number)
    except Refused as refused:
        return _refused(request, refused, number)
    here_is = reverse("terminals:terminal", args=[number])
    return render(request, "terminals/slip.html", {"sheet": sheet, "number": number, "here_is": here_is})


@require_POST
@idempotent
def slip_file(request: HttpRequest, number: str) -> HttpResponse:
    """The slip as PDF: one more look at the digits, made for this answer and kept nowhere."""
    try:
        sheet = _collected(request, number)
    except Refused as refused:
        return _refused(request, refused, number)
    return send_letter(typeset_sheet(sheet), name=f"{sheet.number[1]}.pdf")


@require_POST
@idempotent
def code_replacement(request: HttpRequest, number: str) -> HttpResponse:
    """A new code in force; the former one is void."""
    terminal = one_terminal(request, number)
    try:
        reissue(terminal, by=request.user, now=clock.now())
    except Refused as refused:
        return _refused(request, refused, number)
    messages.success(request, _("There is a new registration code. The former one no longer works."))
    return redirect("terminals:terminal", number)


@require_POST
@idempotent
def use_confirmation(request: HttpRequest, number: str) -> HttpResponse:
    """On record that the terminal is in use still, where it is registered."""
    terminal = one_terminal(request, number)
    try:
        confirm_use(terminal, by=request.user, now=clock.now())
    except Refused as refused:
        return _refused(request, refused, number)
    messages.success(request, _("Thank you. It is on record that this terminal is in use at its address."))
    return redirect("terminals:terminal", number)


def terminals_of(request: HttpRequest) -> Any:
    """The terminals of the person's merchants. Staff have their own place and find nothing here."""
    if not request.user.is_merchant_user:
        raise Http404
    return Terminal.objects.visible_to(request.user).select_related("merchant", "outlet", "branch")


def one_terminal(request: HttpRequest, number: str) -> Terminal:
    return get_object_or_404(terminals_of(request), number=number)


def latest_code(terminal: Terminal) -> RegistrationCode | None:
    return terminal.codes.select_related("device__model").order_by("-id").first()


def binding_of(terminal: Terminal) -> Any:
    """The binding in force, or the last one of a terminal that has ended."""
    rows = terminal.bindings.select_related("device__model", "account", "division").annotate(
        is_on_loan=kit.on_loan()
    )
    return rows.order_by("-id").first()


def _collected(request: HttpRequest, number: str) -> Sheet:
    """The slip with the digits; that they were collected is on record. Raises `Refused` as `terminals.codes.collect`."""
    code = latest_code(one_terminal(request, number))
    if code is None:
        raise Http404
    digits = collect(code, by=request.user, now=clock.now())
    return slip_of(
        code, digits, url=request.build_absolute_uri(reverse("receipt", args=[code.receipt_token]))
    )


def _refused(request: HttpRequest, refused: Refused, number: str) -> HttpResponse:
    messages.error(request, refused.sentence)
    return redirect("terminals:terminal", number)
