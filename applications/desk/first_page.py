"""What of the review queue stands on the desk's first page, in the words and the order of the queue itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.desk.queue import QueueFilter
from applications.models import Application
from applications.queueing import is_in_nobodys_hands
from applications.templatetags.deadlines import clock_tag
from config.kernel.calendar import bank_hours
from config.kernel.clock import local_date
from config.kernel.counting import counted, printed
from config.kernel.dashboard import BRANCH, Chart, Day, FirstPage, Line, Table, Tile, branches_asked
from config.kernel.day_tally import number_by_day
from config.kernel.line_chart import drawings_of
from config.kernel.tally import number_by_status
from config.kernel.templatetags.formats import dash

LINES, DAYS = 5, 14
Status = Application.Status
SHOWN = (
    *("number", "kind", "status", "subject_name", "due_at", "lease_until"),
    *("assignee__full_name", "assignee__email", "assignee__system_name"),
)


def shown(request: HttpRequest, now: datetime) -> FirstPage:
    """How many applications wait in the branch and which are overdue; for who reviews, what the person has in hand, too.

    The nearest deadline stands first. Beside it, how many were filed and how many decided on each of the last days.
    """
    if not request.user.has_perm("applications.view_application"):
        return FirstPage()
    filed = Application.objects.filed().visible_to(request.user)
    views = ("overdue", "mine") if request.user.has_perm("applications.review_application") else ("overdue",)
    chosen = f"&branch={request.GET[BRANCH]}" if request.GET.get(BRANCH) else ""
    lists = {
        view: QueueFilter(QueryDict(f"view={view}{chosen}"), queryset=filed, request=request, now=now)
        for view in views
    }
    counts = counted({view: filters.qs for view, filters in lists.items()})
    return FirstPage(
        [_waiting(request, counts["overdue"])], [], _tables(lists, counts, now), [_by_day(request, now)]
    )


def _waiting(request: HttpRequest, overdue: int) -> Tile:
    numbers = number_by_status(Application, branches_asked(request))
    waiting = sum(numbers.get(status, 0) for status in (Status.SUBMITTED, Status.UNDER_REVIEW))
    return Tile(
        title=_("Applications waiting for the bank"),
        number=f"{waiting:,}",
        url=_queue("waiting"),
        note=_("%(count)s overdue") % {"count": printed(overdue)} if overdue else "",
        note_url=_queue("overdue"),
    )


def _by_day(request: HttpRequest, now: datetime) -> Chart:
    today, branches = local_date(now), branches_asked(request)
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    filed = number_by_day(Application, "submitted_at", branches, days=days)
    decided = number_by_day(Application, "decided_at", branches, days=days)
    names = (pgettext("chart", "Filed"), pgettext("chart", "Decided"))
    queue = reverse("admin:applications_application_changelist")
    return Chart(
        key="applications-by-day",
        title=_("Filed and decided in the last %(days)s days") % {"days": DAYS},
        finding=_finding(sum(filed.values()), sum(decided.values())),
        names=names,
        days=[
            Day(
                words=f"{day:%m-%d}",
                numbers=(f"{filed[day]:,}", f"{decided[day]:,}"),
                urls=(f"{queue}?filed={day.isoformat()}", f"{queue}?decided={day.isoformat()}"),
            )
            for day in days
        ],
        drawings=drawings_of(days, [(names[0], list(filed.values())), (names[1], list(decided.values()))]),
    )


def _finding(filed: int, decided: int) -> str:
    """What became of the pile, in a sentence."""
    said = {"filed": f"{filed:,}", "decided": f"{decided:,}", "more": f"{abs(filed - decided):,}"}
    if filed > decided:
        return (
            _("%(filed)s were filed and %(decided)s decided: %(more)s more came than were answered.") % said
        )
    if filed < decided:
        return (
            _("%(filed)s were filed and %(decided)s decided: %(more)s more were answered than came.") % said
        )
    return _("%(filed)s were filed and as many decided.") % said


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
