"""What can be taken away of the store room and of violations. Statements and findings stay with their cases."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from config.files.exports.columns import Choice, Day, Level, Moment, Text, YesNo
from config.files.exports.more_columns import Numbered, Worded, Yuan
from config.files.exports.report import Report
from config.kernel import clock
from merchants.desk.reports import known_as
from terminals.returns.desk.filters import ChargeFilter, ReturnFilter, ViolationFilter, order_of_returns
from terminals.returns.models import Charge, ReturnOrder, Violation


def _returns(person: Any) -> QuerySet:
    late = ReturnOrder.objects.overdue(on=clock.today()).values("pk")
    return ReturnOrder.objects.visible_to(person).annotate(
        known_as=known_as("terminal__merchant__"),
        is_late=Case(When(pk__in=late, then=Value(True)), default=Value(False), output_field=BooleanField()),
    )


def _violations(person: Any) -> QuerySet:
    return Violation.objects.visible_to(person).annotate(known_as=known_as("merchant__"))


def _charges(person: Any) -> QuerySet:
    return Charge.objects.visible_to(person).annotate(known_as=known_as("merchant__"))


REPORTS = [
    Report(
        name="returns",
        title=_("Returns of devices"),
        hint=_("What has to come back, by when, what is overdue and what became of it"),
        permission="returns.view_returnorder",
        list_page="admin:returns_returnorder_changelist",
        rows=_returns,
        filterset=ReturnFilter,
        order=order_of_returns,
        columns=(
            Text("number", _("return number"), "number"),
            Choice("status", _("status"), "status", Level.OPEN, choices=ReturnOrder.Status.choices),
            Day("due_on", _("to be back by"), "due_on", Level.OPEN),
            YesNo("late", _("overdue"), "is_late", Level.OPEN),
            Text("serial_number", _("serial number"), "device__serial_number"),
            Text("model", _("model"), "device__model__name", Level.OPEN),
            Text("terminal_number", _("terminal number"), "terminal__number"),
            Text("merchant_number", _("merchant number"), "terminal__merchant__number"),
            Text("merchant", _("merchant"), "known_as"),
            Choice("way", _("way"), "way", Level.OPEN, choices=ReturnOrder.Way.choices),
            Text("application", _("application"), "application_number"),
            Moment("opened_at", _("asked back at"), "opened_at", Level.OPEN),
            Moment("received_at", _("received at"), "received_at", Level.OPEN),
            Moment("lost_at", _("reported lost at"), "lost_at", Level.OPEN),
            Moment("written_off_at", _("written off at"), "written_off_at", Level.OPEN),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
        ),
    ),
    Report(
        name="violations",
        title=_("Violations"),
        hint=_("What merchants are held to have broken, and how far each case is"),
        permission="returns.view_violation",
        list_page="admin:returns_violation_changelist",
        rows=_violations,
        filterset=ViolationFilter,
        columns=(
            Text("number", _("violation number"), "number"),
            Choice("status", _("status"), "status", Level.OPEN, choices=Violation.Status.choices),
            Worded("category", _("category"), "category__text"),
            Text("merchant_number", _("merchant number"), "merchant__number"),
            Text("merchant", _("merchant"), "known_as"),
            Text("terminal_number", _("terminal number"), "terminal__number"),
            Text("application", _("application"), "application_number"),
            Moment("opened_at", _("opened at"), "opened_at", Level.OPEN),
            Day("statement_due_on", _("statement until"), "statement_due_on", Level.OPEN),
            Moment("stated_at", _("stated at"), "stated_at", Level.OPEN),
            Text("decision_number", _("decision number"), "decision_number"),
            Moment("decided_at", _("decided at"), "decided_at", Level.OPEN),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
        ),
    ),
    Report(
        name="charges",
        title=_("Charges"),
        hint=_("What is due under the agreement for returns and violations, what is paid and what is waived"),
        permission="returns.view_charge",
        list_page="admin:returns_charge_changelist",
        rows=_charges,
        filterset=ChargeFilter,
        columns=(
            Numbered("number", _("charge"), "pk", prefix="FY"),
            Choice("status", _("status"), "status", Level.OPEN, choices=Charge.Status.choices),
            Text("merchant_number", _("merchant number"), "merchant__number"),
            Text("merchant", _("merchant"), "known_as"),
            Worded("tariff", _("tariff"), "tariff__text"),
            Text("reason", _("reason"), "reason"),
            Yuan("amount", _("amount, yuan"), "amount_fen"),
            Day("due_on", _("due on"), "due_on", Level.OPEN),
            Text("return", _("return number"), "order__number"),
            Text("violation", _("violation number"), "violation__number"),
            Moment("raised_at", _("raised at"), "raised_at", Level.OPEN),
            Moment("paid_at", _("paid at"), "paid_at", Level.OPEN),
            Text("payment_reference", _("payment reference"), "payment_reference"),
            Moment("waived_at", _("waived at"), "waived_at", Level.OPEN),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
        ),
    ),
]
