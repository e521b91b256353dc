"""What each member of staff did, by month: acts, looks at what is protected, files taken away, and the last sign-in."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from config.accounts.desk_filters import BranchFilter, DeskFilter, MonthFilter, within_month
from config.accounts.models import Role, User
from config.files.exports.list_control import ExportedDesk
from config.files.models import Export
from config.kernel.audit import AccessRecord, AuditEvent
from config.kernel.mounted_list import ListDesk


def _counted(rows: QuerySet, person: str) -> Coalesce:
    numbers = rows.filter(**{person: OuterRef("pk")}).order_by().values(person)
    numbers = numbers.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(numbers, output_field=IntegerField()), Value(0))


class ActivityFilter(DeskFilter):
    """Staff with what they did in the chosen month, or since they are here."""

    month = MonthFilter(method="kept")
    role = django_filters.ChoiceFilter(label=_("role"), choices=Role.choices)
    signs_in = django_filters.ChoiceFilter(
        method="may_sign_in", label=_("may sign in"), choices=[("yes", _("Yes")), ("no", _("No"))]
    )
    branch = BranchFilter()

    def kept(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The month chooses what is counted, not who is shown."""
        return queryset

    def may_sign_in(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        month = self.form.cleaned_data.get("month")
        counted = {
            "acts": (AuditEvent.objects.all(), "at", "by"),
            "looks": (AccessRecord.objects.all(), "at", "by"),
            "taken": (Export.objects.all(), "asked_at", "asked_by"),
        }
        numbers = {
            name: _counted(rows.filter(within_month(month, moment)) if month else rows, person)
            for name, (rows, moment, person) in counted.items()
        }
        return super().filter_queryset(queryset).annotate(**numbers)

    def words(self, typed: str) -> Q | None:
        return Q(full_name__icontains=typed) | Q(email=typed.lower())


def staff_for(person: Any) -> QuerySet:
    return User.objects.visible_to(person).filter(is_staff=True)


class ActivityList(ListDesk, ExportedDesk):
    report = "staff-activity"
    route = "accounts_user_activity"
    permission = "accounts.view_user"
    title = _("Activity of staff")
    icon = "chart-bar"
    hint = _("What each person did, by month, for the regular review of accounts and rights")
    filterset_class = ActivityFilter
    list_display = (
        "full_name",
        "role",
        "branch",
        "is_active",
        "last_login",
        "acts",
        "looks",
        "taken",
    )
    list_select_related = ("branch",)
    search_help_text = _("Name, or the whole e-mail address")

    def get_queryset(self, request):
        return staff_for(request.user)

    @admin.display(description=_("acts on record"))
    def acts(self, person: Any) -> int:
        return person.acts

    @admin.display(description=_("looks at protected data"))
    def looks(self, person: Any) -> int:
        return person.looks

    @admin.display(description=_("reports taken away"))
    def taken(self, person: Any) -> int:
        return person.taken
