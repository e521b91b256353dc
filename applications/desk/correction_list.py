"""What merchants were asked to correct, item by item: what they read, round by round."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.desk.decision_list import HiddenChoice, OfApplicationFilter
from applications.items import WHOLE
from applications.models import Application, Decision, ItemReview, ReasonCode, Registration
from applications.models.paper import Paper
from config.accounts.desk_filters import BranchFilter, MonthFilter
from config.files.exports.list_control import ExportedDesk
from config.kernel.mounted_list import ListDesk

# Items of several columns are called after the one that says it best.
CALLED_AFTER = {
    "licence_validity": "licence_to",
    "address": "business_address",
    "responsible_id": "responsible_id_number",
    "responsible_id_validity": "responsible_id_to",
    "agent": "agent_name",
    "agent_id": "agent_id_number",
    "agent_id_validity": "agent_id_to",
    "contact": "contact_name",
}


def item_words() -> list[tuple[str, str | Promise]]:
    """What the items of applications are called: the whole, the papers, and the questions by their columns."""
    models = [Registration, *(model for model in Application.__subclasses__() if model is not Registration)]
    fields = {field.name: field.verbose_name for model in models for field in model._meta.fields}
    fields |= {name: fields[column] for name, column in CALLED_AFTER.items() if column in fields}
    return [
        (WHOLE, _("The whole application")),
        *((f"paper:{paper.value}", paper.label) for paper in Paper),
        *((f"field:{name}", words) for name, words in fields.items()),
    ]


ITEM_WORDS = item_words()


class CorrectionFilter(OfApplicationFilter):
    path = "decision__application__"

    month = MonthFilter(field_name="decision__at")
    about = django_filters.ChoiceFilter(
        method="is_about",
        label=_("what about"),
        choices=[
            ("paper", _("a paper")),
            ("field", _("an answer")),
            ("placement", _("a terminal asked for")),
            (WHOLE, _("the whole application")),
        ],
    )
    kind = django_filters.ChoiceFilter(
        field_name="decision__application__kind",
        label=pgettext_lazy("queue", "Kind"),
        choices=lambda: Application.Kind.choices,
    )
    reason = HiddenChoice(label=_("reason"), queryset=ReasonCode.objects.all())
    branch = BranchFilter(field_name="decision__application__branch")

    def is_about(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(item__startswith=value)


def corrections_for(person: Any) -> QuerySet:
    """Every item that merchants of the person's branches were asked to correct."""
    return ItemReview.objects.to_correct().filter(
        decision__outcome=Decision.Outcome.RETURNED,
        decision__state=Decision.State.SENT,
        decision__application__branch__in=person.branch_scope(),
    )


class CorrectionList(ListDesk, ExportedDesk):
    report = "corrections"
    route = "applications_corrections"
    permission = "applications.view_itemreview"
    title = _("Corrections asked for")
    icon = "pencil-square"
    hint = _("What is given back most, for which reasons, in which round")
    filterset_class = CorrectionFilter
    list_display = ("number", "kind", "round", "called", "reason_text", "by", "at", "branch")
    list_select_related = ("decision__application__branch", "decision__by", "reason")
    search_help_text = _("Whole application number or credit code")

    def get_queryset(self, request):
        return corrections_for(request.user)

    def row_url(self, row: Any) -> str:
        return reverse("admin:applications_case", args=[row.decision.application_id])

    @admin.display(description=_("application number"))
    def number(self, row: ItemReview) -> str:
        return row.decision.application.number

    @admin.display(description=pgettext_lazy("queue", "Kind"))
    def kind(self, row: ItemReview) -> str:
        return row.decision.application.get_kind_display()

    @admin.display(description=_("round"))
    def round(self, row: ItemReview) -> int:
        return row.decision.round

    @admin.display(description=_("item"))
    def called(self, row: ItemReview) -> str:
        return str(dict(ITEM_WORDS).get(row.item, row.item))

    @admin.display(description=_("reason"))
    def reason_text(self, row: ItemReview) -> str:
        return str(row.reason)

    @admin.display(description=_("reviewer"))
    def by(self, row: ItemReview) -> str:
        return str(row.decision.by)

    @admin.display(description=_("at"))
    def at(self, row: ItemReview) -> Any:
        return row.decision.at

    @admin.display(description=_("branch"))
    def branch(self, row: ItemReview) -> str:
        return row.decision.application.branch.name
