"""How much is right at the first look: by reviewer, and by the reason that spoke against it."""

from __future__ import annotations

from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.desk.decision_list import ALL_IN_FORCE
from applications.desk.in_time import BREACHED, IN_FORCE, answered, told_at
from applications.models import Decision, ItemReview, ReasonCode
from config.accounts.branches import Branch
from config.accounts.desk_filters import BranchFilter, DeskFilter, MonthFilter, within_month
from config.accounts.models import User
from config.files.exports.list_control import ExportedDesk
from config.kernel.desk_list import DeskChangeList
from config.kernel.mounted_list import ListDesk


class FiguresFilter(DeskFilter):
    """Figures of the decisions in force of one month and branch, or of all that the person may see."""

    month = MonthFilter(method="kept")
    branch = BranchFilter(method="kept")

    def kept(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """These choose what is counted, not who or what is shown."""
        return queryset

    @property
    def decisions(self) -> QuerySet:
        """What is counted."""
        said = self.form.cleaned_data
        rows = Decision.objects.filter(IN_FORCE, application__branch__in=self.request.user.branch_scope())
        if branch := cast("Branch | None", said.get("branch")):
            rows = rows.filter(application__branch__in=Branch.objects.under(branch))
        return rows.filter(within_month(said["month"], "at")) if said.get("month") else rows


def counted(rows: QuerySet, key: str, *, what: Any = None) -> Coalesce:
    """How many of the rows have this key in common with the row outside."""
    numbers = rows.order_by().values(key).annotate(number=what or Count("pk")).values("number")
    return Coalesce(Subquery(numbers, output_field=IntegerField()), Value(0))


class ReviewerFilter(FiguresFilter):
    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Reviewers with their figures; who decided nothing in that time is left out."""
        own = self.decisions.filter(by=OuterRef("pk"))
        first = own.filter(round=1)
        numbers = {
            "decided": own,
            "first": first,
            "first_approved": first.filter(outcome=Decision.Outcome.APPROVED),
            "first_returned": first.filter(outcome=Decision.Outcome.RETURNED),
            "first_refused": first.filter(outcome=Decision.Outcome.REJECTED),
            "late": own.annotate(told_at=told_at()).filter(answered()[BREACHED]),
        }
        rows = super().filter_queryset(queryset)
        return rows.annotate(**{name: counted(of, "by") for name, of in numbers.items()}).filter(
            decided__gt=0
        )

    def words(self, typed: str) -> Q | None:
        return Q(full_name__icontains=typed)


class ReasonFigureFilter(FiguresFilter):
    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Reasons given in first rounds, with how many of the first decisions gave them."""
        first = self.decisions.filter(round=1)
        given = ItemReview.objects.to_correct().filter(reason=OuterRef("pk"), decision__in=first)
        once = Count("decision", distinct=True)
        rows = super().filter_queryset(queryset)
        return rows.annotate(
            returned=counted(given.filter(decision__outcome="returned"), "reason", what=once),
            refused=counted(given.filter(decision__outcome="rejected"), "reason", what=once),
            given=counted(given, "reason", what=once),
            first=Value(first.count(), output_field=IntegerField()),
        ).filter(given__gt=0)

    def words(self, typed: str) -> Q | None:
        return Q(public_text_zh__icontains=typed) | Q(public_text_en__icontains=typed)


def reviewers_for(person: Any) -> QuerySet:
    return User.objects.staff()


def reasons_for(person: Any) -> QuerySet:
    return ReasonCode.objects.all()


def share(part: int, whole: int) -> str:
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else ""


class FiguresChangeList(DeskChangeList):
    """Each row leads to the decisions that it counts, of the month and the branch that were chosen."""

    def url_for_result(self, result) -> str:
        chosen = {
            name: self.filters.data[name] for name in ("month", "branch") if self.filters.data.get(name)
        }
        asked = {self.model_admin.counts_by: result.pk, "state": ALL_IN_FORCE} | chosen
        return f"{reverse('admin:applications_decisions')}?{urlencode(asked | self.model_admin.counts_only)}"


class FiguresDesk(ListDesk, ExportedDesk):
    permission = "applications.view_decision"
    # The filter of the decisions that names what a row is about, and what else narrows them to what it counts.
    counts_by: ClassVar[str]
    counts_only: ClassVar[dict[str, str]] = {}

    def get_changelist(self, request, **kwargs):
        return FiguresChangeList


class ReviewerList(FiguresDesk):
    report = "first-pass-by-reviewer"
    route = "applications_reviewers"
    title = _("First-pass rate by reviewer")
    icon = "user"
    hint = _("How much each reviewer found right at the first look, gave back or refused, and what came late")
    filterset_class = ReviewerFilter
    counts_by = "reviewer"
    list_display = (
        "full_name",
        "decided",
        "first",
        "first_approved",
        "rate",
        "first_returned",
        "first_refused",
        "late",
    )
    search_help_text = _("Part of the name")

    def get_queryset(self, request):
        return reviewers_for(request.user)

    @admin.display(description=_("decided"))
    def decided(self, row: Any) -> int:
        return row.decided

    @admin.display(description=_("in first rounds"))
    def first(self, row: Any) -> int:
        return row.first

    @admin.display(description=_("approved at once"))
    def first_approved(self, row: Any) -> int:
        return row.first_approved

    @admin.display(description=_("first-pass rate"))
    def rate(self, row: Any) -> str:
        return share(row.first_approved, row.first)

    @admin.display(description=_("given back"))
    def first_returned(self, row: Any) -> int:
        return row.first_returned

    @admin.display(description=_("refused at once"))
    def first_refused(self, row: Any) -> int:
        return row.first_refused

    @admin.display(description=_("answered late"))
    def late(self, row: Any) -> int:
        return row.late


class ReasonFigureList(FiguresDesk):
    report = "first-pass-by-reason"
    route = "applications_reason_figures"
    title = _("First rounds by reason")
    icon = "chart-bar"
    hint = _("Which reasons keep applications from passing at the first look, and how often")
    filterset_class = ReasonFigureFilter
    keyset = ("code",)
    counts_by = "reason"
    counts_only: ClassVar = {"round": "first"}
    list_display = ("code", "words", "given", "returned", "refused", "rate")
    search_help_text = _("Part of the text")

    def get_queryset(self, request):
        return reasons_for(request.user)

    @admin.display(description=_("text for the merchant"))
    def words(self, row: Any) -> str:
        return row.public_text

    @admin.display(description=_("given"))
    def given(self, row: Any) -> int:
        return row.given

    @admin.display(description=_("given back"))
    def returned(self, row: Any) -> int:
        return row.returned

    @admin.display(description=_("refused at once"))
    def refused(self, row: Any) -> int:
        return row.refused

    @admin.display(description=_("share of first decisions"))
    def rate(self, row: Any) -> str:
        return share(row.given, row.first)
