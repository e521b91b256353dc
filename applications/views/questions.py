"""The pages of questions: the task list, the kind of merchant, the business, the responsible person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications.answers import rows_of
from applications.filing import draft_expires_on
from applications.forms.business import BusinessForm, MerchantTypeForm
from applications.forms.pages import PageForm
from applications.forms.responsible import OwnersFormSet, ResponsibleForm, owners_formset
from applications.views.place import DraftView, RegistrationDraftView
from config.accounts.branches import Branch
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from merchants.particulars import MerchantType

LATER, MORE = "later", "more"
EXPIRY_WARNING = timedelta(days=3)


class TasksView(DraftView):
    """The five tasks with their states: where a draft is left and taken up again."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        expires_soon = draft_expires_on(self.application) - self.today <= EXPIRY_WARNING
        return self.page(
            "applications/tasks.html",
            {
                "expires_soon": expires_soon,
                "asks_deletion": request.GET.get("ask") == "deletion",
                "draft_days": current_policy().draft_days,
            },
        )


class MerchantTypeView(RegistrationDraftView):
    """The kind of merchant, asked before everything that depends on it."""

    task = "business"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        if not self.opened.item("field:merchant_type"):
            return redirect(self.to("business"))
        return self.shown(MerchantTypeForm(instance=self.registration))

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        if not self.opened.item("field:merchant_type"):
            sentence = self.opened.why_closed("field:merchant_type")
            return self.refuse(Refused(sentence), self.to("business"))
        form = MerchantTypeForm(request.POST, instance=self.registration)
        if not form.is_valid():
            return self.shown(form)
        try:
            form.keep(by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("status"))
        return redirect(self.to("business") + ("?from=check" if self.comes_from_check else ""))

    def shown(self, form: MerchantTypeForm) -> HttpResponse:
        given_back = [each for each in self.opened.corrections if each.item == "field:merchant_type"]
        return self.page("applications/merchant_type.html", {"form": form, "given_back": given_back})


class QuestionsView(DraftView):
    """One page of questions. Going on insists on answers; leaving keeps whatever is right and says what is not."""

    template = ""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        if not self.is_open():
            return self.page("applications/read_only.html", {"rows": rows_of(self.application, self.task)})
        return self.shown(self.form())

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        if not self.is_open():
            sentence = self.opened.why_closed(f"field:{self.task}")
            return self.refuse(Refused(sentence), self.to(self.task))
        form = self.form(request.POST)
        try:
            failed = self.keep(form)
        except Refused as refused:
            return self.refuse(refused, self.to("status"))
        if request.POST.get("go") == LATER:
            return self.leave(failed)
        if request.POST.get("go") == MORE and not failed:
            return redirect(request.get_full_path() + "#more")
        form.insist(on=self.today)
        if failed or form.errors:
            return self.shown(form)
        return self.onward()

    def is_open(self) -> bool:
        return self.opened.page(self.task)

    def form(self, data: Any = None) -> PageForm:
        raise NotImplementedError

    def keep(self, form: PageForm) -> list[str]:
        return form.keep(by=self.request.user, now=self.now)

    def leave(self, failed: list[str]) -> HttpResponse:
        if failed:
            sentence = _("Saved, except for what still has to be corrected: %(fields)s.")
            messages.warning(self.request, sentence % {"fields": _(", ").join(failed)})
        else:
            messages.success(self.request, _("Saved. You can go on at any time, on another phone too."))
        return redirect(self.to(self.home))

    def shown(self, form: PageForm, **context: Any) -> HttpResponse:
        return self.page(self.template, {"form": form, **context})


class RegistrationPage(QuestionsView, RegistrationDraftView):
    """A page of questions of a registration."""


class BusinessView(RegistrationPage):
    task = "business"
    template = "applications/business.html"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        if not self.registration.merchant_type and self.is_open():
            return redirect(self.to("merchant_type"))
        return super().get(request, number)

    def form(self, data: Any = None) -> BusinessForm:
        branches = Branch.objects.active()
        if self.desk:
            branches = branches.filter(pk__in=self.request.user.branch_scope())
        return BusinessForm(
            data, instance=self.registration, branches=branches, opened=self.opened, focus=self.focus
        )

    def shown(self, form: PageForm, **context: Any) -> HttpResponse:
        of_the_type = {
            "type_is_open": form.opened.item("field:merchant_type"),
            "type_given_back": [
                each for each in form.opened.corrections if each.item == "field:merchant_type"
            ],
        }
        return super().shown(form, **of_the_type, **context)


class ResponsibleView(RegistrationPage):
    task = "responsible"
    template = "applications/responsible.html"
    owners: OwnersFormSet | None = None
    owners_open = True

    def form(self, data: Any = None) -> ResponsibleForm:
        opened = self.opened
        if self.registration.merchant_type == MerchantType.ENTERPRISE:
            self.owners_open = opened.field("beneficial_owners")
            self.owners = owners_formset(self.registration, data, is_open=self.owners_open, focus=self.focus)
        return ResponsibleForm(data, instance=self.registration, opened=opened, focus=self.focus)

    def keep(self, form: PageForm) -> list[str]:
        if self.owners is None:
            return super().keep(form)
        if not self.owners_open:
            failed = super().keep(form)
            return [*failed, _("Beneficial owners")] if self.sends_owners() else failed
        if self.owners.is_valid() and self.owners.forms:
            form.also_keep = {"beneficial_owners": self.owners.owners()}
            return super().keep(form)
        return [*super().keep(form), _("Beneficial owners")]

    def sends_owners(self) -> bool:
        """Whether somebody sent owners where none are asked for."""
        return any(name.startswith("owners-") for name in self.request.POST)

    def shown(self, form: PageForm, **context: Any) -> HttpResponse:
        if not self.owners_open and self.sends_owners():
            form.add_error(None, form.opened.why_closed())
        given_back = [each for each in form.opened.corrections if each.item == "field:beneficial_owners"]
        of_owners = {"owners_open": self.owners_open, "owners_given_back": given_back}
        return super().shown(form, owners=self.owners, **of_owners, **context)
