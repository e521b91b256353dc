"""What can be taken away of the merchants."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from config.files.exports.columns import Choice, Level, Moment, Text
from config.files.exports.report import Report
from merchants.desk.filters import MerchantFilter
from merchants.models import Merchant
from merchants.particulars import MerchantType


def known_as(prefix: str = "") -> Case:
    """The name over the door, or the registered one; a micro merchant's registered name is a person's and is left out."""
    micro = Q(**{f"{prefix}merchant_type": MerchantType.MICRO})
    return Case(
        When(~Q(**{f"{prefix}trading_name": ""}), then=F(f"{prefix}trading_name")),
        When(micro, then=Value("")),
        default=F(f"{prefix}registered_name"),
        output_field=CharField(),
    )


def _merchants(person: Any) -> QuerySet:
    return Merchant.objects.visible_to(person).annotate(known_as=known_as())


REPORTS = [
    Report(
        name="merchants",
        title=_("Merchants"),
        hint=_("Numbers, credit codes, status and risk grade of the merchants of your branches"),
        permission="merchants.view_merchant",
        list_page="admin:merchants_merchant_changelist",
        rows=_merchants,
        filterset=MerchantFilter,
        columns=(
            Text("number", _("merchant number"), "number"),
            Text("name", _("name"), "known_as"),
            Choice("type", _("merchant type"), "merchant_type", choices=MerchantType.choices),
            Text("uscc", _("unified social credit code"), "uscc"),
            Choice("status", _("status"), "status", Level.OPEN, choices=Merchant.Status.choices),
            Choice("risk", _("risk grade"), "risk", choices=Merchant.Risk.choices),
            Text("category", _("category code (MCC)"), "category__code"),
            Text("division", _("division"), "business_division__full_name"),
            Text("address", _("business address"), "business_address"),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
            Moment("onboarded_at", _("onboarded at"), "onboarded_at", Level.OPEN),
        ),
    )
]
