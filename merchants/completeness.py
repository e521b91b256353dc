"""Whether the particulars of a merchant are whole and agree with each other.

`problems` block a submission and an approval; `doubts` are for the reviewer and block nothing. Both are lists of
(field, sentence). The form pages, the submission and `onboard` ask here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from merchants import business_rules, person_rules
from merchants.particulars import MerchantType
from merchants.settlement_rules import account_problems, number_doubt

Finding = tuple[str, str]

LICENCE_MARGIN = timedelta(days=30)


def problems(particulars, *, on: date, licence_margin: timedelta = LICENCE_MARGIN) -> list[Finding]:
    """Everything that must be put right, in the order of the form.

    `licence_margin` is how much longer the licence must hold: 30 days when an application comes in, none once the bank
    has begun to work on it.
    """
    found = [*business_rules.problems(particulars, on=on, licence_margin=licence_margin)]
    found += person_rules.problems(particulars, on=on)
    if hasattr(particulars, "account_kind"):
        found += account_problems(particulars)
    found += _fee_problems(particulars)
    return [(field, str(sentence)) for field, sentence in found]


def doubts(particulars, *, on: date) -> list[Finding]:
    """What a reviewer should look at twice although it may be right."""
    found = [*business_rules.doubts(particulars, on=on), *person_rules.doubts(particulars, on=on)]
    if hasattr(particulars, "account_kind"):
        found.append(("account_number", number_doubt(particulars.account_kind, particulars.account_number)))
    return [(field, str(sentence)) for field, sentence in found if sentence]


def registered_name_of(particulars) -> str:
    """The name in the bank's books: as on the licence; a micro merchant has none and is booked as 商户_ and the person."""
    if particulars.merchant_type == MerchantType.MICRO and not particulars.registered_name:
        return f"商户_{particulars.responsible_name}"
    return particulars.registered_name


def _fee_problems(particulars) -> Iterator[Finding]:
    for field in ("debit_fee_percent", "credit_fee_percent"):
        rate = getattr(particulars, field)
        if rate is None or float(rate) < 0:
            yield field, _("Enter the fee in per cent, zero or more.")
