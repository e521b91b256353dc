"""How a party becomes a customer and how its record changes: the only two ways a merchant row is written."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, first_locked, lock_in_order
from config.kernel.numbering import draw_number
from config.privacy.fields import blind_index
from merchants.completeness import problems, registered_name_of
from merchants.models import Attestation, Membership, Merchant, Outlet, SettlementAccount
from merchants.particulars import AccountParticulars, Particulars, names_of

# How the reviewers' risk of an application becomes the merchant's first grade.
GRADE_OF_RISK = {"low": Merchant.Risk.A, "medium": Merchant.Risk.B, "high": Merchant.Risk.C}
DRAWS_OF_DIGITS = 12


def onboard(registration, *, by, now: datetime) -> Merchant:
    """The applicant's merchant: a new customer with its account and its checked owner, or the one it already is, locked.

    Raises `Refused` where the credit code (or, for a micro merchant, the person) is a customer whose people the applicant
    is not one of ("already_customer"), and where the particulars no longer hold on this day ("incomplete").
    """
    with told_as_refusals(), transaction.atomic():
        if (known := _already_customer(registration)) is not None:
            if known.memberships.filter(user=registration.applicant).exists():
                return known
            raise Refused(
                _("This party is already a customer, and the applicant is not one of its people."),
                code="already_customer",
            )
        found = problems(registration, on=local_date(now), licence_margin=timedelta(0))
        if found:
            raise Refused(found[0][1], code="incomplete", missing=found)
        merchant = _written(registration, by=by, now=now)
        _account_of(merchant, registration, by=by, now=now)
        Membership.objects.create(
            user=registration.applicant,
            merchant=merchant,
            role=Membership.Role.OWNER,
            since=now,
            checked_at=now,
        )
        record("merchant_onboarded", by=by, now=now, subject=merchant)
        return merchant


def amend(merchant: Merchant, changes: dict, *, by, now: datetime) -> None:
    """The merchant's particulars are the changed ones, the former ones stay in its history.

    Raises `Refused` where a changed field does not fit ("incomplete"); KeyError for a name that is no particular.
    """
    unknown = changes.keys() - set(names_of(Particulars))
    if unknown:
        raise KeyError(f"Not among the particulars of a merchant: {', '.join(sorted(unknown))}")
    with told_as_refusals(), transaction.atomic():
        lock_in_order(merchant)
        for name, value in changes.items():
            setattr(merchant, name, value)
        wrong = [item for item in problems(merchant, on=local_date(now)) if item[0] in changes]
        if wrong:
            raise Refused(wrong[0][1], code="incomplete", missing=wrong)
        _remember_who(merchant, by=by, now=now)
        merchant.save()
        # Judged anew, so the year until the next confirmation begins here.
        Attestation.objects.create(merchant=merchant, at=now, by=by)
        record("merchant_amended", by=by, now=now, subject=merchant, detail={"fields": sorted(changes)})


def open_account(merchant: Merchant, particulars, *, by, now: datetime) -> SettlementAccount:
    """Takings are paid to this account from now on; the one before stays on record. `by` has seen it in the core system."""
    with told_as_refusals(), transaction.atomic():
        lock_in_order(merchant)
        merchant.accounts.filter(used_until=None).update(used_until=now)
        return _account_of(merchant, particulars, by=by, now=now)


def outlet_at(merchant: Merchant, *, division, address: str, name: str = "") -> Outlet:
    """The outlet at this address of a merchant that the caller has locked, opened where there was none."""
    place = {"merchant": merchant, "division": division, "address": address}
    return Outlet.objects.filter(**place).first() or Outlet.objects.create(
        **place, name=(name or str(merchant))[:60]
    )


def _already_customer(registration) -> Merchant | None:
    """Locked, as everything that the approval goes on to change."""
    if registration.uscc:
        same = Merchant.objects.filter(uscc=registration.uscc)
    elif index := blind_index(registration.responsible_id_number, purpose="id_number"):
        same = Merchant.objects.filter(uscc="", responsible_id_index=index)
    else:
        return None
    # Most who apply are none yet: that is asked without reading one.
    return first_locked(same) if same.exists() else None


def numbers(branch, category_code: str, *, below: Callable[[int], int] = secrets.randbelow) -> Iterator[str]:
    """Merchant numbers: institution (3), clearing region (4), merchant category (4), drawn (4) by `below`. Without end.

    Digits while a branch and category have room, then letters too: field 42 of ISO 8583 is alphanumeric.
    """
    front = f"{branch.institution_prefix}{branch.area_code}{category_code}"
    for draw in count():
        signs = string.digits if draw < DRAWS_OF_DIGITS else string.digits + string.ascii_uppercase
        yield front + "".join(signs[below(len(signs))] for _place in range(4))


def _written(registration, *, by, now: datetime) -> Merchant:
    particulars = {name: getattr(registration, name) for name in names_of(Particulars)}
    particulars["registered_name"] = registered_name_of(registration)
    merchant = Merchant(
        branch=registration.branch,
        risk=GRADE_OF_RISK.get(getattr(registration, "risk", ""), Merchant.Risk.A),
        onboarded_at=now,
        **particulars,
    )
    _remember_who(merchant, by=by, now=now)
    draw_number(merchant, numbers(registration.branch, registration.category_id))
    return merchant


def _account_of(merchant: Merchant, particulars, *, by, now: datetime) -> SettlementAccount:
    account = SettlementAccount.objects.create(
        merchant=merchant,
        used_from=now,
        verified_at=now,
        verified_by=by,
        **{name: getattr(particulars, name) for name in names_of(AccountParticulars)},
    )
    record("account_opened", by=by, now=now, subject=merchant)
    return account


def _remember_who(merchant: Merchant, *, by, now: datetime) -> None:
    """The history row that the next save writes names this person and moment, whatever request is running."""
    # How the history library is told.
    for name, value in {"_history_user": by, "_history_date": now}.items():
        setattr(merchant, name, value)
