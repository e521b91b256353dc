"""The reports of bindings: made, downloaded, answered, and their refused lines sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from config.accounts.desk_filters import DeskFilter
from config.accounts.desk_record import Event, actor, newest_first, steps_of
from config.files.list_desk import ListDesk
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import count, moment
from config.privacy.masking import mask_account
from merchants.desk.shown import row as fact
from terminals.binding_answers import ANSWERS
from terminals.binding_reports import (
    DOWNLOAD,
    MAKE,
    MOST_LINES,
    download,
    due_cancellations,
    due_openings,
    make_report,
    objection_to_make,
    resend,
    resend_objection,
)
from terminals.models import BindingReport, BindingSending

MOST_LINES_SHOWN = 200
HEADINGS_ZH = ["记录编号", "结果", "说明"]
HEADINGS_EN = ["line_id", "result", "text"]


class BindingReportFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=BindingReport.Status.choices)

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        """The number of a report, or a serial number that it speaks of."""
        yield Q(number=typed.upper())
        yield Q(pk__in=BindingSending.objects.filter(line__serial_number=text).values("report"))


class BindingReportAdmin(ListDesk):
    filterset_class = BindingReportFilter
    list_display = (
        "number",
        "status",
        "made_at",
        "made_by",
        "new_count",
        "change_count",
        "cancel_count",
        "control_total",
    )
    references = frozenset({"control_total"})
    list_select_related = ("made_by",)
    search_help_text = _("The number of a report, or a whole serial number")
    change_list_template = "admin/terminals/binding_reports.html"
    page_template = "admin/terminals/binding_report.html"
    rank = 4
    icon = "paper-airplane"
    empty = _(
        "A report to the clearing organisation stands here once it is made; new, changed and cancelled bindings wait for the next one."
    )
    hint = _("What the clearing organisation is told of bindings, and what it answers")
    importer = ANSWERS
    import_template = "admin/terminals/binding_answers.html"
    import_hint = _("What the clearing organisation says to each line")
    example_name = "answer.csv"

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("made_by")

    def changelist_view(self, request, extra_context=None):
        given = {
            "due_count": due_openings()[:MOST_LINES].count() + due_cancellations()[:MOST_LINES].count(),
            "no_report": objection_to_make(by=request.user),
            "may_make": request.user.has_perm(MAKE),
        }
        return super().changelist_view(request, given | (extra_context or {}))

    def get_urls(self):
        guarded = self.admin_site.admin_view
        name = "terminals_bindingreport"
        return [
            path("making/", guarded(self.making), name=f"{name}_making"),
            path("<int:pk>/file/", guarded(self.file), name=f"{name}_file"),
            path("<int:pk>/resending/", guarded(self.resending), name=f"{name}_resending"),
            *super().get_urls(),
        ]

    # -- one report ---------------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        now, person = clock.now(), request.user
        sendings = row.sendings.select_related("line").order_by("position")
        may_make = person.has_perm(MAKE)
        return {
            "facts": [
                fact(pgettext("report of bindings", "Made"), moment(row.made_at), actor(row.made_by)),
                fact(pgettext("report of bindings", "New"), count(row.new_count)),
                fact(pgettext("report of bindings", "Changed"), count(row.change_count)),
                fact(pgettext("report of bindings", "Cancelled"), count(row.cancel_count)),
                fact(gettext("Control total"), row.control_total, code=True),
                fact("SHA-256", _in_groups(row.sha256)),
            ],
            "sendings": [_shown(sending) for sending in sendings[:MOST_LINES_SHOWN]],
            "more": max(row.line_count - MOST_LINES_SHOWN, 0),
            "may_download": person.has_perm(DOWNLOAD),
            "may_make": may_make,
            "no_resending": resend_objection(row, by=person, now=now) if may_make else "",
            "events": newest_first(
                steps_of([row]),
                [Event(pgettext("report of bindings", "Made"), row.made_at, actor(row.made_by))],
            ),
        }

    @method_decorator([require_POST, idempotent])
    def making(self, request: HttpRequest) -> HttpResponse:
        """One file with everything that is due."""
        if not request.user.has_perm(MAKE):
            raise PermissionDenied
        try:
            report = make_report(by=request.user, now=clock.now())
        except Refused as refused:
            messages.error(request, refused.sentence)
            return redirect(self.list_url())
        messages.success(request, gettext("Report %(number)s is made.") % {"number": report.number})
        return redirect("admin:terminals_bindingreport_change", report.pk)

    @method_decorator([require_POST, idempotent])
    def resending(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The refused lines in a file of their own."""
        report = self.row(request, pk, permission=MAKE)
        return self._taken(request, report, lambda: resend(report, by=request.user, now=clock.now()))

    @method_decorator(require_GET)
    def file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file with plain numbers, after the look is on record."""
        report = self.row(request, pk, permission=DOWNLOAD)
        try:
            content = download(report, by=request.user, now=clock.now())
        except Refused as refused:
            return self.page(request, report, status=409, refused=refused)
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{report.number}.csv"'
        response["Cache-Control"] = "no-store"
        return response

    def _taken(
        self, request: HttpRequest, report: BindingReport, step: Callable[[], BindingReport]
    ) -> HttpResponse:
        try:
            new = step()
        except Refused as refused:
            return self.page(request, self.row(request, report.pk), status=409, refused=refused)
        messages.success(request, gettext("Report %(number)s is made.") % {"number": new.number})
        return redirect("admin:terminals_bindingreport_change", new.pk)

    # -- an answer ----------------------------------------------------------------------------------------------------

    def example_rows(self) -> Iterator[list[str]]:
        yield HEADINGS_EN if get_language() == "en" else HEADINGS_ZH
        yield [gettext("(line here)"), "OK", ""]
        yield [gettext("(line here)"), "E104", gettext("unknown credit code")]


def _in_groups(digest: str) -> str:
    """The digest as it is compared by eye, and as a narrow page can break it."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _shown(sending: BindingSending) -> dict[str, Any]:
    """A line of the page; of persons and accounts only what masks show."""
    line = sending.line
    return {
        "line": line,
        "account": mask_account(line.account_number),
        "sending": sending,
        "tone": {"pending": "info", "taken": "ok", "refused": "warn"}[sending.outcome],
        "words": sending.get_outcome_display(),
    }
