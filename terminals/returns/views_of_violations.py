"""A merchant's violations and charges in the browser: what was found, its own statement, the decision, what is due."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from config.accounts.roles import MemberRight
from config.files.qr import qr_picture
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.paging import page_of
from config.privacy.formfields import PlainTextField
from merchants.people import objection_to
from terminals.returns.models import Charge, Violation
from terminals.returns.reckoned import words_of
from terminals.returns.violations import decision_facts_of


class StatementForm(forms.Form):
    statement = PlainTextField(
        label=gettext_lazy("Your statement"),
        help_text=gettext_lazy("What you have to say to the findings. It can be sent once."),
        max_length=2000,
        multiline=True,
        error_messages={"required": gettext_lazy("Write what there is to say to the findings.")},
    )


@require_GET
def violation_list(request: HttpRequest) -> HttpResponse:
    """Violations, newest first, and everything that is due."""
    page = page_of(request, violations_of(request))
    due = charges_of(request).due().order_by("due_on", "pk")
    context = {"violations": page.rows, "charges": list(due), **page.pager}
    return render(request, "returns/violations.html", context)


@require_GET
def violation_page(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, one_violation(request, number))


@require_POST
@idempotent
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """The merchant's own words, before the decision."""
    violation, form = one_violation(request, number), StatementForm(request.POST)
    try:
        if sentence := _objection(request, violation):
            raise Refused(sentence, code="not_yours")
        if not form.is_valid():
            return _page(request, violation, form=form)
        violation.state(form.cleaned_data["statement"], by=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Your statement has reached the bank."))
    return redirect("returns:violation", number)


@require_GET
def decision_page(request: HttpRequest, number: str) -> HttpResponse:
    """The decision on one sheet."""
    violation = one_violation(request, number)
    if not violation.decision_number:
        raise Http404
    return render(request, "returns/decision.html", sheet_of(request, violation) | {"violation": violation})


@require_GET
def charge_page(request: HttpRequest, number: str) -> HttpResponse:
    charge = get_object_or_404(charges_of(request), pk=int(number.removeprefix("FY-")))
    return render(request, "returns/charge.html", {"charge": charge, "reckoned": words_of(charge)})


def violations_of(request: Any) -> Any:
    """The violations of the person's merchants that may be told. Staff have their own place."""
    if not request.user.is_merchant_user:
        raise Http404
    rows = Violation.objects.visible_to(request.user)
    return rows.select_related("category", "terminal", "merchant", "branch")


def charges_of(request: Any) -> Any:
    if not request.user.is_merchant_user:
        raise Http404
    return Charge.objects.visible_to(request.user).select_related("tariff", "merchant", "order", "violation")


def one_violation(request: HttpRequest, number: str) -> Violation:
    return get_object_or_404(violations_of(request), number=number)


def sheet_of(request: HttpRequest, violation: Violation) -> dict[str, Any]:
    """What `returns/_decision.html` prints."""
    address = request.build_absolute_uri(reverse("receipt", args=[violation.decision_token]))
    return {
        "facts": decision_facts_of(violation),
        "qr": qr_picture(address),
    }


def _objection(request: HttpRequest, violation: Violation) -> str:
    if sentence := objection_to(MemberRight.MAKE_STATEMENTS, request.user, violation.merchant):
        return sentence
    return violation.objection(Violation.Status.HEARD, by=request.user, now=clock.now())


def _page(request: HttpRequest, violation: Violation, form: StatementForm | None = None) -> HttpResponse:
    context = {
        "violation": violation,
        "measures": list(violation.measures.all()),
        "charges": list(violation.charges.select_related("tariff")),
        "form": form or StatementForm(),
        "why_not": _objection(request, violation),
    }
    return render(request, "returns/violation.html", context)
