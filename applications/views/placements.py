"""The page of terminals: a list of up to twenty, each line with a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from applications.answers import terminal_lines
from applications.forms.parts import DEVICE, PLACE, TERMS
from applications.forms.placement import PlacementForm, drop
from applications.models import Placement
from applications.views.place import RegistrationDraftView
from applications.views.questions import LATER
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy


class PlacementsView(RegistrationDraftView):
    """The list."""

    task = "placements"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.shown([])

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        if request.POST.get("go") == LATER:
            return redirect(self.to(self.home))
        lacking = [each for each in self.registration.unanswered(on=self.today) if each.page == self.task]
        return self.shown(lacking) if lacking else self.onward()

    def shown(self, lacking: list[Any]) -> HttpResponse:
        lines = terminal_lines(self.registration)
        to_do = self.to("placements" if lines else "placement_new")
        problems = [{"label": "", "sentence": each.sentence, "target": "", "url": to_do} for each in lacking]
        asked, opened = request_pk(self.request.GET.get("remove", "")), self.opened
        for line in lines:
            own = f"placement:{line.position}:"
            line.is_open = any(opened.item(f"{own}{part}") for part in (DEVICE, PLACE, TERMS))
            line.can_go = opened.may_drop(line)
            line.given_back = [each for each in opened.corrections if each.item.startswith(own)]
        return self.page(
            "applications/placements.html",
            {
                "lines": lines,
                "problems": problems,
                "is_open": opened.page(self.task),
                "can_add": opened.lines(),
                "most": current_policy().terminals_per_application,
                "removing": next((line for line in lines if line.pk == asked and line.can_go), None),
            },
        )


class PlacementView(RegistrationDraftView):
    """One line, new or known."""

    task = "placements"

    def get(self, request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
        return self.away(pk) or self.shown(self.form(pk))

    def post(self, request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
        if away := self.away(pk):
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
        if self.comes_from_check:
            return redirect(self.to("check"))
        return redirect(self.to("status" if self.is_returned else "placements"))

    def away(self, pk: int | None) -> HttpResponse | None:
        """To the list, where this page is not open or the list is full."""
        opened = self.opened
        line = get_object_or_404(self.registration.placements, pk=pk) if pk else None
        parts = [f"placement:{line.position}:{part}" for part in (DEVICE, PLACE, TERMS)] if line else []
        if not (any(map(opened.item, parts)) if line else opened.lines()):
            return self.refuse(Refused(opened.why_closed()), self.to("placements"))
        most = current_policy().terminals_per_application
        if "pk" not in self.kwargs and self.registration.placements.count() >= most:
            sentence = _("One application can hold %(most)s terminals. Please file another one for the rest.")
            return self.refuse(Refused(sentence % {"most": most}), self.to("placements"))
        return None

    def form(self, pk: int | None, data: Any = None) -> PlacementForm:
        line = get_object_or_404(self.registration.placements, pk=pk) if pk else None
        return PlacementForm(
            data,
            instance=line,
            registration=self.registration,
            today=self.today,
            opened=self.opened,
            focus=self.focus,
        )

    def shown(self, form: PlacementForm) -> HttpResponse:
        return self.page("applications/placement.html", {"form": form, "back_url": self.back()})

    def back(self) -> str:
        return self.to("status" if self.is_returned else "placements")


class PlacementRemovalView(RegistrationDraftView):
    """A line is off the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        line: Placement = get_object_or_404(
            self.registration.placements.select_related("registration"), pk=pk
        )
        try:
            if not self.opened.may_drop(line):
                raise Refused(_("The terminals of this application have been accepted."), code="not_open")
            drop(line, by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("placements"))
        messages.success(request, _("“%(name)s” is off the list.") % {"name": line})
        return redirect(self.to("placements"))


def request_pk(text: str) -> int | None:
    """The number in an address, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
