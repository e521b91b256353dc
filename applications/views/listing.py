"""All applications of a merchant, newest first, and the search behind the typed fields."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from applications.corrections import correction_count
from applications.forms.lookups import SOURCES, candidates
from applications.models import Application
from applications.views.place import PlaceView
from config.kernel.keyset import UnknownPlace, slice_of
from config.kernel.policy import current_policy

PAGE_SIZE = 20
CURSOR = "at"


class ListView(PlaceView):
    """The list, paged by key. A place in it that nobody wrote shows its beginning and says so."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Application.objects.filter(filed_by=request.user)
        if not self.desk:
            rows = Application.objects.visible_to(request.user)
        rows = rows.select_related("branch").annotate(correction_count=correction_count())
        problem = ""
        try:
            part = slice_of(rows, order=("-id",), size=PAGE_SIZE, cursor=request.GET.get(CURSOR, ""))
        except UnknownPlace:
            problem = _(
                "This address names a place in the list that does not exist, so the list begins at its start."
            )
            part = slice_of(rows, order=("-id",), size=PAGE_SIZE)
        return self.page(
            "applications/list.html",
            {
                "rows": part.rows,
                "problem": problem,
                "next_url": f"?{CURSOR}={part.next}" if part.next else "",
                "previous_url": f"?{CURSOR}={part.previous}" if part.previous else "",
                "draft_days": current_policy().draft_days,
            },
        )


class LookupView(View):
    """Options for a typed search, for whoever is signed in: a fragment for a datalist."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, source: str) -> HttpResponse:
        if source not in SOURCES:
            raise Http404
        text = request.GET.get(request.GET.get("named", "")[:60], "")
        found = candidates(SOURCES[source], text[:120])
        return render(request, "applications/forms/_options.html", {"candidates": found})
