"""What of the review queue stands on the desk's first page, in the words and the order of the queue itself."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.desk.queue import QueueFilter
from applications.models import Application
from applications.queueing import is_in_nobodys_hands
from applications.templatetags.deadlines import clock_tag
from config.kernel.calendar import bank_hours
from config.kernel.counting import counted, printed
from config.kernel.dashboard import FirstPage, Line, Table, Tile
from config.kernel.tally import number_by_status
from config.kernel.templatetags.formats import dash

LINES = 5
Status = Application.Status
SHOWN = (
    *("number", "kind", "status", "subject_name", "due_at", "lease_until"),
    *("assignee__full_name", "assignee__email", "assignee__system_name"),
)


def shown(request: HttpRequest, now: datetime) -> FirstPage:
    """How many applications wait in the branch and which are overdue; for who reviews, what the person has in hand, too.

    The nearest deadline stands first.
    """
    if not request.user.has_perm("applications.view_application"):
        return FirstPage([], [], [])
    filed = Application.objects.filed().visible_to(request.user)
    views = ("overdue", "mine") if request.user.has_perm("applications.review_application") else ("overdue",)
    lists = {
        view: QueueFilter(QueryDict(f"view={view}"), queryset=filed, request=request, now=now)
        for view in views
    }
    counts = counted({view: filters.qs for view, filters in lists.items()})
    return FirstPage([_waiting(request, counts["overdue"])], [], _tables(lists, counts, now))


def _waiting(request: HttpRequest, overdue: int) -> Tile:
    numbers = number_by_status(Application, request.user.branch_scope())
    waiting = sum(numbers.get(status, 0) for status in (Status.SUBMITTED, Status.UNDER_REVIEW))
    return Tile(
        title=_("Applications waiting for the bank"),
        number=f"{waiting:,}",
        url=_queue("waiting"),
        note=_("%(count)s overdue") % {"count": printed(overdue)} if overdue else "",
        note_url=_queue("overdue"),
    )


def _queue(view: str) -> str:
    return f"{reverse('admin:applications_application_changelist')}?view={view}"


def _tables(lists: dict[str, QueueFilter], counts: dict[str, int], now: datetime) -> list[Table]:
    return [
        Table(
            key=f"applications-{view}",
            title={"overdue": _("Overdue reviews"), "mine": _("Taken by me")}[view],
            total=printed(counts[view]),
            url=_queue(view),
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
