"""Stops of terminals: who asked for each, why, from which day it holds, and whether it was taken back."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.desk.decision_list import OfApplicationFilter
from applications.models import Deactivation
from config.accounts.desk_filters import BranchFilter, MonthFilter
from config.files.exports.list_control import ExportedDesk
from config.kernel.mounted_list import ListDesk
from terminals.models import StopReason

EFFECTS = {
    "asked": Q(status__in=[Deactivation.Status.SUBMITTED, Deactivation.Status.UNDER_REVIEW]),
    "waiting": Q(status="approved", effected_at=None, called_off_at=None),
    "stopped": Q(effected_at__isnull=False, revoked_at=None),
    "revoked": Q(revoked_at__isnull=False) | Q(called_off_at__isnull=False),
}


class StopFilter(OfApplicationFilter):
    path = ""

    effect = django_filters.ChoiceFilter(
        method="with_effect",
        label=_("effect"),
        choices=[
            ("asked", _("Being reviewed")),
            ("waiting", _("Waits for its day")),
            ("stopped", _("In effect")),
            ("revoked", _("Revoked or called off")),
        ],
    )
    way = django_filters.ChoiceFilter(
        method="in_way",
        label=pgettext_lazy("stop", "manner"),
        choices=[
            ("final", _("For good")),
            ("temporary", _("Closed for a time")),
            ("emergency", _("Emergency")),
        ],
    )
    initiator = django_filters.ChoiceFilter(label=_("asked for by"), choices=Deactivation.Initiator.choices)
    reason = django_filters.ModelChoiceFilter(
        label=_("reason of the stop"), queryset=StopReason.objects.all()
    )
    month = MonthFilter(field_name="submitted_at")
    branch = BranchFilter()

    def with_effect(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(EFFECTS[value])

    def in_way(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        ways = {
            "temporary": Q(is_temporary=True),
            "emergency": Q(is_emergency=True),
            "final": Q(is_temporary=False, is_emergency=False),
        }
        return queryset.filter(ways[value])


def stops_for(person: Any) -> QuerySet:
    """What was filed of stops in the person's branches, each with how many terminals it names."""
    filed = Deactivation.objects.filter(submitted_at__isnull=False).visible_to(person)
    return filed.annotate(terminal_count=Count("terminal_links"))


class StopList(ListDesk, ExportedDesk):
    report = "stops"
    route = "applications_stops"
    permission = "applications.view_application"
    title = _("Stops of terminals")
    icon = "power"
    hint = _("Who asked for which stop, from which day, and what was revoked")
    filterset_class = StopFilter
    list_display = (
        "number",
        "status",
        "subject_name",
        "initiator",
        "reason",
        "stop_on",
        "terminals",
        "effected_at",
        "branch",
    )
    list_select_related = ("reason", "branch")
    search_help_text = _("Whole application number or credit code")

    def get_queryset(self, request):
        return stops_for(request.user)

    def row_url(self, row: Any) -> str:
        return reverse("admin:applications_case", args=[row.pk])

    @admin.display(description=_("terminals"))
    def terminals(self, row: Any) -> int:
        return row.terminal_count
