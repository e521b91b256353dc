"""Beginning a registration and letting a draft go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications.filing import discard, start_registration
from applications.forms.begin import BeginForm, FilingForm
from applications.models import Application
from applications.views.place import DraftView, PlaceView
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from config.privacy.identifiers import normalise, serial_number


class BeginView(PlaceView):
    """What to have at hand, and the button that makes the draft. A GET makes nothing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        # A label or a self-check knows the device; anything that is no serial number is left out.
        serial = normalise(request.GET.get("serial", "")[:60])
        return self.shown(self.form(initial={} if serial_number.problem(serial) else {"serial": serial}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.shown(form)
        try:
            registration = start_registration(
                applicant=form.applicant,
                by=request.user,
                now=self.now,
                merchant=form.merchant,
                serial_number=form.cleaned_data["serial"],
            )
            if self.desk and registration.branch is None:
                with registration.revising(by=request.user, now=self.now):
                    registration.branch = request.user.branch
        except Refused as refused:
            return self.refuse(refused, self.url("list"))
        return redirect(self.url("draft", registration.number))

    def form(self, data: Any = None, **kwargs: Any) -> BeginForm:
        return (FilingForm if self.desk else BeginForm)(data, user=self.request.user, **kwargs)

    def shown(self, form: BeginForm) -> HttpResponse:
        drafts = self.visible().filter(status=Application.Status.DRAFT).order_by("-edited_at")[:5]
        return self.page(
            "applications/begin.html", {"form": form, "drafts": drafts, "policy": current_policy()}
        )


class DeletionView(DraftView):
    """The draft is gone with its papers."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        try:
            discard(self.application, by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("draft"))
        messages.success(request, _("The draft %(number)s is deleted.") % {"number": number})
        return redirect(self.url("list"))
