"""The queue as a page: its rows in two lines, how many cases each saved view has, and boxes to tick.

Fifty rows of a template cost more than everything else on the page together, so a row is one format string here, and
`escape` stands at every word that somebody has typed.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property, lru_cache
from html import escape
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.deadlines import Clock, clock_of
from applications.desk.bulk import MOST
from applications.desk.lists import list_field, list_shown, with_list, without_search
from applications.desk.queue import EVERYTHING, conditions_of
from applications.models import Application
from applications.queueing import is_in_nobodys_hands
from applications.templatetags.deadlines import RISK_ICON, RISK_TONES
from config.kernel.calendar import Hours, bank_hours
from config.kernel.counting import counted, printed
from config.kernel.desk_list import DeskChangeList
from config.kernel.facets import Option, views_of
from config.kernel.message import OutboxMessage
from config.kernel.templatetags.formats import dash
from config.kernel.templatetags.icons import icon
from config.kernel.templatetags.status_tags import tag

UNCOUNTED = ("waiting", "closed", EVERYTHING)
UNREAD = "unread"
SHOWN = (
    *("number", "kind", "status", "round", "risk", "subject_name", "version"),
    *("submitted_at", "due_at", "correction_due_at", "lease_until", "held_since", "escalated_at"),
    *("assignee__full_name", "assignee__email", "assignee__system_name"),
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
        # A row needs its branch's name and no branch: fifty of those are dear.
        return super().apply_select_related(queryset).annotate(branch_name=F("branch__name")).only(*SHOWN)

    @property
    def most(self) -> int:
        """How many rows one step may take together."""
        return MOST

    @property
    def list_field(self) -> SafeString:
        """This list, for the forms of the page."""
        return list_field(self.travelling)

    @cached_property
    def _chosen(self) -> dict[str, list[str]]:
        """As every list's, but what was searched for stays in the session and its key stands for it."""
        chosen = super()._chosen
        return without_search(chosen, self.travelling) if "q" in chosen else chosen

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
        unread: dict[str, QuerySet] = {UNREAD: OutboxMessage.objects.inbox_of(self.person).unread()}
        if not self.filters.is_valid():
            return counted(unread)
        conditions = conditions_of(self.person, self.filters.now)
        views = {name: conditions[name] for name in self.filters.views if name not in UNCOUNTED}
        return counted(unread, within=self.filters.narrowed(), where=views)

    @cached_property
    def rows(self) -> SafeString:
        """The body of the table."""
        hours, now = bank_hours(), self.filters.now
        return mark_safe("".join(self._row(row, now, hours) for row in self.result_list))  # noqa: S308 - each row escapes what it prints

    def _row(self, row: Application, now: datetime, hours: Hours) -> str:
        words = self._words
        is_free = is_in_nobodys_hands(row, now)
        number = escape(row.number)
        return ROW.format(
            BOX.format(row.pk, words["tick"] % {"number": number}) if self.may_tick else "",
            words["address"].replace("/0/", f"/{row.pk}/", 1),
            number,
            words["icons"][row.kind],
            words["kinds"][row.kind],
            escape(dash(row.subject_name)),
            self._state(row),
            escape(dash(row.branch_name or "")),
            words["round"] % {"round": row.round},
            " none" if is_free else "",
            words["nobody"] if is_free else f"<b>{escape(str(row.assignee))}</b>",
            words["risks"][row.risk] if self.filters.assesses else "",
            self._clock(clock_of(row, now, hours)),
        )

    def _clock(self, clock: Clock | None) -> str:
        """Many rows have as many days left: each tag is drawn once."""
        if clock is None:
            return ""
        if clock not in self._clocks:
            self._clocks[clock] = tag(clock.tone, clock.words, clock.icon)
        return self._clocks[clock]

    def _state(self, row: Application) -> str:
        words = self._words
        marks = [words["statuses"][row.status]]
        if row.held_since and self.filters.assesses:
            marks.append(words["held"])
        if row.escalated_at and row.status in (row.Status.SUBMITTED, row.Status.UNDER_REVIEW):
            marks.append(words["escalated"])
        return " ".join(marks)

    @cached_property
    def _clocks(self) -> dict[Clock, SafeString]:
        return {}

    @cached_property
    def _words(self) -> dict[str, Any]:
        """What the rows have in common, ready to be printed."""
        address = escape(with_list(reverse("admin:applications_case", args=[0]), self.travelling))
        return {"address": address, **_words_in(get_language())}


@lru_cache(maxsize=8)
def _words_in(language: str) -> dict[str, Any]:
    """The words of the rows that no row and no reader changes, said once in each language."""
    tones, risks = Application.STATUS_TONES, Application.Risk
    return {
        "icons": {kind: icon(name) for kind, name in Application.KIND_ICONS.items()},
        "kinds": {value: escape(label) for value, label in Application.Kind.choices},
        "statuses": {one: tag(tones[one][0], one.label, tones[one][1]) for one in Application.Status},
        "risks": {one: tag(RISK_TONES[one], one.label, RISK_ICON) for one in risks},
        "held": tag("warn", _("For a second person"), "users"),
        "escalated": tag("warn", _("With the supervisors"), "arrow-up-circle"),
        "nobody": escape(_("Nobody yet")),
        "round": escape(_("Round %(round)s")),
        "tick": escape(_("Tick %(number)s")),
    }
