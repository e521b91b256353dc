"""The review queue: what a reviewer sees, filters and finds, every search answered by one index."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.desk.by_name import SHORTEST, folded, named
from applications.desk.in_time import STANDINGS, standing
from applications.models import Application, ApplicationTerminal
from applications.queueing import OPEN, UNHELD, in_hands_of, in_nobodys_hands
from config.accounts.branches import Branch
from config.accounts.desk_filters import BranchFilter, DayFilter, SearchField, SearchFilter
from config.kernel import clock
from config.kernel.clock import end_of_day, local_date
from config.privacy.fields import blind_index
from config.privacy.identifiers import mobile, normalise, serial_number, uscc

NUMBER = re.compile(r"[A-Z]{2}[0-9]{14}")
Status = Application.Status
FILED = [status for status in Status if status != Status.DRAFT]

DEFAULT, EVERYTHING = "open", "all"
VIEWS = {
    DEFAULT: _("To do"),
    "mine": _("Taken by me"),
    "unclaimed": _("Not taken"),
    "overdue": _("Overdue"),
    "waiting": _("All that wait"),
    "second": _("For a second person"),
    "merchant": _("With the merchant"),
    "escalated": _("With the supervisors"),
    "closed": pgettext_lazy("queue", "Closed"),
    EVERYTHING: _("All"),
}
# Each order is that of an index, over columns that are never NULL in the view.
BY_DEADLINE = ("due_at", "id")
ORDERS = {
    "second": ("held_since", "id"),
    "merchant": ("correction_due_at", "id"),
    "closed": ("-submitted_at", "-id"),
    EVERYTHING: ("-submitted_at", "-id"),
}
DUE = {
    "overdue": _("Overdue"),
    "today": _("Due today"),
    "tomorrow": _("Due tomorrow"),
    "later": _("Due later"),
    "none": _("Clock stands"),
}


def conditions_of(person: Any, now: datetime) -> dict[str, Q]:
    """The condition of every saved view for this person at this moment."""
    free, own = in_nobodys_hands(now), in_hands_of(person, now)
    return {
        DEFAULT: OPEN & UNHELD & (free | own),
        "mine": OPEN & own,
        "unclaimed": OPEN & UNHELD & free,
        "overdue": OPEN & Q(due_at__lt=now),
        "waiting": OPEN,
        "second": OPEN & ~UNHELD & ~Q(proposed_by=person),
        "merchant": Q(status=Status.RETURNED),
        "escalated": OPEN & Q(escalated_at__isnull=False),
        "closed": Q(status__in=Application.CLOSED),
        EVERYTHING: Q(status__in=FILED),
    }


class QueueSearchField(SearchField):
    """A mark, or at least two letters of a name: one letter would fit half of all merchants."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and len(folded(value)) < SHORTEST:
            raise ValidationError(
                gettext("Type at least two letters of the merchant's name."), code="too_short"
            )


# What is asked of all that was ever filed, where no view is named.
OF_ALL = ("q", "status", "standing", "filed", "decided")
ASSESS = "applications.view_papers"
SECOND = "second"


class QueueSearchFilter(SearchFilter):
    field_class = QueueSearchField


class QueueBranchFilter(BranchFilter):
    """Offers the branches that the queue has read already."""

    def facet_choices(self, request: Any) -> list[tuple[int, str]]:
        return [(branch.pk, branch.name) for branch in self.parent.branches_below if branch.is_active]


