"""The desk of exports: the shelf, one report before it is taken, and what was taken with its progress and its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from config.files.exports.asking import ask, ask_again, is_short
from config.files.exports.conditions import in_words
from config.files.exports.export import Export
from config.files.exports.forms import TakingForm
from config.files.exports.numbers import NumberFilter, keys_of_number
from config.files.exports.parts import FileGone, content_of
from config.files.exports.report import TAKE, TICKED, Report, report_named, shelf
from config.files.exports.shown import facts_of, progress_of
from config.files.serving import closed
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin, Tile
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy

# A button that takes the report names its format here.
GO = "go"
# The button that takes the ticked rows of a list says so, also where none is ticked.
ONLY = "only"


class ExportFilter(django_filters.FilterSet):
    q = NumberFilter(method="search", label=_("Search"))
    status = django_filters.ChoiceFilter(label=_("status"), choices=Export.Status.choices)
    whose = django_filters.ChoiceFilter(
        method="of_whom",
        label=pgettext_lazy("export", "Asked for by"),
        choices=[("mine", _("Me")), ("others", _("Colleagues"))],
    )

    def of_whom(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        own = Q(asked_by=self.request.user)
        return queryset.filter(own if value == "mine" else ~own)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The number of an export, with or without its letters."""
        return queryset.filter(pk__in=keys_of_number(value, "DC-"))


