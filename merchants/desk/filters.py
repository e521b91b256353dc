"""What the desk of merchants filters and finds."""

from __future__ import annotations

from collections.abc import Iterator

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.privacy.identifiers import merchant_number, uscc
from merchants.models import Division, Merchant
from merchants.particulars import MerchantType


class MerchantFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Merchant.Status.choices)
    merchant_type = django_filters.ChoiceFilter(label=_("merchant type"), choices=MerchantType.choices)
    risk = django_filters.ChoiceFilter(label=_("risk grade"), choices=Merchant.Risk.choices)
    branch = BranchFilter()

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if not merchant_number.problem(text):
            yield Q(number=text)
        if not uscc.problem(text):
            yield Q(uscc=text)

    def words(self, typed: str) -> Q | None:
        return Q(trading_name__icontains=typed) | Q(registered_name__icontains=typed)


class DivisionFilter(DeskFilter):
    level = django_filters.ChoiceFilter(label=_("level"), choices=Division._meta.get_field("level").choices)

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if text.isascii() and text.isdigit():
            yield Q(code=text)
            yield Q(code__startswith=text)

    def words(self, typed: str) -> Q | None:
        return Q(full_name__icontains=typed)


class CategoryFilter(DeskFilter):
    served = django_filters.ChoiceFilter(
        method="is_served",
        label=_("served by the bank"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
    )

    def is_served(self, queryset, name: str, value: str):
        return queryset.filter(is_served=value == "yes")

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        yield Q(code=text)

    def words(self, typed: str) -> Q | None:
        return Q(name_zh__icontains=typed) | Q(name_en__icontains=typed)
