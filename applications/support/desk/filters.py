"""What the desk of tickets filters and finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.support.models import Ticket
from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.kernel import clock
from config.privacy.identifiers import merchant_number, terminal_number

# As `normalise` leaves GD-20260911-000001.
NUMBER = re.compile(r"GD([0-9]{8})([0-9]{6})")
# Of these views every row is due, so the nearest deadline can stand first.
DUE_FIRST = {"unassigned", "overdue"}


class TicketFilter(DeskFilter):
    view = django_filters.ChoiceFilter(
        method="in_view",
        label=_("View"),
        choices=[
            ("mine", pgettext_lazy("tickets", "Mine")),
            ("unassigned", _("Not taken yet")),
            ("overdue", pgettext_lazy("tickets", "Overdue")),
            ("waiting", _("Waiting for merchants")),
            ("all", _("All")),
        ],
    )
    status = django_filters.ChoiceFilter(label=_("status"), choices=Ticket.Status.choices)
    category = django_filters.ChoiceFilter(label=_("category"), choices=Ticket.Category.choices)
    origin = django_filters.ChoiceFilter(label=_("came by"), choices=Ticket.Origin.choices)
    branch = BranchFilter()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Without a view, a status or a search the list shows what is not done yet."""
        said = self.form.cleaned_data
        rows = super().filter_queryset(queryset)
        return rows if said.get("view") or said.get("status") or said.get("q") else rows.live()

    def in_view(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        match value:
            case "mine":
                return queryset.live().filter(assignee=self.request.user)
            case "unassigned":
                return queryset.filter(status=Ticket.Status.OPEN)
            case "overdue":
                return queryset.overdue(at=clock.now())
            case "waiting":
                return queryset.filter(status=Ticket.Status.WAITING)
        return queryset

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if found := NUMBER.fullmatch(text):
            yield Q(number="-".join(["GD", *found.groups()]))
        if not terminal_number.problem(text):
            yield Q(terminal__number=text)
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)

    def words(self, typed: str) -> Q | None:
        return Q(merchant__trading_name__icontains=typed) | Q(merchant__registered_name__icontains=typed)


def order_of_tickets(filters: TicketFilter) -> tuple[str, ...]:
    """The nearest deadline first where every row has one, else the newest."""
    return ("due_at", "id") if filters.data.get("view") in DUE_FIRST else ("-id",)


class CallerCheckFilter(DeskFilter):
    outcome = django_filters.ChoiceFilter(
        method="with_outcome",
        label=_("outcome"),
        choices=[("passed", _("Passed")), ("failed", _("Not passed"))],
    )
    branch = BranchFilter()

    def with_outcome(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(opens_until__isnull=value == "failed")

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if found := re.fullmatch(r"LD([0-9]{1,9})", text):
            yield Q(pk=int(found[1]))
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)


class CauseFilter(DeskFilter):
    def words(self, typed: str) -> Q | None:
        return Q(text_zh__icontains=typed) | Q(text_en__icontains=typed)


class CannedTextFilter(DeskFilter):
    def words(self, typed: str) -> Q | None:
        return Q(title__icontains=typed) | Q(text_zh__icontains=typed) | Q(text_en__icontains=typed)
