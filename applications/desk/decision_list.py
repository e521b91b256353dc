"""Decisions one by one: who decided what, for which reason, whether a second person agreed, and whether it came in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.desk.in_time import ANSWERED, IN_FORCE, answered, named, told_at
from applications.desk.queue import NUMBER
from applications.models import Application, Decision, ItemReview, ReasonCode
from config.accounts.desk_filters import BranchFilter, DeskFilter, MonthFilter
from config.accounts.models import User
from config.files.exports.list_control import ExportedDesk
from config.kernel.mounted_list import ListDesk
from config.privacy.identifiers import normalise, uscc

ALL_IN_FORCE = "told"


def application_number(typed: str) -> str:
    """The application number that was typed, in its printed form, or ""."""
    text = normalise(typed)
    return f"{text[:2]}-{text[2:10]}-{text[10:]}" if NUMBER.fullmatch(text) else ""


class HiddenChoice(django_filters.ModelChoiceFilter):
    """A filter that other lists lead to by link and that offers nothing itself."""

    def facet_choices(self, request: Any) -> list[Any]:
        return []


class OfApplicationFilter(DeskFilter):
    """A list of what belongs to applications, found by their numbers."""

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if number := application_number(typed):
            yield Q(**{f"{self.path}number": number})
        if not uscc.problem(text):
            yield Q(**{f"{self.path}subject_uscc": text})

    path = "application__"


class DecisionFilter(OfApplicationFilter):
    month = MonthFilter(field_name="at")
    outcome = django_filters.ChoiceFilter(label=_("outcome"), choices=Decision.Outcome.choices)
    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_("state"),
        choices=[(ALL_IN_FORCE, _("All that were told")), *Decision.State.choices],
    )
    answered = django_filters.ChoiceFilter(method="is_answered", label=_("Promised time"), choices=ANSWERED)
    round = django_filters.ChoiceFilter(
        method="in_round",
        label=_("round"),
        choices=[("first", _("First round")), ("later", _("Later rounds"))],
    )
    kind = django_filters.ChoiceFilter(
        field_name="application__kind",
        label=pgettext_lazy("queue", "Kind"),
        choices=lambda: Application.Kind.choices,
    )
    reason = HiddenChoice(method="for_reason", label=_("reason"), queryset=ReasonCode.objects.all())
    reviewer = HiddenChoice(field_name="by", label=_("reviewer"), queryset=User.objects.staff())
    branch = BranchFilter(field_name="application__branch")

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(IN_FORCE if value == ALL_IN_FORCE else Q(state=value))

    def is_answered(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(answered()[value])

    def in_round(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(round=1) if value == "first" else queryset.filter(round__gt=1)

    def for_reason(self, queryset: QuerySet, name: str, value: ReasonCode | None) -> QuerySet:
        """Decisions that give the reason, for the whole or for an item."""
        if value is None:
            return queryset
        given = ItemReview.objects.to_correct().filter(reason=value)
        return queryset.filter(pk__in=given.values("decision"))


def decisions_for(person: Any) -> QuerySet:
    """The decisions on applications of the person's branches, with `told_at` and how they stand to their time."""
    rows = Decision.objects.filter(application__branch__in=person.branch_scope())
    rows = rows.annotate(told_at=told_at())
    return rows.annotate(in_time=named(answered()))


class DecisionList(ListDesk, ExportedDesk):
    """Newest first. What a colleague's held decision says is for the people who may release it: its case shows it."""

    report = "decisions"
    route = "applications_decisions"
    permission = "applications.view_decision"
    title = _("Decisions")
    icon = "scale"
    hint = _("Who decided what, for which reason, and whether it came in time")
    filterset_class = DecisionFilter
    list_display = (
        "number",
        "kind",
        "outcome",
        "state",
        "round",
        "reviewer",
        "at",
        "standing",
        "reason_text",
        "branch",
    )
    list_select_related = ("application__branch", "by", "reason")
    search_help_text = _("Whole application number or credit code")

    def get_queryset(self, request):
        return decisions_for(request.user).defer("private_note", "public_text", "checker_note")

    def row_url(self, row: Any) -> str:
        return reverse("admin:applications_case", args=[row.application_id])

    @admin.display(description=_("application number"))
    def number(self, decision: Decision) -> str:
        return decision.application.number

    @admin.display(description=pgettext_lazy("queue", "Kind"))
    def kind(self, decision: Decision) -> str:
        return decision.application.get_kind_display()

    @admin.display(description=_("Promised time"))
    def standing(self, decision: Any) -> str:
        return str(dict(ANSWERED).get(decision.in_time, ""))

    @admin.display(description=_("reason"))
    def reason_text(self, decision: Decision) -> str:
        return str(decision.reason or "")

    @admin.display(description=_("reviewer"))
    def reviewer(self, decision: Decision) -> str:
        return str(decision.by)

    @admin.display(description=_("branch"))
    def branch(self, decision: Decision) -> str:
        return decision.application.branch.name
