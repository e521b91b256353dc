"""The desk of long imports: each person's own, how far they are, what came of them, and which lines have to be mended."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.files.exports.numbers import NumberFilter, keys_of_number
from config.files.imports.asking import import_what_was_looked_at
from config.files.imports.importer import importers
from config.files.imports.job import ImportJob
from config.files.imports.shown import facts_of, outcome_of, progress_of
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused


class ImportJobFilter(django_filters.FilterSet):
    q = NumberFilter(method="search", label=_("Search"))
    status = django_filters.ChoiceFilter(label=_("status"), choices=ImportJob.Status.choices)

    def search(self, queryset, name: str, value: str):
        """The number of an import, with or without its letters."""
        return queryset.filter(pk__in=keys_of_number(value, "DR-"))


class ImportJobAdmin(DeskAdmin):
    filterset_class = ImportJobFilter
    list_display = ("number", "title", "status", "only_look", "asked_at", "lines_expected", "added_count")
    search_help_text = _("The number of an import")
    page_template = "admin/files/import.html"
    rank = 4
    icon = "arrow-up-tray"
    empty = _("Lists that are too long to be taken at once stand here, with how far they are.")
    hint = _("Long lists that you sent, how far they are and what came of them")
    note = _("A list is kept sealed until its import is over, and then deleted.")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may import a list that can be long; what is seen are the own imports."""
        long = (importer for importer in importers() if importer.takes_long)
        return any(importer.may_be_used_by(request.user) for importer in long)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request):
        return ImportJob.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("asked_by")

    def list_title(self) -> str:
        return gettext("Imports")

    @admin.display(description=_("number"))
    def number(self, job: ImportJob) -> str:
        return job.number

    @admin.display(description=_("list"))
    def title(self, job: ImportJob) -> str:
        return job.title

    def get_urls(self):
        cancellation = path(
            "<int:pk>/cancellation/",
            self.admin_site.admin_view(self.cancellation),
            name="files_importjob_cancellation",
        )
        start = path("<int:pk>/start/", self.admin_site.admin_view(self.start), name="files_importjob_start")
        return [cancellation, start, *super().get_urls()]

    def page_context(self, request, row) -> dict[str, Any]:
        declared = row.declared
        return {
            "facts": facts_of(row),
            "progress": progress_of(row, now=clock.now()),
            "outcome": outcome_of(row, person=request.user),
            "is_open": row.status in ImportJob.OPEN,
            "is_kept": not row.objection_to_keep(),
            "problems": [{"line": line, "sentence": sentence} for line, sentence in row.errors],
            "more": max(row.error_count - len(row.errors), 0),
            "headings": declared.headings() if declared and row.preview else [],
        }

    @method_decorator([require_POST, idempotent])
    def cancellation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It is not wanted any more."""
        job = self.row(request, pk)
        try:
            job.call_off(by=request.user, now=clock.now())
        except Refused as refused:
            return self.page(request, self.row(request, pk), status=409, refused=refused)
        return redirect("admin:files_importjob_change", job.pk)

    @method_decorator([require_POST, idempotent])
    def start(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The list that was looked through is imported now."""
        look = self.row(request, pk)
        try:
            job = import_what_was_looked_at(look, by=request.user, now=clock.now())
        except Refused as refused:
            return self.page(request, self.row(request, pk), status=409, refused=refused)
        return redirect("admin:files_importjob_change", job.pk)
