"""What the desks of estate and codes filter and find: whole marks by their index first, parts of names last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.kernel import clock
from config.privacy.fields import blind_index
from config.privacy.identifiers import merchant_number, serial_number, terminal_number, uscc
from terminals.binding_reports import due_cancellations, due_openings
from terminals.models import (
    Binding,
    BindingReportLine,
    Device,
    DeviceModel,
    RegistrationCode,
    ResponseCode,
    RiskCase,
    Suspension,
    Terminal,
)
from terminals.response_codes import FOR_STAFF, code_in, holding

APPLICATION = re.compile(r"([A-Z]{2})([0-9]{8})([0-9]{6})")


def application_in(text: str) -> str:
    """The application number that a normalised text spells, or ""."""
    found = APPLICATION.fullmatch(text)
    return "-".join(found.groups()) if found else ""


class DeviceFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Device.Status.choices)
    model = django_filters.ModelChoiceFilter(label=_("model"), queryset=DeviceModel.objects.all())
    ownership = django_filters.ChoiceFilter(label=_("ownership"), choices=Device.Ownership.choices)
    branch = BranchFilter()

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        """The serial number, then the terminal or the merchant a device is or was tied to, then how a serial number begins."""
        bindings = Binding.objects.all()
        if not serial_number.problem(text):
            yield Q(serial_number=text)
        if not terminal_number.problem(text):
            yield Q(pk__in=bindings.filter(terminal__number=text).values("device"))
        if not merchant_number.problem(text):
            yield Q(pk__in=bindings.filter(terminal__merchant__number=text).values("device"))
        if not uscc.problem(text):
            yield Q(pk__in=bindings.filter(terminal__merchant__uscc=text).values("device"))
        if len(text) > 2:
            yield Q(serial_number__startswith=text)


class TerminalFilter(DeskFilter):
    task = django_filters.ChoiceFilter(
        method="with_task",
        label=_("task"),
        choices=[("verification", _("To be verified")), ("release", _("Release to be granted"))],
    )
    status = django_filters.ChoiceFilter(label=_("status"), choices=Terminal.Status.choices)
    branch = BranchFilter()

    def with_task(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "verification":
            return queryset.filter(status=Terminal.Status.DORMANT_REVIEW)
        asked = Suspension.objects.filter(ended_at=None, release_asked_at__isnull=False)
        return queryset.filter(status=Terminal.Status.SUSPENDED, pk__in=asked.values("terminal"))

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if not terminal_number.problem(text):
            yield Q(number=text)
        if not serial_number.problem(text):
            yield Q(pk__in=Binding.objects.filter(device__serial_number=text).values("terminal"))
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)
        if not uscc.problem(text):
            yield Q(merchant__uscc=text)
        if number := application_in(text):
            made_by = RegistrationCode.objects.filter(application_number=number)
            yield Q(pk__in=made_by.values("terminal"))

    def words(self, typed: str) -> Q | None:
        return (
            Q(label__icontains=typed)
            | Q(merchant__trading_name__icontains=typed)
            | Q(merchant__registered_name__icontains=typed)
        )


class BindingFilter(DeskFilter):
    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_("state"),
        choices=[("open", _("Still in force")), ("closed", _("Ended"))],
    )
    report = django_filters.ChoiceFilter(
        method="in_report",
        label=_("report"),
        choices=[
            ("due", _("Not reported yet")),
            ("pending", _("Not answered yet")),
            ("refused", pgettext_lazy("report of bindings", "Refused")),
        ],
    )
    branch = BranchFilter(field_name="terminal__branch")

    def in_report(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "due":
            return queryset.filter(
                Q(pk__in=due_openings().values("pk")) | Q(pk__in=due_cancellations().values("pk"))
            )
        lines = BindingReportLine.objects.filter(acknowledged_at=None, sendings__outcome=value)
        return queryset.filter(pk__in=lines.values("binding"))

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(valid_to__isnull=value == "open")

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if not serial_number.problem(text):
            yield Q(device__serial_number=text)
        if not terminal_number.problem(text):
            yield Q(terminal__number=text)
        if not merchant_number.problem(text):
            yield Q(terminal__merchant__number=text)
        if not uscc.problem(text):
            yield Q(holder_index=blind_index(text, purpose="id_number"))
        if number := application_in(text):
            made_by = RegistrationCode.objects.filter(application_number=number)
            yield Q(terminal__in=made_by.values("terminal"), application_number=number)


class CodeFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=RegistrationCode.Status.choices)
    collected = django_filters.ChoiceFilter(
        method="is_collected",
        label=_("Collected"),
        choices=[("yes", _("Yes")), ("no", _("Not collected yet"))],
    )
    expiry = django_filters.ChoiceFilter(
        method="runs_out", label=_("Expiry"), choices=[("soon", _("Within two days"))]
    )
    branch = BranchFilter(field_name="terminal__branch")

    def runs_out(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.running_out(clock.now())

    def is_collected(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(collected_at__isnull=value == "no")

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        yield Q(slip_number=typed.upper())
        if not serial_number.problem(text):
            yield Q(serial_number=text)
        if not terminal_number.problem(text):
            yield Q(terminal__number=text)
        if not merchant_number.problem(text):
            yield Q(terminal__merchant__number=text)
        if number := application_in(text):
            yield Q(application_number=number)


class RiskCaseFilter(DeskFilter):
    opens_with = "open"
    view = django_filters.ChoiceFilter(
        method="in_view",
        label=_("View"),
        choices=[
            ("open", pgettext_lazy("risk case", "Open")),
            ("closed", pgettext_lazy("risk case", "Closed")),
            ("all", _("All")),
        ],
    )
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=RiskCase.Kind.choices)
    branch = BranchFilter()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Without a view or a search the list shows what nobody has looked into yet."""
        said = self.form.cleaned_data
        rows = super().filter_queryset(queryset)
        return rows if said.get("view") or said.get("q") else rows.open()

    def in_view(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset if value == "all" else queryset.filter(closed_at__isnull=value == "open")

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if not serial_number.problem(text):
            yield Q(serial_number=text)
        if number := application_in(text):
            yield Q(application_number=number)


class AttemptFilter(DeskFilter):
    def marks(self, text: str, typed: str) -> Iterator[Q]:
        """The address, the serial number as it was sent, or the outcome."""
        with suppress(ValueError):
            yield Q(ip=str(ip_address(typed)))
        yield Q(serial_number__in=[text, typed])
        yield Q(outcome=typed.lower())


class ResponseCodeFilter(DeskFilter):
    group = django_filters.ChoiceFilter(label=_("what it is about"), choices=ResponseCode.Group.choices)
    action_class = django_filters.ChoiceFilter(label=_("class"), choices=ResponseCode.ActionClass.choices)
    desk = django_filters.ChoiceFilter(label=_("desk"), choices=ResponseCode.Desk.choices)

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        yield Q(code=code_in(typed))

    def words(self, typed: str) -> Q | None:
        return holding(typed, FOR_STAFF)


class DeviceModelFilter(DeskFilter):
    def words(self, typed: str) -> Q | None:
        return Q(vendor__icontains=typed) | Q(name__icontains=typed)
