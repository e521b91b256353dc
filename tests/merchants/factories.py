"""Merchants as they come to be: onboarded by the verb from the particulars of an application."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from stdnum.cn import uscc as stdnum_uscc

from config.kernel import clock
from config.privacy.identifiers.organisations import ORGANISATION_WEIGHTS
from config.privacy.identity_documents import IdType
from merchants.handing_over import accept, confirm, hand_over
from merchants.models import Division, HandOver, Merchant, MerchantCategory, SettlementAccount
from merchants.onboarding import onboard
from merchants.particulars import AccountParticulars, MerchantType, Particulars, names_of
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory

# Made up, with right check digits.
PERSON = "310101198002291237"
OTHER_PERSON = "11010519491231002X"
CARD = "6222021000000000009"
_drawn = iter(range(1, 10**6))


def uscc(prefix: str = "92") -> str:
    """A credit code nobody has had, with right check digits."""
    body = f"{next(_drawn):08d}"
    weighed = sum(int(digit) * weight for digit, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    front = f"{prefix}310115{body}" + "0123456789X0"[11 - weighed % 11]
    return front + stdnum_uscc.calc_check_digit(front + "0")


def particulars(merchant_type: str = MerchantType.SOLE_TRADER, /, **changed) -> SimpleNamespace:
    """Whole and consistent particulars, as a registration carries them."""
    is_micro = merchant_type == MerchantType.MICRO
    is_corporate = not is_micro and merchant_type != MerchantType.SOLE_TRADER
    blank = {name: getattr(Merchant(), name) for name in names_of(Particulars)}
    blank |= {name: getattr(SettlementAccount(), name) for name in names_of(AccountParticulars)}
    answers = blank | {
        "merchant_type": merchant_type,
        "registered_name": "" if is_micro else "晴川便利店",
        "trading_name": "晴川便利店",
        "uscc": "" if is_micro else uscc(),
        "licence_from": None if is_micro else date(2020, 1, 6),
        "licence_is_long_term": not is_micro,
        "business_scope": "" if is_micro else "食品零售",
        "category": MerchantCategory.objects.get(pk="5411"),
        "registered_division": Division.objects.get(pk="310115"),
        "registered_address": "示范路 18 号",
        "business_division": Division.objects.get(pk="310115"),
        "business_address": "示范路 18 号",
        "responsible_name": "王小明",
        "responsible_id_type": IdType.RESIDENT_ID,
        "responsible_id_number": PERSON,
        "responsible_id_from": date(2019, 5, 8),
        "responsible_id_to": date(2039, 5, 8),
        "contact_name": "王小明",
        "contact_mobile": "13800138000",
        "account_kind": "corporate" if is_corporate else "personal",
        "account_holder": "晴川便利店" if is_corporate else "王小明",
        "account_number": "31001512345678901234" if is_corporate else CARD,
        "account_bank": "示例银行示范路支行",
        "account_cnaps": "102290000012" if is_corporate else "",
    }
    if merchant_type == MerchantType.ENTERPRISE:
        answers["controller_name"] = "王小明"
        answers["beneficial_owners"] = [
            {
                "name": "王小明",
                "id_type": "resident_id",
                "id_number": PERSON,
                "valid_to": "2039-05-08",
                "share_percent": "60",
            }
        ]
    asked = SimpleNamespace(**answers | changed)
    asked.is_micro = asked.merchant_type == MerchantType.MICRO
    asked.category_id = asked.category.pk if asked.category else None
    return asked


def application(merchant_type: str = MerchantType.SOLE_TRADER, /, *, applicant=None, branch=None, **changed):
    """What `onboard` is given: particulars with their applicant and branch."""
    asked = particulars(merchant_type, **changed)
    asked.applicant = applicant or MerchantUserFactory()
    asked.branch = branch or BranchFactory()
    asked.risk = "low"
    return asked


def onboarded(merchant_type: str = MerchantType.SOLE_TRADER, /, *, by=None, now=None, **given) -> Merchant:
    """A customer of the bank with its account in use and its owner, whom the bank has checked."""
    asked = application(merchant_type, **given)
    return onboard(asked, by=by or StaffFactory(branch=asked.branch), now=now or clock.now())


def handed_over(merchant: Merchant, successor) -> HandOver:
    """The bank has confirmed that the member takes the merchant over from its checked owner."""
    now = clock.now()
    handover = hand_over(merchant, successor, by=owner_of(merchant), now=now)
    accept(handover, by=successor, now=now)
    by = StaffFactory(role="supervisor", branch=merchant.branch)
    confirm(handover, by=by, now=handover.confirmable_from, note="证件已核对")
    return handover


def owner_of(merchant: Merchant):
    """The owner whom the bank has checked."""
    return merchant.memberships.get(checked_at__isnull=False).user