class QueueFilter(django_filters.FilterSet):
    """Filters of the queue. Without a word it shows what is to do; a word it does not know makes it invalid.

    Choices are told when they are asked for: every page copies its filters, words included.
    """

    q = QueueSearchFilter(method="search", label=_("Search"))
    view = django_filters.ChoiceFilter(method="in_view", label=_("View"), choices=lambda: list(VIEWS.items()))
    kind = django_filters.ChoiceFilter(
        label=pgettext_lazy("queue", "Kind"), choices=lambda: Application.Kind.choices
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=lambda: [(status.value, status.label) for status in FILED]
    )
    risk = django_filters.ChoiceFilter(label=_("Risk"), choices=lambda: Application.Risk.choices)
    due = django_filters.ChoiceFilter(
        method="falling_due", label=_("Deadline"), choices=lambda: list(DUE.items())
    )
    standing = django_filters.ChoiceFilter(method="standing_so", label=_("Promised time"), choices=STANDINGS)
    filed = DayFilter(field_name="submitted_at", label=_("Filed on"))
    decided = DayFilter(field_name="decided_at", label=_("Decided on"))
    branch = QueueBranchFilter()

    class Meta:
        model = Application
        fields = ["q", "view", "kind", "status", "risk", "due", "standing", "filed", "decided", "branch"]

    def __init__(self, data=None, *args, now: datetime | None = None, **kwargs) -> None:
        self.now = now or clock.now()
        data = data.copy() if data is not None else data
        if data is not None and not data.get("view"):
            data["view"] = EVERYTHING if any(data.get(name) for name in OF_ALL) else DEFAULT
        super().__init__(data, *args, **kwargs)
        if not self.assesses:
            # What reviewers find and have not said yet is nobody else's, in the list as on the case.
            self.filters["view"].extra["choices"] = [(name, VIEWS[name]) for name in self.views]
            del self.filters["risk"]

    @cached_property
    def assesses(self) -> bool:
        """Whether the person reads what reviewers find: risk, and decisions that wait for a second person."""
        return self.request.user.has_perm(ASSESS)

    @property
    def views(self) -> list[str]:
        """The names of the saved views that the person has."""
        return [name for name in VIEWS if self.assesses or name != SECOND]

    @property
    def order(self) -> tuple[str, ...]:
        """The order of the chosen view, over columns that are never NULL in it."""
        return ORDERS.get(self.form.cleaned_data.get("view") if self.is_valid() else DEFAULT, BY_DEADLINE)

    @property
    def problem(self) -> str:
        """What is wrong with the search, in words for the person who typed it, or ""."""
        return "" if self.is_valid() else " ".join(self.form.errors.get("q", []))

    @cached_property
    def branches_below(self) -> list[Branch]:
        """The branches next below the person's own, read once for the rows and for what the filter offers."""
        own = self.request.user.branch
        return list(own.children.all()) if own else []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return super().filter_queryset(self._of_one_branch(queryset))

    def narrowed(self) -> QuerySet:
        """What the filters leave without the view and the search: the views count within it."""
        rows = self._of_one_branch(self.queryset.all())
        for name in self.filters.keys() - {"q", "view"}:
            rows = self.filters[name].filter(rows, self.form.cleaned_data[name])
        return rows

    def _of_one_branch(self, queryset: QuerySet) -> QuerySet:
        """The same rows; where the person's branch is one without branches below, said so that its indexes serve."""
        own = self.request.user.branch
        return queryset.filter(branch=own) if own and not self.branches_below else queryset

    def in_view(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(conditions_of(self.request.user, self.now)[value])

    def falling_due(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = end_of_day(local_date(self.now))
        tomorrow = today + timedelta(days=1)
        conditions: dict[str, dict[str, Any]] = {
            "overdue": {"due_at__lt": self.now},
            "today": {"due_at__gte": self.now, "due_at__lte": today},
            "tomorrow": {"due_at__gt": today, "due_at__lte": tomorrow},
            "later": {"due_at__gt": tomorrow},
            "none": {"due_at": None},
        }
        return queryset.filter(**conditions[value])

    def standing_so(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(standing(self.now)[value])

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Number, USCC, mobile and serial number whole; anything else is a part of the merchant's name."""
        text = normalise(value)
        if NUMBER.fullmatch(text):
            return queryset.filter(number=f"{text[:2]}-{text[2:10]}-{text[10:]}")
        if not mobile.problem(text):
            return queryset.filter(subject_mobile_index=blind_index(text, purpose="mobile"))
        if not uscc.problem(text):
            return queryset.filter(subject_uscc=text)
        if not serial_number.problem(text):
            spoken_of = ApplicationTerminal.objects.filter(serial_number=text).values_list(
                "application_id", flat=True
            )
            if keys := list(spoken_of[:100]):
                return queryset.filter(pk__in=keys)
        return named(queryset, value)
