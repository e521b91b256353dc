"""The review desk inside the admin: the queue, from which the cases open, and who is away."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.desk import first_page
from applications.desk.absences import AbsenceAdmin
from applications.desk.case_steps import CaseDesk
from applications.desk.correction_list import CorrectionList
from applications.desk.decision_list import DecisionList
from applications.desk.first_pass import ReasonFigureList, ReviewerList
from applications.desk.lists import FOUND, filters_of
from applications.desk.notices import NoticeAdmin
from applications.desk.queue import QueueFilter
from applications.desk.queue_list import QueueChangeList
from applications.desk.queue_pages import REVIEW, QueueSteps
from applications.desk.reasons import ReasonCodeAdmin
from applications.desk.stop_list import StopList
from applications.models import Application, Deactivation, Decision, ItemReview, ReasonCode
from config.accounts.models import User
from config.files.exports.list_control import ExportedDesk
from config.kernel.dashboard import stands_on_first_page
from config.kernel.desk_list import Tile
from config.kernel.mounted_list import ListDesk

__all__ = ["AbsenceAdmin", "ApplicationAdmin", "NoticeAdmin", "ReasonCodeAdmin"]

FILE = "applications.file_for_merchant"

# What looks back on the applications, each under its address within the queue's.
LISTS: list[tuple[type[ListDesk], type[Model], str]] = [
    (DecisionList, Decision, "decisions/"),
    (CorrectionList, ItemReview, "corrections/"),
    (ReviewerList, User, "reviewers/"),
    (ReasonFigureList, ReasonCode, "reasons/"),
    (StopList, Deactivation, "stops/"),
]

stands_on_first_page("applications", first_page.shown, rank=20)


@admin.register(Application)
class ApplicationAdmin(QueueSteps, CaseDesk, ExportedDesk):
    report = "applications"
    filterset_class = QueueFilter
    change_list_template = "admin/applications/queue.html"
    list_select_related = ("assignee",)
    icon = "inbox-stack"
    hint = _("Look at papers and data, return, approve or refuse")
    note = _(
        "To do is what you hold and what nobody holds, nearest deadline first. Time with the merchant does not count."
    )
    search_help_text = _(
        "Whole application number, credit code, serial number or mobile, or at least two letters of the merchant's name"
    )

    def get_queryset(self, request):
        return Application.objects.filed().visible_to(request.user)

    def get_changelist(self, request, **kwargs):
        return QueueChangeList

    def keyset_order(self, filters) -> tuple[str, ...]:
        return filters.order

    def changelist_view(self, request, extra_context=None):
        if FOUND in request.GET:
            # Back from a case: what was searched for comes out of the session.
            request.GET = filters_of(request, request.GET.urlencode())
        given = {"may_review": request.user.has_perm(REVIEW), **(extra_context or {})}
        page = super().changelist_view(request, given)
        if changes := getattr(page, "context_data", {}).get("cl"):
            page.context_data["unread_count"] = changes.unread_count
        return page

    def list_title(self) -> str:
        return gettext("Review queue")

    def get_urls(self):
        return [
            *(one.mounted(model, self.admin_site, address) for one, model, address in LISTS),
            *super().get_urls(),
        ]

    def tiles(self, request):
        """The queue with its tools, then the lists that look back."""
        return [*super().tiles(request), *(tile for one, *_rest in LISTS for tile in one.ways_in(request))]

    def tools(self, request):
        if not request.user.has_perm(FILE):
            return []
        hint = gettext("Open an application for a merchant who is with you")
        return [Tile(reverse("filing:list"), "document-plus", gettext("File for a merchant"), hint)]
