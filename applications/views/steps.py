"""The merchant's steps on the page of an application: take it back, call off what was granted, leave an answer as it is, ask for
a review, begin again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications.corrections import confirm
from applications.filing import begin_again
from applications.forms.calling_off import CallingOffForm
from applications.forms.review_request import ReviewRequestForm
from applications.models import Application
from applications.models.scheduled import ScheduledEffect
from applications.views.place import ApplicationView
from applications.views.status import StatusView
from config.kernel.lifecycle import Refused


class WithdrawalView(ApplicationView):
    """The application is taken back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        try:
            self.application.withdraw(by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("status"))
        messages.success(request, _("The application is withdrawn."))
        return redirect(self.to("status"))


class CallingOffView(StatusView):
    """What was granted does not become true, for a reason that stays on record."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        one = self.application
        if not isinstance(one, ScheduledEffect):
            raise Http404
        form = CallingOffForm(request.POST)
        if not form.is_valid() and not one.objection_to_call_off(by=request.user):
            return self.shown(calling_off_form=form)
        try:
            one.call_off(by=request.user, now=self.now, note=form.cleaned_data.get("words") or "")
        except Refused as refused:
            return self.refuse(refused, self.to("status"))
        messages.success(request, _("Called off. Nothing of it takes effect."))
        return redirect(self.to("status"))


class ConfirmationView(ApplicationView):
    """An answer that was given back is right as it is, says the merchant."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        try:
            confirm(self.application, request.POST.get("item", "")[:60], by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("status"))
        messages.success(request, _("Noted. The bank sees that you have left it as it is."))
        return redirect(self.to("status"))


class ReviewRequestView(StatusView):
    """Somebody else at the bank looks at the refusal again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        form = ReviewRequestForm(request.POST)
        one: Application = self.application
        if not form.is_valid() and not one.objection_to_ask(by=request.user, now=self.now):
            return self.shown(form)
        try:
            one.ask_for_review(by=request.user, now=self.now, text=form.cleaned_data.get("text") or "")
        except Refused as refused:
            return self.refuse(refused, self.to("status"))
        messages.success(request, _("Your request has arrived. Somebody else looks at it and answers here."))
        return redirect(self.to("status"))


class RenewalView(ApplicationView):
    """A new draft with the answers of this application."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        try:
            draft = begin_again(self.application, by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("status"))
        messages.success(request, _("A new draft with your answers. The papers have to be uploaded again."))
        return redirect(self.url("draft", draft.number))
