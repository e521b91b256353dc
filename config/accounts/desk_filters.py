"""What the lists of all desks filter alike: one search box by exact marks first, and the branches below one's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from config.accounts.branches import Branch
from config.kernel import clock
from config.kernel.clock import months_after, start_of_day
from config.privacy.formfields import PlainTextField
from config.privacy.identifiers import normalise


class SearchField(PlainTextField):
    """What is typed into a search box: short, without control characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 100, **kwargs})


class SearchFilter(django_filters.CharFilter):
    field_class = SearchField


class BranchFilter(django_filters.ModelChoiceFilter):
    """Rows of one branch and all below it. Offered are the branches next below the person's own."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"label": _("branch"), "queryset": lambda request: request.user.branch_scope()}
        super().__init__(**(given | kwargs))

    def filter(self, qs: QuerySet, value: Branch | None) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": Branch.objects.under(value)}) if value else qs

    def facet_choices(self, request: Any) -> list[tuple[int, str]]:
        own = request.user.branch
        return [(branch.pk, branch.name) for branch in own.children.active()] if own else []


MONTHS = 13


def last_months() -> list[tuple[str, str]]:
    """This month and a year back, each as it is written in the address."""
    first = clock.today().replace(day=1)
    return [
        (f"{month:%Y-%m}", f"{month:%Y-%m}") for month in (months_after(first, -n) for n in range(MONTHS))
    ]


def within_month(value: str, field_name: str) -> Q:
    """The condition that a moment lies in the month "2026-09", by the bank's calendar."""
    first = date.fromisoformat(f"{value}-01")
    return Q(
        **{
            f"{field_name}__gte": start_of_day(first),
            f"{field_name}__lt": start_of_day(months_after(first, 1)),
        }
    )


class MonthFilter(django_filters.ChoiceFilter):
    """Rows whose moment in `field_name` lies in one of the last months."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"label": _("month"), "choices": last_months} | kwargs))

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(within_month(value, self.field_name)) if value else qs


class DayField(forms.DateField):
    """A day as addresses write it: 2026-09-15."""

    input_formats = ("%Y-%m-%d",)


class DayFilter(django_filters.Filter):
    """Rows whose moment in `field_name` lies on this day by the bank's calendar. Links lead to it; it offers nothing itself."""

    field_class = DayField

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        if value is None:
            return qs
        day = {
            f"{self.field_name}__gte": start_of_day(value),
            f"{self.field_name}__lt": start_of_day(value + timedelta(days=1)),
        }
        return qs.filter(**day)


class DeskFilter(django_filters.FilterSet):
    """A list with one search box. A list says in `marks` which exact marks find its rows, in `words` what parts of names do."""

    q = SearchFilter(method="search", label=_("Search"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The rows that the first fitting mark finds; where none does, those that the words find."""
        for mark in self.marks(normalise(value), value.strip()):
            found = queryset.filter(mark)
            if found.exists():
                return found
        words = self.words(value.strip())
        return queryset.filter(words) if words else queryset.none()

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        """Conditions that each name rows by a whole mark, answered by an index; `text` is what was `typed`, in normal form."""
        yield from ()

    def words(self, typed: str) -> Q | None:
        """The condition for a part of a name, or None where rows have no names."""
        return None
