"""What a customer asks for of what it has: begun for a terminal, one page of questions, then papers and check as everywhere."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from applications.filing import start_request
from applications.forms.begin_deactivation import BeginDeactivationForm
from applications.forms.begin_request import BeginRequestForm
from applications.forms.deactivation import DeactivationForm
from applications.forms.information_change import InformationChangeForm
from applications.forms.pages import PageForm
from applications.forms.relocation import RelocationForm
from applications.forms.replacement import ReplacementForm
from applications.kinds import REQUESTS
from applications.models import Application
from applications.views.place import PlaceView
from applications.views.questions import QuestionsView
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from merchants.expiry import DOCUMENTS

Kind = Application.Kind
FORMS: dict[str, type[PageForm]] = {
    Kind.CHANGE: InformationChangeForm,
    Kind.RELOCATION: RelocationForm,
    Kind.REPLACEMENT: ReplacementForm,
    Kind.DEACTIVATION: DeactivationForm,
}
DATES = {last_day for last_day, _is_long_term in DOCUMENTS.values()}
BEGIN_FORMS: dict[str, type[BeginRequestForm]] = {Kind.DEACTIVATION: BeginDeactivationForm}


class BeginRequestView(PlaceView):
    """What it is, what to have at hand, and the button that makes the draft. A GET makes nothing."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.kind = kwargs["kind"]
        if self.kind not in REQUESTS:
            raise Http404

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        named = {"terminal": 8, "merchant": 15}
        return self.shown(
            self.form(
                initial={
                    name: request.GET[name][:most] for name, most in named.items() if name in request.GET
                }
            )
        )

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.shown(form)
        try:
            draft = start_request(
                kind,
                merchant=form.merchant,
                terminal=form.cleaned_data.get("terminal"),
                applicant=form.applicant,
                by=request.user,
                now=self.now,
                **form.given,
            )
        except Refused as refused:
            if refused.code == "already_open":
                return self.refuse(refused, self.url("status", refused.params["number"]))
            form.add_error(None, refused.sentence)
            return self.shown(form)
        # A link that asks for a new date leads to its field.
        field = request.GET.get("focus", "")
        at_field = f"?focus={field}#id_{field}" if field in DATES else ""
        return redirect(self.url("request", draft.number) + at_field)

    def form(self, data: Any = None, **kwargs: Any) -> BeginRequestForm:
        return BEGIN_FORMS.get(self.kind, BeginRequestForm)(
            data, user=self.request.user, desk=self.desk, model=REQUESTS[self.kind], **kwargs
        )

    def shown(self, form: BeginRequestForm) -> HttpResponse:
        return self.page(
            "applications/begin_request.html",
            {
                "form": form,
                "model": REQUESTS[self.kind],
                "title": Kind(self.kind).label,
                "has_choice": self.desk or form.has_choice,
                "policy": current_policy(),
            },
        )


class RequestView(QuestionsView):
    """The one page of questions of a request."""

    task = "request"
    template = "applications/request.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.application.kind not in FORMS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Any = None) -> PageForm:
        return FORMS[self.application.kind](
            data, instance=self.application, opened=self.opened, focus=self.focus
        )

    def shown(self, form: PageForm, **context: Any) -> HttpResponse:
        one = self.application
        return super().shown(
            form,
            title=one.pages()[self.task],
            introduction=one.INTRODUCTION,
            warning=one.warning(),
            on_record=one.on_record(),
            first=one.to_do_first(),
            **context,
        )
