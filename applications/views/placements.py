"""The page of terminals: a list of up to twenty, each line with a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from applications.answers import terminal_lines
from applications.corrections import Opened
from applications.forms.placement import PlacementForm, drop
from applications.models import Placement
from applications.views.place import DraftView
from applications.views.questions import LATER
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy


class PlacementsView(DraftView):
    """The list."""

    task = "placements"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.shown([])

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        if request.POST.get("go") == LATER:
            return redirect(self.to("draft"))
        lacking = [each for each in self.registration.missing(on=self.today) if each.page == self.task]
        return self.shown(lacking) if lacking else self.onward()

    def shown(self, lacking: list[Any]) -> HttpResponse:
        lines = terminal_lines(self.registration)
        to_do = self.to("placements" if lines else "placement_new")
        problems = [{"label": "", "sentence": each.sentence, "target": "", "url": to_do} for each in lacking]
        asked = request_pk(self.request.GET.get("remove", ""))
        return self.page(
            "applications/placements.html",
            {
                "lines": lines,
                "problems": problems,
                "is_open": Opened(self.registration, on=self.today).page(self.task),
                "most": current_policy().terminals_per_application,
                "removing": next((line for line in lines if line.pk == asked), None),
            },
        )


class PlacementView(DraftView):
    """One line, new or known."""

    task = "placements"

    def get(self, request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
        return self.away() or self.shown(self.form(pk))

    def post(self, request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
        if away := self.away():
            return away
        form = self.form(pk, request.POST)
        if not form.is_valid():
            return self.shown(form)
        try:
            line = form.keep(by=request.user, now=self.now)
        except Refused as refused:
            form.add_error(None, refused.sentence)
            return self.shown(form)
        messages.success(request, _("“%(name)s” is on the list.") % {"name": line})
        again = "?from=check" if self.comes_from_check else ""
        return redirect(self.to("check") if self.comes_from_check else self.to("placements") + again)

    def away(self) -> HttpResponse | None:
        """To the list, where this page is not open or the list is full."""
        if not Opened(self.registration, on=self.today).page(self.task):
            return redirect(self.to("placements"))
        most = current_policy().terminals_per_application
        if "pk" not in self.kwargs and self.registration.placements.count() >= most:
            sentence = _("One application can hold %(most)s terminals. Please file another one for the rest.")
            return self.refuse(Refused(sentence % {"most": most}), self.to("placements"))
        return None

    def form(self, pk: int | None, data: Any = None) -> PlacementForm:
        line = get_object_or_404(self.registration.placements, pk=pk) if pk else None
        return PlacementForm(data, instance=line, registration=self.registration, today=self.today)

    def shown(self, form: PlacementForm) -> HttpResponse:
        return self.page("applications/placement.html", {"form": form, "back_url": self.to("placements")})


class PlacementRemovalView(DraftView):
    """A line is off the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        line: Placement = get_object_or_404(
            self.registration.placements.select_related("registration"), pk=pk
        )
        try:
            if not Opened(self.registration, on=self.today).page("placements"):
                raise Refused(_("The terminals of this application have been accepted."))
            drop(line, by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("placements"))
        messages.success(request, _("“%(name)s” is off the list.") % {"name": line})
        return redirect(self.to("placements"))


def request_pk(text: str) -> int | None:
    """The number in an address, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
