"""A merchant's offers in the browser: what is open, what it takes part in, what it would need, and the step that enrols it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from config.accounts.roles import MemberRight
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.paging import page_of
from merchants.models import Merchant
from merchants.people import objection_to
from terminals.offers.board import Line, lines_of
from terminals.offers.enrolling import enrol, terminals_to_enrol
from terminals.offers.models import Enrolment, Offer

# Nobody acts for more; the page stays one that can be read.
MOST_MERCHANTS = 20


class EnrolmentForm(forms.Form):
    """The agreement to the terms, and which terminals take part where each enrols by itself."""

    terminals = forms.MultipleChoiceField(
        label=gettext_lazy("Terminals that take part"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose the terminals that take part."),
            "invalid_choice": gettext_lazy(
                "One of these terminals cannot take part any more. Look at the list and choose again."
            ),
        },
    )
    agree = forms.BooleanField(
        label=gettext_lazy("Agreement"),
        error_messages={"required": gettext_lazy("Tick the box to agree to the terms of the offer.")},
    )

    def __init__(self, offer: Offer, merchant: Merchant, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{merchant.number}_%s")
        if not offer.is_per_terminal:
            del self.fields["terminals"]
            return
        self.fields["terminals"].choices = [
            (terminal.number, f"{terminal.label} {terminal.number}".strip())
            for terminal in terminals_to_enrol(offer, merchant)
        ]


@require_GET
def offer_list(request: HttpRequest) -> HttpResponse:
    """What the merchant takes part in, what is open to it, and what is not, with every reason; newest first."""
    merchants = merchants_of(request)
    own = Enrolment.objects.visible_to(request.user).values("offer")
    shown = offers_of(request).filter(Q(status=Offer.Status.PUBLISHED) | Q(pk__in=own))
    page = page_of(request, shown)
    lines = lines_of(page.rows, merchants, now=clock.now())
    context = {
        "enrolled": [line for line in lines if line.takes_part],
        "open": [line for line in lines if not line.takes_part and line.may_enrol],
        "others": [line for line in lines if not line.takes_part and not line.may_enrol],
        "is_empty": not lines,
        "has_many": len(merchants) > 1,
        **page.pager,
    }
    return render(request, "offers/list.html", context)


@require_GET
def offer_page(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, one_offer(request, number))


@require_POST
@idempotent
def enrolment(request: HttpRequest, number: str) -> HttpResponse:
    """The merchant takes part; what was chosen comes back with what was wrong."""
    offer, merchant = one_offer(request, number), _merchant_named(request)
    if sentence := objection_to(MemberRight.ENROL_IN_OFFERS, request.user, merchant):
        messages.error(request, sentence)
        return redirect("offers:offer", number)
    form = EnrolmentForm(offer, merchant, request.POST)
    if not form.is_valid():
        return _page(request, offer, merchant=merchant, form=form)
    try:
        enrol(
            offer,
            merchant,
            agrees=form.cleaned_data["agree"],
            terminals=form.cleaned_data.get("terminals", ()),
            by=request.user,
            now=clock.now(),
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("You are enrolled."))
    return redirect("offers:offer", number)


@require_POST
@idempotent
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """The enrolment is taken back, before the offer begins."""
    merchants_of(request)
    rows = Enrolment.objects.visible_to(request.user).select_related("offer", "merchant")
    mine = get_object_or_404(rows, pk=pk)
    try:
        mine.withdraw(by=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The enrolment is withdrawn."))
    return redirect("offers:offer", mine.offer.number)


def merchants_of(request: HttpRequest) -> list[Merchant]:
    """Whom the person acts for. Staff have their own place and find nothing here."""
    if not request.user.is_authenticated or not request.user.is_merchant_user:
        raise Http404
    rows = Merchant.objects.visible_to(request.user).select_related("branch")
    return list(rows.order_by("pk")[:MOST_MERCHANTS])


def offers_of(request: HttpRequest) -> QuerySet[Offer]:
    return Offer.objects.visible_to(request.user).select_related("branch")


def one_offer(request: HttpRequest, number: str) -> Offer:
    merchants_of(request)
    return get_object_or_404(offers_of(request), number=number)


def _merchant_named(request: HttpRequest) -> Merchant:
    """The merchant that the form names, which may be left out by whoever acts for one only."""
    merchants = merchants_of(request)
    named = request.POST.get("merchant", "")
    found = [each for each in merchants if each.number == named or (not named and len(merchants) == 1)]
    if not found:
        raise Http404
    return found[0]


def _page(
    request: HttpRequest, offer: Offer, *, merchant: Merchant | None = None, form: EnrolmentForm | None = None
) -> HttpResponse:
    now, merchants = clock.now(), merchants_of(request)
    parts = [
        _part(request, line, form if form and line.merchant == merchant else None, now=now)
        for line in lines_of([offer], merchants, now=now)
    ]
    context = {"offer": offer, "parts": parts, "has_many": len(merchants) > 1, "form": form}
    return render(request, "offers/offer.html", context)


def _part(request: HttpRequest, line: Line, form: EnrolmentForm | None, *, now: Any) -> dict[str, Any]:
    """What the page offers one merchant."""
    may_not = objection_to(MemberRight.ENROL_IN_OFFERS, request.user, line.merchant)
    shown = form or EnrolmentForm(line.offer, line.merchant) if line.may_enrol else None
    # Of an offer that each terminal enrols in, all may be in it already.
    is_left = shown is not None and ("terminals" not in shown.fields or shown.fields["terminals"].choices)
    return {
        "line": line,
        "may_not": may_not,
        "form": shown if is_left and not may_not else None,
        "enrolments": [
            {"row": each, "why_not": each.objection(Enrolment.Status.WITHDRAWN, by=request.user, now=now)}
            for each in line.enrolments
        ],
    }
