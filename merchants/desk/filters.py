"""What the desk of merchants filters and finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.kernel import clock
from config.kernel.policy import current_policy
from config.privacy.identifiers import merchant_number, uscc
from merchants.blacklist import index_of
from merchants.expiry import papers_ending_by
from merchants.models import BlacklistEntry, Division, Merchant
from merchants.particulars import MerchantType

# As `normalise` leaves HMD-000042.
ENTRY_NUMBER = re.compile(r"HMD([0-9]{1,9})")


class MerchantFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Merchant.Status.choices)
    merchant_type = django_filters.ChoiceFilter(label=_("merchant type"), choices=MerchantType.choices)
    risk = django_filters.ChoiceFilter(label=_("risk grade"), choices=Merchant.Risk.choices)
    papers = django_filters.ChoiceFilter(
        method="with_papers",
        label=_("papers"),
        choices=[("near", _("Run out, or near their end")), ("over", _("Run out"))],
    )
    branch = BranchFilter()

    def with_papers(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = clock.today()
        ahead = timedelta(days=current_policy().expiry_days_first if value == "near" else -1)
        return queryset.filter(papers_ending_by(today + ahead))

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        if not merchant_number.problem(text):
            yield Q(number=text)
        if not uscc.problem(text):
            yield Q(uscc=text)

    def words(self, typed: str) -> Q | None:
        return Q(trading_name__icontains=typed) | Q(registered_name__icontains=typed)


class BlacklistFilter(DeskFilter):
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=BlacklistEntry.Kind.choices)
    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_("state"),
        choices=[
            ("in_force", pgettext_lazy("blacklist", "in force")),
            ("later", _("not in force yet")),
            ("expired", _("expired")),
            ("removed", _("taken off")),
        ],
    )

    def in_state(self, queryset, name: str, value: str):
        today = clock.today()
        if value == "in_force":
            return queryset.in_force(on=today)
        if value == "removed":
            return queryset.exclude(removed_at=None)
        standing = queryset.standing()
        return (
            standing.filter(valid_from__gt=today) if value == "later" else standing.filter(valid_to__lt=today)
        )

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        """The number of an entry, or a value of any kind through its blind index."""
        if found := ENTRY_NUMBER.fullmatch(text):
            yield Q(pk=int(found[1]))
        yield Q(value_index__in={index_of(kind, typed) for kind in BlacklistEntry.Kind.values} - {""})


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
