"""The desk of scheduled reports: what comes to whom and when, what has come, and the steps of its owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from config.files.exports.conditions import in_words
from config.files.exports.numbers import NumberFilter, keys_of_number
from config.files.exports.report import TAKE, Report, report_named
from config.files.exports.schedule import ReportSchedule
from config.files.exports.schedule_form import ScheduleForm
from config.files.exports.scheduling import schedule
from config.files.exports.shown import rhythm_of, schedule_facts
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin, Tile
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused

SAVE = "save"
RUNS_SHOWN = 12


class ScheduleFilter(django_filters.FilterSet):
    q = NumberFilter(method="search", label=_("Search"))
    status = django_filters.ChoiceFilter(
        label=_("status"),
        choices=[
            choice for choice in ReportSchedule.Status.choices if choice[0] != ReportSchedule.Status.REMOVED
        ],
    )

    def search(self, queryset, name: str, value: str):
        """The number of a schedule, with or without its letters."""
        return queryset.filter(pk__in=keys_of_number(value, "DS-"))


class ScheduleAdmin(DeskAdmin):
    filterset_class = ScheduleFilter
    list_display = ("number", "title", "rhythm", "file_format", "status", "next_time", "owner")
    list_select_related = ("owner",)
    search_help_text = _("The number of a scheduled report")
    page_template = "admin/files/schedule.html"
    rank = 3
    icon = "calendar-days"
    empty = _(
        "No report comes by itself yet. Choose one on the shelf of reports and say how often you need it."
    )
    hint = _("Reports that come to you every day, week or month")
    note = _(
        "Open a report and choose “Schedule” to have it come by itself. It is made in your rights of that day."
    )

    def get_queryset(self, request):
        return ReportSchedule.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("owner")

    def list_title(self) -> str:
        return gettext("Scheduled reports")

    def tools(self, request: HttpRequest) -> list[Tile]:
        """The shelf: a schedule begins at a report."""
        if not request.user.has_perm(TAKE):
            return []
        hint = gettext("Lists of the portal as files for a spreadsheet")
        return [Tile(reverse("admin:files_export_reports"), "document-text", gettext("Reports"), hint)]

    def tiles(self, request: HttpRequest) -> list[Tile]:
        """The list alone: the shelf stands on the first page beside the exports."""
        return super().tiles(request)[:1]

    @admin.display(description=_("number"))
    def number(self, row: ReportSchedule) -> str:
        return row.number

    @admin.display(description=pgettext_lazy("export", "report"))
    def title(self, row: ReportSchedule) -> str:
        return row.title

    @admin.display(description=_("how often"))
    def rhythm(self, row: ReportSchedule) -> str:
        return rhythm_of(row)

    @admin.display(description=_("next time"))
    def next_time(self, row: ReportSchedule) -> Any:
        return row.next_at if row.status == ReportSchedule.Status.ACTIVE else None

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("new/<slug:name>/", guarded(self.new), name="files_reportschedule_new"),
            path("<int:pk>/settings/", guarded(self.settings), name="files_reportschedule_settings"),
            path("<int:pk>/pause/", guarded(self.pause), name="files_reportschedule_pause"),
            path("<int:pk>/resumption/", guarded(self.resumption), name="files_reportschedule_resumption"),
            path("<int:pk>/removal/", guarded(self.removal), name="files_reportschedule_removal"),
            *super().get_urls(),
        ]

    def page_context(self, request, row) -> dict[str, Any]:
        now, person, shelved = clock.now(), request.user, row.shelved
        status = ReportSchedule.Status
        return {
            "facts": schedule_facts(row),
            "conditions": in_words(shelved, row.conditions, person=row.owner, reader=person)
            if shelved
            else [],
            "runs": row.runs.select_related("export").order_by("-period")[:RUNS_SHOWN],
            "is_own": row.owner_id == person.pk,
            "is_active": row.status == status.ACTIVE,
            "no_resumption": row.objection(status.ACTIVE, by=person, now=now),
        }

    # -- steps --------------------------------------------------------------------------------------------------------

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def new(self, request: HttpRequest, name: str) -> HttpResponse:
        """A report under conditions is put on a schedule; a POST that says so does it."""
        report = report_named(name)
        if report is None:
            raise Http404
        if not (self.has_view_permission(request) and report.may_be_taken_by(request.user)):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        conditions = report.known(given)
        form = ScheduleForm(request.POST) if SAVE in request.POST else ScheduleForm()
        refused, status = None, 200
        try:
            report.selected(conditions, person=request.user)
            if form.is_bound and form.is_valid():
                made = schedule(report, conditions, form.cleaned_data, by=request.user, now=clock.now())
                messages.success(request, gettext("The report will come by itself."))
                return redirect("admin:files_reportschedule_change", made.pk)
        except Refused as found:
            refused, status = found, 400 if found.code == "conditions" else 409
        context = self._of_report(request, report, {} if status == 400 else conditions) | {
            "form": form,
            "refused": refused,
            "action": reverse("admin:files_reportschedule_new", args=[name]),
            "may_go": status != 400,
        }
        return TemplateResponse(request, "admin/files/schedule_form.html", context, status=status)

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def settings(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It comes at other times or in another format."""
        row = self.row(request, pk)
        if row.owner_id != request.user.pk:
            raise PermissionDenied
        form = ScheduleForm(request.POST, of=row) if request.method == "POST" else ScheduleForm(of=row)
        if form.is_bound and form.is_valid():
            return self._step(
                request,
                pk,
                lambda each, now: each.settle(form.cleaned_data, by=request.user, now=now),
                said=gettext("Saved. It comes as it says now from the next time on."),
            )
        shelved = row.shelved
        context = self._of_report(request, shelved, row.conditions) | {
            "title": gettext("Change %(number)s") % {"number": row.number},
            "row": row,
            "form": form,
            "action": reverse("admin:files_reportschedule_settings", args=[pk]),
            "may_go": True,
        }
        return TemplateResponse(request, "admin/files/schedule_form.html", context)

    @method_decorator([require_POST, idempotent])
    def pause(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Nothing is made for a while."""
        return self._step(request, pk, lambda row, now: row.pause(by=request.user, now=now))

    @method_decorator([require_POST, idempotent])
    def resumption(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It goes on."""
        return self._step(request, pk, lambda row, now: row.resume(by=request.user, now=now))

    @method_decorator([require_POST, idempotent])
    def removal(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It is not wanted any more."""
        said = gettext("Scheduled report %(number)s is removed. What it has made stays in the exports.")
        return self._step(
            request,
            pk,
            lambda row, now: row.remove(by=request.user, now=now),
            then=self.list_url(),
            said=said % {"number": self.row(request, pk).number},
        )

    # -- private ------------------------------------------------------------------------------------------------------

    def _step(
        self,
        request: HttpRequest,
        pk: int,
        verb: Callable[[ReportSchedule, Any], None],
        *,
        then: str = "",
        said: str = "",
    ) -> HttpResponse:
        row = self.row(request, pk)
        try:
            verb(row, clock.now())
        except Refused as refused:
            return self.page(request, self.row(request, pk), status=409, refused=refused)
        if said:
            messages.success(request, said)
        return redirect(then or reverse("admin:files_reportschedule_change", args=[row.pk]))

    def _of_report(self, request: HttpRequest, report: Report | None, conditions: dict) -> dict[str, Any]:
        person = request.user
        return {
            **self.admin_site.each_context(request),
            "title": gettext("Schedule: %(report)s") % {"report": report.title if report else ""},
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            "fields": [(name, value) for name, values in conditions.items() for value in values],
            "conditions": in_words(report, conditions, person=person, reader=person) if report else [],
        }
