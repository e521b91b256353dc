"""What of the review queue stands on the desk's first page, in the words and the order of the queue itself."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.desk.counting import counted, printed
from applications.desk.queue import QueueFilter
from applications.models import Application
from applications.queueing import is_in_nobodys_hands
from applications.templatetags.deadlines import clock_tag
from config.kernel.calendar import bank_hours
from config.kernel.dashboard import Line, Table
from config.kernel.templatetags.formats import dash

LINES = 5
SHOWN = (
    *("number", "kind", "status", "subject_name", "due_at", "lease_until"),
    *("assignee__full_name", "assignee__email", "assignee__system_name"),
)


def tables_for(request: HttpRequest, now: datetime) -> list[Table]:
    """For who reviews: what is overdue in the branch and what the person has in hand, the nearest deadline first."""
    if not request.user.has_perm("applications.review_application"):
        return []
    filed = Application.objects.filed().visible_to(request.user)
    lists = {
        view: QueueFilter(QueryDict(f"view={view}"), queryset=filed, request=request, now=now)
        for view in ("overdue", "mine")
    }
    counts = counted({view: filters.qs for view, filters in lists.items()})
    return [
        Table(
            key=f"applications-{view}",
            title={"overdue": _("Overdue reviews"), "mine": _("Taken by me")}[view],
            total=printed(counts[view]),
            url=f"{reverse('admin:applications_application_changelist')}?view={view}",
            headings=(_("Application"), pgettext("queue", "Reviewer"), _("Deadline")),
            lines=_lines(filters, now) if counts[view] else [],
            empty={
                "overdue": _("Nothing is overdue."),
                "mine": _("You have no case in hand. “Next case” in the queue takes one."),
            }[view],
        )
        for view, filters in lists.items()
    ]


def _lines(filters: QueueFilter, now: datetime) -> list[Line]:
    rows = filters.qs.select_related("assignee").only(*SHOWN).order_by(*filters.order)[:LINES]
    hours = bank_hours()
    return [
        Line(
            number=row.number,
            url=reverse("admin:applications_case", args=[row.pk]),
            about=f"{row.get_kind_display()} · {dash(row.subject_name)}",
            holder=_("Nobody yet") if is_in_nobodys_hands(row, now) else str(row.assignee),
            pressing=clock_tag(row, now, hours),
        )
        for row in rows
    ]
