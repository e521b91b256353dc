"""The review queue: what a reviewer sees, filters and finds, every search answered by one index."""

from __future__ import annotations

import re

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models import Application, ApplicationTerminal
from config.accounts.desk_filters import BranchFilter, SearchFilter
from config.kernel.clock import end_of_day, local_date, now
from config.privacy.fields import blind_index
from config.privacy.identifiers import mobile, normalise, serial_number, uscc

NUMBER = re.compile(r"SQ[0-9]{14}")
Status = Application.Status

VIEWS = {
    "open": (_("To do"), [Status.SUBMITTED, Status.UNDER_REVIEW]),
    "unclaimed": (_("Not taken"), [Status.SUBMITTED]),
    "mine": (_("Taken by me"), [Status.UNDER_REVIEW]),
    "merchant": (_("With the merchant"), [Status.RETURNED]),
    "closed": (pgettext_lazy("queue", "Closed"), list(Application.CLOSED)),
    "all": (_("All"), [status for status in Status if status != Status.DRAFT]),
}
ORDERS = {
    "merchant": ("correction_due_at", "id"),
    "closed": ("-submitted_at", "-id"),
    "all": ("-submitted_at", "-id"),
}
BY_DEADLINE = ("due_at", "id")
DUE = {"overdue": _("Overdue"), "today": _("Due today"), "later": _("Due later")}


class QueueFilter(django_filters.FilterSet):
    """Filters of the queue. Without a word it shows what is to do; a word it does not know makes it invalid."""

    q = SearchFilter(method="search", label=_("Search"))
    view = django_filters.ChoiceFilter(
        method="in_view",
        label=_("View"),
        choices=[(name, words) for name, (words, _statuses) in VIEWS.items()],
    )
    kind = django_filters.ChoiceFilter(label=pgettext_lazy("queue", "Kind"), choices=Application.Kind.choices)
    risk = django_filters.ChoiceFilter(label=_("Risk"), choices=Application.Risk.choices)
    due = django_filters.ChoiceFilter(method="falling_due", label=_("Deadline"), choices=list(DUE.items()))
    branch = BranchFilter()

    class Meta:
        model = Application
        fields = ["q", "view", "kind", "risk", "due", "branch"]

    def __init__(self, data=None, *args, **kwargs) -> None:
        data = data.copy() if data is not None else data
        if data is not None and not data.get("view"):
            data["view"] = "all" if data.get("q") else "open"
        super().__init__(data, *args, **kwargs)

    @property
    def order(self) -> tuple[str, ...]:
        """The order of the chosen view, over columns that are never NULL in it."""
        return ORDERS.get(self.form.cleaned_data.get("view") if self.is_valid() else "open", BY_DEADLINE)

    def in_view(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        queryset = queryset.filter(status__in=VIEWS[value][1])
        return queryset.filter(assignee=self.request.user) if value == "mine" else queryset

    def falling_due(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        moment = now()
        midnight = end_of_day(local_date(moment))
        return queryset.filter(
            **{
                "overdue": {"due_at__lt": moment},
                "today": {"due_at__gte": moment, "due_at__lte": midnight},
                "later": {"due_at__gt": midnight},
            }[value]
        )

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Number, USCC, mobile and serial number whole; anything else is a part of the merchant's name."""
        text = normalise(value)
        if NUMBER.fullmatch(text):
            return queryset.filter(number=f"SQ-{text[2:10]}-{text[10:]}")
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
        return queryset.filter(subject_name__icontains=value.strip())
