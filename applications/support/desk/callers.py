"""Somebody calls: find the merchant, make sure who it is, see all of it for a while, open a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from applications.support.callers import LEAST, QUESTIONS, check_caller, find_merchant
from applications.support.desk.filters import CallerCheckFilter
from applications.support.desk.forms import CallForm, CallSaleForm
from applications.support.models import CallerCheck, Ticket
from applications.support.opening import open_ticket
from config.kernel import clock
from config.kernel.audit import record_access
from config.kernel.desk_list import Tile
from config.kernel.desk_steps import Step, SteppingDesk
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import moment
from config.kernel.templatetags.status_tags import tag
from config.privacy.formfields import PlainTextField
from merchants.desk.shown import name_of
from merchants.desk.shown import row as line
from merchants.models import Merchant
from terminals.caller_parts import sections_of

CHECK = "support.add_callercheck"


class SearchForm(forms.Form):
    """Sent and not asked for, so that a mobile number stands in no address."""

    typed = PlainTextField(
        label=_("Whom the caller speaks for"),
        help_text=_("Merchant number, credit code, contact mobile or terminal number, whole."),
        max_length=60,
    )


class IdentityForm(forms.Form):
    """What the caller answers. Only what was asked is filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, _held) in QUESTIONS.items():
            self.fields[name] = PlainTextField(
                label=label,
                max_length=60,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )


def _not_open(check: CallerCheck, *, by, now) -> str:
    return "" if check.is_open_to(by, now=now) else gettext("The time after the check of identity is over.")


def _open_for_caller(check: CallerCheck, form: Any, *, by, now) -> str:
    if sentence := _not_open(check, by=by, now=now):
        raise Refused(sentence, code="too_late")
    said = form.cleaned_data
    is_sale = "category" not in said
    ticket = open_ticket(
        merchant=check.merchant,
        category=Ticket.Category.MISSING_SALE if is_sale else said["category"],
        terminal=said["terminal"],
        text=said["text"],
        sale=form.sale if is_sale else None,
        by=by,
        now=now,
    )
    return gettext("Ticket %(number)s is open.") % {"number": ticket}


def _form(cls: Any, noun: str):
    return lambda row, *args: cls(row.merchant, *args[:1], prefix=noun)


CALL_STEPS = {
    "ticket": Step(
        _("A ticket for the caller"),
        pgettext_lazy("ticket", "Open"),
        "plus",
        CHECK,
        _form(CallForm, "ticket"),
        _not_open,
        _open_for_caller,
    ),
    "sale": Step(
        _("A transaction of the caller that cannot be found"),
        pgettext_lazy("ticket", "Open"),
        "magnifying-glass",
        CHECK,
        _form(CallSaleForm, "sale"),
        _not_open,
        _open_for_caller,
    ),
}


class CallerCheckAdmin(SteppingDesk):
    """Checks of callers: one's own, for those who oversee the help line all of the branch and below."""

    steps = CALL_STEPS
    filterset_class = CallerCheckFilter
    list_display = ("number", "outcome", "merchant_name", "by", "at", "branch")
    list_select_related = ("merchant", "by", "branch")
    search_help_text = _("Number of the check, or whole merchant number")
    page_template = "admin/support/caller.html"
    rank = 2
    icon = "phone"
    empty = _("When somebody calls, identify them first; each check stands here with its outcome.")
    hint = _("Who was identified on the telephone, and who was not")

    def get_queryset(self, request):
        return CallerCheck.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("merchant__branch", "by", "branch")

    @admin.display(description=_("number"))
    def number(self, check: CallerCheck) -> str:
        return str(check)

    @admin.display(description=_("merchant"))
    def merchant_name(self, check: CallerCheck) -> str:
        return name_of(check.merchant)

    @admin.display(description=_("outcome"))
    def outcome(self, check: CallerCheck) -> Any:
        if check.has_passed:
            return tag("ok", gettext("Passed"), "check")
        return tag("bad", gettext("Not passed"), "x-circle")

    def tools(self, request: HttpRequest) -> list[Tile]:
        if not request.user.has_perm(CHECK):
            return []
        hint = gettext("Make sure who calls, then see all of the merchant")
        return [Tile(reverse("admin:support_callercheck_add"), "phone", gettext("Somebody calls"), hint)]

    def get_urls(self):
        identity = path(
            "<int:merchant>/identity/",
            self.admin_site.admin_view(self.identity),
            name="support_callercheck_identity",
        )
        return [identity, *super().get_urls()]

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        """Whom the caller speaks for. Nothing of the merchant is shown yet."""
        if not request.user.has_perm(CHECK):
            raise PermissionDenied
        form = SearchForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            if found := find_merchant(form.cleaned_data["typed"], by=request.user):
                return redirect("admin:support_callercheck_identity", found.pk)
            form.add_error("typed", gettext("No one merchant of your branch is found by this."))
        return self._form_page(request, "admin/support/caller_search.html", gettext("Somebody calls"), form)

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def identity(self, request: HttpRequest, merchant: int) -> HttpResponse:
        """What the caller was asked and has answered."""
        if not request.user.has_perm(CHECK):
            raise PermissionDenied
        row = get_object_or_404(Merchant.objects.visible_to(request.user), pk=merchant)
        form = IdentityForm(request.POST if request.method == "POST" else None)
        given: dict[str, Any] = {"merchant_name": name_of(row)}
        if request.method == "POST" and form.is_valid():
            try:
                check = check_caller(row, form.cleaned_data, by=request.user, now=clock.now())
                return redirect("admin:support_callercheck_change", check.pk)
            except Refused as refused:
                # What was typed is not shown again: it may be somebody else's.
                form = IdentityForm()
                given |= {"status": 409, "refused": refused}
        return self._form_page(
            request, "admin/support/caller_identity.html", gettext("Who calls?"), form, **given
        )

    def page_context(self, request, row) -> dict[str, Any]:
        now = clock.now()
        is_open = row.is_open_to(request.user, now=now)
        if is_open:
            record_access(
                "caller", by=request.user, now=now, subject=row.merchant, detail={"check": str(row)}
            )
        return {
            "merchant_name": name_of(row.merchant),
            "outcome": self.outcome(row),
            "is_open": is_open,
            "sections": sections_of(row.merchant, reader=request.user, now=now) if is_open else [],
            "offers": self.offers(request, row) if is_open else [],
            "facts": [
                line(
                    pgettext("call", "Asked for"),
                    ", ".join(str(QUESTIONS[name][0]) for name in row.asked if name in QUESTIONS),
                ),
                line(gettext("By"), row.by),
                line(gettext("At"), moment(row.at)),
                line(gettext("Open until"), moment(row.opens_until)),
            ],
        }

    def _form_page(
        self,
        request: HttpRequest,
        template: str,
        title: str,
        form: forms.Form,
        *,
        status: int = 200,
        **given: Any,
    ) -> HttpResponse:
        policy = current_policy()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            "title": title,
            "form": form,
            "least": LEAST,
            "minutes": policy.caller_minutes,
            **given,
        }
        return TemplateResponse(request, template, context, status=status)
