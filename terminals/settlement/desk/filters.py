"""What the settlement desk filters and finds clearances by."""

from __future__ import annotations

from collections.abc import Iterator

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.privacy.identifiers import merchant_number, serial_number, terminal_number, uscc
from terminals.desk.filters import application_in
from terminals.settlement.items import Reason
from terminals.settlement.models import Clearance


class ClearanceFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Clearance.Status.choices)
    reason = django_filters.ChoiceFilter(label=_("reason"), choices=Reason.choices)
    branch = BranchFilter(field_name="terminal__branch")

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if not terminal_number.problem(text):
            yield Q(terminal__number=text)
        if not serial_number.problem(text):
            yield Q(serial_number=text)
        if not merchant_number.problem(text):
            yield Q(terminal__merchant__number=text)
        if not uscc.problem(text):
            yield Q(terminal__merchant__uscc=text)
        if number := application_in(text):
            yield Q(application_number=number)

    def words(self, typed: str) -> Q | None:
        return Q(terminal__merchant__trading_name__icontains=typed) | Q(
            terminal__merchant__registered_name__icontains=typed
        )
