"""All applications of a merchant, newest first, and the search behind the typed fields."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from applications.corrections import correction_count
from applications.forms.lookups import SOURCES, candidates
from applications.models import Application
from applications.views.place import PlaceView
from config.kernel.paging import page_of
from config.kernel.policy import current_policy


class ListView(PlaceView):
    """The list, paged by key. A place in it that nobody wrote shows its beginning and says so."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Application.objects.filter(filed_by=request.user)
        if not self.desk:
            rows = Application.objects.visible_to(request.user)
        rows = rows.select_related("branch").annotate(correction_count=correction_count())
        page = page_of(request, rows)
        return self.page(
            "applications/list.html",
            {"rows": page.rows, "draft_days": current_policy().draft_days, **page.pager},
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
