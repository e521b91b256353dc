"""What became of self-checks, week by week: which outcomes, how many helped, and which codes the table does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.support.checking.told import outcome_choices, outcome_named
from applications.support.models import SelfCheckWeek
from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.files.exports.list_control import ExportedDesk
from config.kernel.templatetags.formats import MISSING


class WeekFilter(DeskFilter):
    opens_with = "all"
    view = django_filters.ChoiceFilter(
        method="in_view",
        label=_("View"),
        choices=[
            ("all", _("All")),
            ("unsolved", _("With checks that did not help")),
            ("unknown", _("With a code the table does not know")),
        ],
    )
    outcome = django_filters.ChoiceFilter(label=_("outcome"), choices=outcome_choices)
    week_from = django_filters.DateFilter(label=_("week from"))
    branch = BranchFilter()

    def in_view(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        wanted = {"unsolved": Q(unsolved_count__gt=0), "unknown": Q(is_code_known=False)}
        return rows.filter(wanted.get(value, Q()))

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        """The whole name of a row, a code, an outcome."""
        yield Q(name__in=[typed, typed.upper()])
        yield Q(code=text)
        yield Q(outcome=typed.upper())


class SelfCheckWeekAdmin(ExportedDesk):
    report = "self-check-weeks"
    filterset_class = WeekFilter
    keyset = ("-week_from", "-id")
    list_display = (
        "name",
        "week_from",
        "outcome_and_title",
        "code",
        "is_code_known",
        "asked_count",
        "solved_count",
        "unsolved_count",
        "share",
        "branch",
        "counted_at",
    )
    list_select_related = ("branch",)
    search_help_text = _("Whole name of a row, a code or an outcome")
    rank = 2
    icon = "chart-bar"
    empty = _("Each week in which somebody asks the self-check stands here with its outcomes.")
    hint = _("Which outcomes, how many helped, which codes are unknown")
    note = _(
        "Counted four times an hour. The share is that of the checks whose merchant said whether they helped."
    )

    def get_queryset(self, request):
        return SelfCheckWeek.objects.visible_to(request.user).with_share()

    @admin.display(description=_("outcome"))
    def outcome_and_title(self, row: SelfCheckWeek) -> str:
        return outcome_named(row.outcome)

    @admin.display(description=_("solved share"))
    def share(self, row: Any) -> str:
        return MISSING if row.solved_percent is None else f"{row.solved_percent}%"
