"""A merchant's tickets in the browser: what was asked, what the help line says to it, and a new one."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.support.checking.told import asks_for
from applications.support.conversation import said_in
from applications.support.forms import RatingForm, ReopenForm, SaleForm, TicketForm, WriteForm
from applications.support.models import SelfCheck, Ticket
from applications.support.opening import open_ticket
from applications.support.what_the_host_says import host_word_on
from config.accounts.roles import MemberRight
from config.files.serving import send
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.paging import page_of
from config.kernel.policy import current_policy
from merchants.models import Merchant
from merchants.people import objection_to
from terminals.models import Terminal

CHECK = re.compile(r"ZC-[0-9A-Z-]{1,17}", re.ASCII)
TERMINAL = re.compile(r"[0-9A-Z]{8}", re.ASCII)


@require_GET
def ticket_list(request: HttpRequest) -> HttpResponse:
    """The merchant's tickets, newest first."""
    page = page_of(request, tickets_of(request))
    return render(request, "support/list.html", {"tickets": page.rows, **page.pager})


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def new_ticket(request: HttpRequest) -> HttpResponse:
    """A form for a question; `?check=` brings a self-check along, `?terminal=` a terminal."""
    check = _check_of(request)
    if request.method != "POST" and check and check.screen == SelfCheck.Screen.MISSING_SALE:
        return redirect(f"{request.path.replace('/new/', '/missing-transaction/')}?check={check.number}")
    return _new(request, TicketForm, check, category="")


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def new_sale(request: HttpRequest) -> HttpResponse:
    """A form for a transaction that cannot be found."""
    return _new(request, SaleForm, _check_of(request), category=Ticket.Category.MISSING_SALE)


@require_GET
def ticket_page(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, one_ticket(request, number))


@require_POST
@idempotent
def message(request: HttpRequest, number: str) -> HttpResponse:
    """The merchant writes in its ticket."""
    ticket, form = one_ticket(request, number), WriteForm(request.POST, request.FILES)
    now = clock.now()
    if sentence := _may_not(request, ticket.merchant) or ticket.objection_to_hearing():
        messages.error(request, sentence)
        return redirect("support:ticket", number)
    if not form.is_valid():
        return _page(request, ticket, write=form)
    files = form.received_each("file", by=request.user, now=now)
    if files is None:
        return _page(request, ticket, write=form)
    return _taken(
        request,
        number,
        lambda: ticket.hear(form.cleaned_data["text"], files=files, by=request.user, now=now),
        _("The help line has your message."),
    )


@require_POST
@idempotent
def reopening(request: HttpRequest, number: str) -> HttpResponse:
    """The merchant says what is not settled, and the ticket is open again."""
    ticket, form = one_ticket(request, number), ReopenForm(request.POST)
    now = clock.now()
    objection = _may_not(request, ticket.merchant)
    if sentence := objection or ticket.objection(Ticket.Status.OPEN, by=request.user, now=now):
        messages.error(request, sentence)
        return redirect("support:ticket", number)
    if not form.is_valid():
        return _page(request, ticket, reopen=form)
    return _taken(
        request,
        number,
        lambda: ticket.reopen(form.cleaned_data["text"], by=request.user, now=now),
        _("The ticket is open again."),
    )


@require_POST
@idempotent
def rating(request: HttpRequest, number: str) -> HttpResponse:
    ticket, form = one_ticket(request, number), RatingForm(request.POST)
    if sentence := _may_not(request, ticket.merchant) or ticket.objection_to_rating():
        messages.error(request, sentence)
        return redirect("support:ticket", number)
    if not form.is_valid():
        return _page(request, ticket, rate=form)
    said = form.cleaned_data
    return _taken(
        request,
        number,
        lambda: ticket.rate(said["rating"], said["words"], by=request.user, now=clock.now()),
        _("Thank you."),
    )


@require_GET
def message_file(request: HttpRequest, number: str, pk: str, variant: str) -> HttpResponse:
    """The file of one message, for the merchant's people."""
    ticket = one_ticket(request, number)
    found = get_object_or_404(ticket.messages.select_related("file"), pk=pk, file__isnull=False)
    return send(
        request,
        found.file,
        variant=variant,
        by=request.user,
        now=clock.now(),
        purpose="own_ticket",
        detail={"ticket": ticket.number},
    )


