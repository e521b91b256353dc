"""What the desk of returns filters and finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.kernel import clock
from config.privacy.identifiers import merchant_number, serial_number, terminal_number
from terminals.desk.filters import application_in
from terminals.returns.models import Charge, ReturnOrder, Tariff, Violation, ViolationCategory

NUMBER = re.compile(r"GH([0-9]{8})([0-9]{6})")
VIOLATION = re.compile(r"WG([0-9]{8})([0-9]{6})")
CHARGE = re.compile(r"FY([0-9]{6,12})")
Status = ReturnOrder.Status


class ReturnFilter(DeskFilter):
    view = django_filters.ChoiceFilter(
        method="in_view",
        label=_("View"),
        choices=[
            ("awaited", _("To come back")),
            ("overdue", pgettext_lazy("return", "Overdue")),
            ("inspect", _("To be inspected")),
            ("lost", _("Lost, to be written off")),
            ("all", _("All")),
        ],
    )
    status = django_filters.ChoiceFilter(label=_("status"), choices=Status.choices)
    way = django_filters.ChoiceFilter(label=_("way"), choices=ReturnOrder.Way.choices)
    charged = django_filters.ChoiceFilter(
        method="is_charged",
        label=_("Charged"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
    )
    branch = BranchFilter()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.has_perm("returns.view_charge"):
            del self.filters["charged"]

    def is_charged(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Whether money was asked for with the return, waived or not."""
        charges = Charge.objects.filter(order=OuterRef("pk"))
        return queryset.filter(Exists(charges) if value == "yes" else ~Exists(charges))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Without a view, a status or a search the list shows what is not done yet."""
        said = self.form.cleaned_data
        rows = super().filter_queryset(queryset)
        return rows if said.get("view") or said.get("status") or said.get("q") else rows.live()

    def in_view(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        match value:
            case "awaited":
                return queryset.awaited()
            case "overdue":
                return queryset.overdue(on=clock.today())
            case "inspect":
                return queryset.live().filter(device__status="returned")
            case "lost":
                return queryset.awaited().filter(lost_at__isnull=False)
        return queryset

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        """The return, then serial, terminal, merchant and application numbers, then the waybill."""
        if found := NUMBER.fullmatch(text):
            yield Q(number="-".join(["GH", *found.groups()]))
        if not serial_number.problem(text):
            yield Q(device__serial_number=text)
        if not terminal_number.problem(text):
            yield Q(terminal__number=text)
        if not merchant_number.problem(text):
            yield Q(terminal__merchant__number=text)
        if number := application_in(text):
            yield Q(application_number=number)
        yield Q(waybill=text)


def order_of_returns(filters: ReturnFilter) -> tuple[str, ...]:
    """The nearest day first, while every row has one to keep; else the newest first."""
    said = filters.data
    shows_ended = said.get("view") == "all" or said.get("status") in ReturnOrder.ENDED
    return ("-id",) if shows_ended or said.get("q") else ("due_on", "id")


class ViolationFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Violation.Status.choices)
    category = django_filters.ModelChoiceFilter(label=_("category"), queryset=ViolationCategory.objects.all())
    branch = BranchFilter()

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if found := VIOLATION.fullmatch(text):
            yield Q(number="-".join(["WG", *found.groups()]))
        if not terminal_number.problem(text):
            yield Q(terminal__number=text)
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)
        if number := application_in(text):
            yield Q(application_number=number)
        yield Q(decision_number=typed.upper())


class ChargeFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Charge.Status.choices)
    tariff = django_filters.ModelChoiceFilter(label=_("tariff"), queryset=Tariff.objects.all())
    branch = BranchFilter()

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if found := CHARGE.fullmatch(text):
            yield Q(pk=int(found[1]))
        if found := NUMBER.fullmatch(text):
            yield Q(order__number="-".join(["GH", *found.groups()]))
        if found := VIOLATION.fullmatch(text):
            yield Q(violation__number="-".join(["WG", *found.groups()]))
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)
        yield Q(payment_reference=typed)


class WordingFilter(DeskFilter):
    def words(self, typed: str) -> Q | None:
        return Q(text_zh__icontains=typed) | Q(text_en__icontains=typed)
