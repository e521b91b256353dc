"""A merchant's returns in the browser: what to bring back until when, how it comes, and the receipt for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.accounts.roles import MemberRight
from config.files.serving import send_letter
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.paging import page_of
from merchants.people import objection_to
from terminals.returns.desk.forms import AnnouncementForm
from terminals.returns.models import ReturnOrder, ReturnReceipt
from terminals.returns.receipts import confirm_receipt, objection_to_confirmation
from terminals.returns.sheets import receipt_sheet
from terminals.sheets import Sheet, typeset_sheet

Status = ReturnOrder.Status


@require_GET
def return_list(request: HttpRequest) -> HttpResponse:
    """The merchant's returns, newest first."""
    page = page_of(request, returns_of(request))
    today = clock.today()
    lines = [{"order": order, "overdue": order.is_overdue(on=today)} for order in page.rows]
    return render(request, "returns/list.html", {"lines": lines, **page.pager})


@require_GET
def return_page(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, one_return(request, number))


@require_POST
@idempotent
def announcement(request: HttpRequest, number: str) -> HttpResponse:
    """The merchant says how the device comes: brought, sent under a waybill, or picked up on a day."""
    order, now = one_return(request, number), clock.now()
    form = AnnouncementForm(request.POST)
    try:
        if sentence := objection_to(MemberRight.RETURN_DEVICES, request.user, order.terminal.merchant):
            raise Refused(sentence, code="not_yours")
        if not form.is_valid():
            return _page(request, order, form=form)
        order.announce(**form.cleaned_data, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Thank you. The branch knows how it comes."))
    return redirect("returns:order", number)


@require_GET
def receipt_page(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as it is printed, with the confirmation where it is still to be given."""
    receipt = one_receipt(request, number)
    context = {
        "sheet": sheet_of(request, receipt),
        "order": receipt.order,
        "objection": objection_to_confirmation(receipt, by=request.user),
    }
    return render(request, "returns/receipt.html", context)


@require_GET
def receipt_file(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as PDF, made of the facts that it keeps."""
    return receipt_letter(request, one_receipt(request, number))


@require_POST
@idempotent
def confirmation(request: HttpRequest, number: str) -> HttpResponse:
    """The merchant agrees with the receipt."""
    receipt = one_receipt(request, number)
    try:
        confirm_receipt(receipt, by=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Thank you, the receipt is confirmed."))
    return redirect("returns:receipt", number)


def returns_of(request: HttpRequest) -> Any:
    """The returns of the person's merchants. Staff have their own place and find nothing here."""
    if not request.user.is_merchant_user:
        raise Http404
    rows = ReturnOrder.objects.visible_to(request.user)
    return rows.select_related("terminal__merchant", "device__model", "branch")


def one_return(request: HttpRequest, number: str) -> ReturnOrder:
    return get_object_or_404(returns_of(request), number=number)


def one_receipt(request: HttpRequest, number: str) -> ReturnReceipt:
    order = one_return(request, number)
    return get_object_or_404(order.receipts.all(), order=order)


def sheet_of(request: HttpRequest, receipt: ReturnReceipt) -> Sheet:
    return receipt_sheet(receipt, url=request.build_absolute_uri(reverse("receipt", args=[receipt.token])))


def receipt_letter(request: HttpRequest, receipt: ReturnReceipt) -> HttpResponse:
    """The receipt as PDF, for whoever may see it."""
    return send_letter(typeset_sheet(sheet_of(request, receipt)), name=f"{receipt.number}.pdf")


def _rest_awaited(order: ReturnOrder) -> str:
    """What is said once a part has arrived: the rest is not announced, it just comes."""
    if order.status != Status.PART_RECEIVED:
        return ""
    return _(
        "A part has arrived. Please bring or send the rest to the branch; the list shows what is not there yet."
    )


def _page(request: HttpRequest, order: ReturnOrder, form: AnnouncementForm | None = None) -> HttpResponse:
    by, now = request.user, clock.now()
    may_not = objection_to(MemberRight.RETURN_DEVICES, by, order.terminal.merchant)
    why_not = may_not or _rest_awaited(order) or order.objection(Status.SENT, by=by, now=now)
    said = {"way": order.way, "waybill": order.waybill, "pick_up_on": order.pick_up_on}
    context = {
        "order": order,
        "overdue": order.is_overdue(on=clock.local_date(now)),
        "lines": list(order.lines.all()),
        "form": form or AnnouncementForm(initial=said),
        "is_awaited": order.status in ReturnOrder.AWAITED,
        "why_not": why_not,
        "receipt": order.receipts.first(),
    }
    return render(request, "returns/order.html", context)