def tickets_of(request: Any) -> Any:
    """The tickets of the person's merchants. Staff have their own place and find nothing here."""
    if not request.user.is_merchant_user:
        raise Http404
    rows = Ticket.objects.visible_to(request.user)
    return rows.select_related("merchant", "terminal", "merged_into", "cause")


def one_ticket(request: HttpRequest, number: str) -> Ticket:
    return get_object_or_404(tickets_of(request), number=number)


def _new(request: Any, form_class: Any, check: SelfCheck | None, *, category: str) -> HttpResponse:
    by = request.user
    if not by.is_merchant_user:
        raise Http404
    given = {"person": by, "initial": _known(request, check)}
    if not Merchant.objects.visible_to(by).exists():
        return render(request, "support/new.html", _frame(category, None, check))
    if request.method != "POST":
        return render(request, "support/new.html", _frame(category, form_class(**given), check))
    form, now = form_class(request.POST, request.FILES, **given), clock.now()
    if form.is_valid() and (ticket := _opened(form, check, category=category, by=by, now=now)):
        messages.success(request, _("The help line has your ticket %(number)s.") % {"number": ticket})
        return redirect("support:ticket", ticket.number)
    return render(request, "support/new.html", _frame(category, form, check))


def _opened(form: Any, check: SelfCheck | None, *, category: str, by: Any, now: Any) -> Ticket | None:
    """The new ticket, or None with what stands against it on the form."""
    said = form.cleaned_data
    if sentence := objection_to(MemberRight.ASK_FOR_HELP, by, said["merchant"]):
        form.add_error(None, sentence)
        return None
    files = form.received_each("file", by=by, now=now)
    if files is None:
        return None
    try:
        return open_ticket(
            merchant=said["merchant"],
            terminal=said["terminal"],
            category=category or said["category"],
            text=said["text"] or _("I cannot find this transaction."),
            sale=form.sale if category else None,
            self_check=check,
            files=files,
            by=by,
            now=now,
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return None


def _known(request: HttpRequest, check: SelfCheck | None) -> dict[str, Any]:
    """What the way here says already: the terminal of the address or of the self-check."""
    number = request.GET.get("terminal", "")
    terminal = None
    if TERMINAL.fullmatch(number):
        terminal = Terminal.objects.visible_to(request.user).filter(number=number).first()
    terminal = terminal or (check.terminal if check else None)
    known = {"terminal": terminal, "merchant": terminal.merchant_id if terminal else None}
    if check and (words := asks_for(check)):
        known |= {"category": Ticket.Category.TERMINAL, "text": words}
    return known


def _check_of(request: HttpRequest) -> SelfCheck | None:
    """The self-check of the address, where it is this person's to see."""
    number = request.GET.get("check", "")
    if not CHECK.fullmatch(number):
        return None
    rows = SelfCheck.objects.visible_to(request.user).select_related("terminal")
    return rows.filter(number=number).first()


def _frame(category: str, form: forms.Form | None, check: SelfCheck | None) -> dict[str, Any]:
    policy = current_policy()
    return {
        "form": form,
        "check": check,
        "is_sale": bool(category),
        "hours": policy.ticket_sale_hours if category else policy.ticket_answer_hours,
    }


def _may_not(request: Any, merchant: Merchant) -> str:
    return objection_to(MemberRight.ASK_FOR_HELP, request.user, merchant)


def _taken(request: HttpRequest, number: str, step: Any, done: str) -> HttpResponse:
    try:
        step()
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, done)
    return redirect("support:ticket", number)


def _page(request: HttpRequest, ticket: Ticket, **bound: Any) -> HttpResponse:
    now, sale = clock.now(), getattr(ticket, "sale", None)
    may_not = _may_not(request, ticket.merchant)
    context = {
        "ticket": ticket,
        "sale": sale,
        "host_word": host_word_on(sale) if sale and ticket.is_live else None,
        "said": said_in(ticket, reader=request.user),
        "duplicates": list(ticket.duplicates.order_by("pk")),
        "write": bound.get("write") or WriteForm(),
        "reopen": bound.get("reopen") or ReopenForm(),
        "rate": bound.get("rate") or RatingForm(),
        "problem_form": next(iter(bound.values()), None),
        "why_no_message": may_not or ticket.objection_to_hearing(),
        "why_no_reopening": may_not or ticket.objection(Ticket.Status.OPEN, by=request.user, now=now),
        "may_rate": not may_not and not ticket.objection_to_rating(),
        "was_closed": ticket.status == Ticket.Status.CLOSED,
    }
    return render(request, "support/ticket.html", context)
