"""What the desk of offers filters and finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.privacy.identifiers import merchant_number, terminal_number
from terminals.offers.models import Enrolment, Offer

NUMBER = re.compile(r"YH([0-9]{8})([0-9]{6})")


def _number_in(text: str) -> str:
    found = NUMBER.fullmatch(text)
    return "-".join(["YH", *found.groups()]) if found else ""


class OfferFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Offer.Status.choices)
    branch = BranchFilter()

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if number := _number_in(text):
            yield Q(number=number)

    def words(self, typed: str) -> Q | None:
        return Q(title_zh__icontains=typed) | Q(title_en__icontains=typed)


class EnrolmentFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Enrolment.Status.choices)
    reason = django_filters.ChoiceFilter(label=_("why it ended"), choices=Enrolment.Reason.choices)
    branch = BranchFilter()

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if number := _number_in(text):
            yield Q(offer__number=number)
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)
        if not terminal_number.problem(text):
            yield Q(terminal__number=text)
