"""The queue as a page: its rows in two lines, how many cases each saved view has, and boxes to tick.

Fifty rows of a template cost more than everything else on the page together, so a row is one format string here.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from applications.deadlines import clock_of
from applications.desk.bulk import MOST
from applications.desk.counting import counted, printed
from applications.desk.lists import list_field, list_shown, with_list, without_search
from applications.desk.queue import EVERYTHING, view_of
from applications.models import Application
from applications.templatetags.deadlines import risk_tag
from config.kernel.calendar import Hours, bank_hours
from config.kernel.desk_list import DeskChangeList
from config.kernel.facets import Option, views_of
from config.kernel.message import OutboxMessage
from config.kernel.templatetags.formats import dash
from config.kernel.templatetags.icons import icon
from config.kernel.templatetags.status_tags import status_tag, tag

UNCOUNTED = ("closed", EVERYTHING)
UNREAD = "unread"
SHOWN = (
    *("number", "kind", "status", "round", "risk", "subject_name", "version"),
    *("submitted_at", "due_at", "correction_due_at", "lease_until", "held_since", "escalated_at"),
    *("branch__name", "assignee__full_name", "assignee__email", "assignee__system_name"),
)
BOX = (
    '<td class="action-checkbox"><input class="form-check-input action-select" type="checkbox" name="ticked"'
    ' value="{}" aria-label="{}"></td>'
)
ROW = (
    '<tr>{}<th scope="row" class="field-number"><span class="line"><a class="code" href="{}">{}</a>'
    '<span class="kind">{}{}</span></span><span class="who">{}</span></th>'
    '<td class="field-status">{}</td><td class="field-branch">{}</td><td class="field-round tnum">{}</td>'
    '<td class="field-holder{}">{}</td><td class="field-risk">{}</td><td class="field-clock tnum">{}</td></tr>'
)


class QueueChangeList(DeskChangeList):
    """The rows of the queue for one reviewer at one moment."""

    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        self.person = request.user
        self.travelling = list_shown(request)
        self.may_tick = request.user.has_perm("applications.review_application")
        if self.filters.problem:
            self.problem = self.filters.problem
        return rows

    def apply_select_related(self, queryset: QuerySet) -> QuerySet:
        return super().apply_select_related(queryset).only(*SHOWN)

    @property
    def most(self) -> int:
        """How many rows one step may take together."""
        return MOST

    @property
    def list_field(self) -> SafeString:
        """This list, for the forms of the page."""
        return list_field(self.travelling)

    def address(self, **changed: str) -> str:
        """As every list's, but what was searched for stays in the session."""
        return without_search(super().address(**changed), self.travelling)

    @cached_property
    def views(self) -> list[Option]:
        """The saved views; those whose rows are few among all have their number."""
        if not self.filters.is_valid():
            return views_of(self)
        counts = self._counts
        return [
            option._replace(
                tally=printed(counts[name]) if name in counts else "",
                is_bad=name == "overdue" and counts[name] > 0,
            )
            for name, option in zip(self.filters.views, views_of(self), strict=True)
        ]

    @property
    def unread_count(self) -> int:
        """For the head of the page: how many messages wait for the reviewer."""
        return self._counts[UNREAD]

    @cached_property
    def _counts(self) -> dict[str, int]:
        """Everything this page counts, by one query."""
        lists: dict[str, QuerySet] = {UNREAD: OutboxMessage.objects.inbox_of(self.person).unread()}
        if self.filters.is_valid():
            inside, now = self.filters.narrowed(), self.filters.now
            lists |= {
                name: inside.filter(view_of(name, self.person, now))
                for name in self.filters.views
                if name not in UNCOUNTED
            }
        return counted(lists)

    @cached_property
    def rows(self) -> SafeString:
        """The body of the table."""
        hours, now = bank_hours(), self.filters.now
        return mark_safe("".join(self._row(row, now, hours) for row in self.result_list))  # noqa: S308 - joined from format_html

    def _row(self, row: Application, now: datetime, hours: Hours) -> SafeString:
        words, clock = self._words, clock_of(row, now, hours)
        # A claim that has passed holds nothing; on a case that waits for nobody here the name tells who had it.
        is_free = row.assignee is None or (
            row.status in (row.Status.SUBMITTED, row.Status.UNDER_REVIEW)
            and (row.lease_until is None or row.lease_until <= now)
        )
        return format_html(
            ROW,
            format_html(BOX, row.pk, words["tick"] % {"number": row.number}) if self.may_tick else "",
            words["address"].replace("/0/", f"/{row.pk}/", 1),
            row.number,
            words["plus"],
            words["kinds"][row.kind],
            dash(row.subject_name),
            self._state(row),
            dash(row.branch.name if row.branch else ""),
            words["round"] % {"round": row.round},
            " none" if is_free else "",
            words["nobody"] if is_free else format_html("<b>{}</b>", row.assignee),
            words["risks"][row.risk] if self.filters.assesses else "",
            tag(clock.tone, clock.words, clock.icon) if clock else "",
        )

    def _state(self, row: Application) -> SafeString:
        words = self._words
        marks = [words["statuses"][row.status]]
        if row.held_since and self.filters.assesses:
            marks.append(words["held"])
        if row.escalated_at and row.status in (row.Status.SUBMITTED, row.Status.UNDER_REVIEW):
            marks.append(words["escalated"])
        return format_html_join(" ", "{}", ((mark,) for mark in marks))

    @cached_property
    def _words(self) -> dict[str, Any]:
        """What the rows have in common, said once."""
        return {
            "address": with_list(reverse("admin:applications_case", args=[0]), self.travelling),
            "plus": icon("plus"),
            "kinds": dict(Application.Kind.choices),
            "statuses": {value: status_tag(Application(status=value)) for value in Application.Status.values},
            "risks": {value: risk_tag(Application(risk=value)) for value in Application.Risk.values},
            "held": tag("warn", _("For a second person"), "users"),
            "escalated": tag("warn", _("With the supervisors"), "arrow-up-circle"),
            "nobody": _("Nobody yet"),
            "round": _("Round %(round)s"),
            "tick": _("Tick %(number)s"),
        }
