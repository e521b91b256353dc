"""What can be asked for of a terminal that goes on: other particulars, another place, another device."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from applications.kinds import REQUESTS
from applications.models import Application
from applications.terminal_parts import OFFERED, applications_of
from applications.views.place import PlaceView
from terminals.models import Terminal
from terminals.page_parts import Link

Kind = Application.Kind
CHANGES = (Kind.RELOCATION, Kind.REPLACEMENT, Kind.CHANGE)


class ChangesView(PlaceView):
    """Which of the three it is. Of an only terminal everything is known: what is in hand leads to itself, and what is not
    possible says why. A GET makes nothing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        terminals = list(Terminal.objects.visible_to(request.user).live().order_by("pk")[:2])
        return self.page("applications/changes.html", {"links": self._links(terminals)})

    def _links(self, terminals: list[Terminal]) -> list[Link]:
        if not terminals:
            return []
        if len(terminals) == 1:
            return applications_of(terminals[0], self.request.user, self.now, kinds=CHANGES)
        return [
            Link(
                str(OFFERED[kind]),
                reverse("applications:new_request", args=[kind]),
                icon=Application.KIND_ICONS[kind],
                hint=str(REQUESTS[kind].INTRODUCTION),
            )
            for kind in CHANGES
        ]