class ExportAdmin(DeskAdmin):
    filterset_class = ExportFilter
    list_display = (
        "number",
        "title",
        "file_format",
        "status",
        "asked_at",
        "asked_by",
        "row_count",
        "expires_at",
    )
    list_select_related = ("asked_by",)
    search_help_text = _("The number of an export")
    page_template = "admin/files/export.html"
    rank = 2
    icon = "arrow-down-tray"
    empty = _("What you take away from a list stands here, with its file. Open a list and press Export.")
    hint = _("What you took away, what is being made, and files to download")
    note = _("A file is kept for a few days. Every download is on record.")

    def get_queryset(self, request):
        return Export.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("asked_by")

    def list_title(self) -> str:
        return gettext("Exports")

    @admin.display(description=_("number"))
    def number(self, export: Export) -> str:
        return export.number

    @admin.display(description=pgettext_lazy("export", "report"))
    def title(self, export: Export) -> str:
        return export.title

    def tools(self, request: HttpRequest) -> list[Tile]:
        if not request.user.has_perm(TAKE):
            return []
        hint = gettext("Lists of the portal as files for a spreadsheet")
        return [Tile(reverse("admin:files_export_reports"), "document-text", gettext("Reports"), hint)]

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("reports/", guarded(self.reports), name="files_export_reports"),
            path("reports/<slug:name>/", guarded(self.report), name="files_export_report"),
            path("<int:pk>/file/", guarded(self.file), name="files_export_file"),
            path("<int:pk>/cancellation/", guarded(self.cancellation), name="files_export_cancellation"),
            path("<int:pk>/repetition/", guarded(self.repetition), name="files_export_repetition"),
            *super().get_urls(),
        ]

    # -- the shelf ----------------------------------------------------------------------------------------------------

    @method_decorator(require_safe)
    def reports(self, request: HttpRequest) -> HttpResponse:
        """What this person may take away."""
        self._insist(request)
        mine = [report for report in shelf() if report.may_be_taken_by(request.user)]
        context = self._context(request, gettext("Reports"), reports=mine)
        return TemplateResponse(request, "admin/files/reports.html", context)

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def report(self, request: HttpRequest, name: str) -> HttpResponse:
        """One report under conditions, before it is taken; a POST that says so takes it."""
        self._insist(request)
        report = report_named(name)
        if report is None:
            raise Http404
        if not report.may_be_taken_by(request.user):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        if given.get(ONLY) == TICKED and not given.getlist(TICKED):
            unfit = Refused(
                gettext("Nothing is ticked. Go back and tick the rows that you want."), code="conditions"
            )
            return self._report_page(
                request, report, QueryDict(), TakingForm(report=report, person=request.user), unfit=unfit
            )
        if request.method != "POST" or GO not in given:
            return self._report_page(request, report, given, TakingForm(report=report, person=request.user))
        form = TakingForm(given, report=report, person=request.user)
        if not form.is_valid():
            return self._report_page(request, report, given, form)
        try:
            export, content = ask(
                report,
                report.known(given),
                by=request.user,
                now=clock.now(),
                plain=form.cleaned_data.get("plain", []),
                purpose=form.cleaned_data.get("purpose", ""),
                file_format=given[GO],
            )
        except Refused as refused:
            return self._report_page(request, report, given, form, refused=refused)
        if content is None:
            said = gettext("Export %(number)s is being made. You may leave this page; you will be told.")
            messages.success(request, said % {"number": export.number})
            return redirect("admin:files_export_change", export.pk)
        return _as_file(HttpResponse(content, content_type=export.writer.media_type), export)

    def _report_page(
        self,
        request: HttpRequest,
        report: Report,
        given: QueryDict,
        form: TakingForm,
        *,
        refused: Refused | None = None,
        unfit: Refused | None = None,
    ) -> HttpResponse:
        conditions, problem, is_at_once = report.known(given), refused or unfit, False
        try:
            rows = report.selected(conditions, person=request.user)
            is_at_once = is_short(rows, current_policy().export_rows_at_once)
        except Refused as found:
            problem, conditions = found, {}
        context = self._context(
            request,
            str(report.title),
            report=report,
            form=form,
            refused=problem,
            may_go=problem is None or problem is refused,
            is_at_once=is_at_once,
            fields=[(name, value) for name, values in conditions.items() for value in values],
            conditions=in_words(report, conditions, person=request.user, reader=request.user),
            report_list_url=reverse(report.list_page),
        )
        status = 200 if problem is None else 409 if problem is refused else 400
        return TemplateResponse(request, "admin/files/report.html", context, status=status)

    # -- one export ---------------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        now, person, shelved = clock.now(), request.user, row.shelved
        words = in_words(shelved, row.conditions, person=row.asked_by, reader=person) if shelved else []
        is_own = row.asked_by_id == person.pk
        return {
            "facts": facts_of(row),
            "conditions": words,
            "progress": progress_of(row, now=now),
            "is_own": is_own,
            "is_open": row.status in Export.OPEN,
            "is_ready": row.status == Export.Status.READY,
            "has_failed": row.status == Export.Status.FAILED,
            "no_download": row.objection_to_download(by=person, now=now),
            "no_repetition": row.objection(Export.Status.PENDING, by=person, now=now),
        }

    @method_decorator(require_GET)
    def file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file, part by part, after this person's right is checked again and the look is on record."""
        export = self.row(request, pk)
        try:
            export.open_file(by=request.user, now=clock.now())
        except Refused as refused:
            return self.page(request, export, status=403, refused=refused)
        try:
            content = content_of(export.blob, export.part_count)
        except FileGone:
            gone = Refused(gettext("The file is damaged. Ask for the report again and tell the IT desk."))
            return self.page(request, export, status=410, refused=gone)
        answer = StreamingHttpResponse(content, content_type=export.writer.media_type)
        answer["Content-Length"] = str(export.size)
        return _as_file(answer, export)

    @method_decorator([require_POST, idempotent])
    def cancellation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It is not wanted any more."""
        return self._step(request, pk, lambda export, now: export.call_off(by=request.user, now=now))

    @method_decorator([require_POST, idempotent])
    def repetition(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was not made is made once more."""
        return self._step(request, pk, lambda export, now: ask_again(export, by=request.user, now=now))

    # -- private ------------------------------------------------------------------------------------------------------

    def _step(self, request: HttpRequest, pk: int, verb: Callable[[Export, Any], None]) -> HttpResponse:
        export = self.row(request, pk)
        try:
            verb(export, clock.now())
        except Refused as refused:
            return self.page(request, self.row(request, pk), status=409, refused=refused)
        return redirect("admin:files_export_change", export.pk)

    def _insist(self, request: HttpRequest) -> None:
        if not request.user.has_perm(TAKE):
            raise PermissionDenied

    def _context(self, request: HttpRequest, title: str, **given: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            **given,
        }


def _as_file(answer: Any, export: Export) -> Any:
    """The answer as a file for the reader's own program, into no cache."""
    answer["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    return closed(answer)
