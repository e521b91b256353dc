"""Which account may receive a merchant's takings (bank card acquiring rules, PBoC announcement 2013 No. 9).

Each function answers with one sentence that says what to do, or "". Forms, submission and approval ask the same ones.
"""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from config.privacy.identifiers import bank_card, cnaps, corporate_account
from merchants.particulars import AccountParticulars, MerchantType

Kind = AccountParticulars.Kind
# NFKC already folds the full-width round brackets; these look the same in print and it leaves them alone.
BRACKETS = str.maketrans(
    {"〔": "(", "〕": ")", "﹝": "(", "﹞": ")", "[": "(", "]": ")", "【": "(", "】": ")"}
)
MIDDLE_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅", "·"))


def kinds_allowed(merchant_type: str) -> tuple[str, ...]:
    """Account kinds open to this type of merchant, the usual one first."""
    match merchant_type:
        case MerchantType.MICRO:
            return (Kind.PERSONAL,)
        case MerchantType.SOLE_TRADER:
            return (Kind.CORPORATE, Kind.PERSONAL)
    return (Kind.CORPORATE,)


def kind_problem(merchant_type: str, account_kind: str) -> str:
    if account_kind in kinds_allowed(merchant_type):
        return ""
    if merchant_type == MerchantType.MICRO:
        return _("A micro merchant is paid to the operator's own personal account. Enter a personal account.")
    return _("This type of merchant is paid to a corporate account only. Enter the corporate account.")


def holder_problem(account_kind: str, holder: str, *, registered_name: str, responsible_name: str) -> str:
    """A corporate account stands in the name on the licence, a personal one in the operator's; spelling width aside."""
    if account_kind == Kind.CORPORATE and spelled(holder) != spelled(registered_name):
        return _(
            "The account holder must be the same as the name on the licence. Correct the one that is wrong."
        )
    if account_kind == Kind.PERSONAL and spelled(holder) != spelled(responsible_name):
        return _("The account holder must be the responsible person. Use an account in that person's name.")
    return ""


def number_problem(account_kind: str, number: str) -> str:
    """Only cards have a check digit, and even there a wrong one is only doubtful: see `number_doubt`."""
    return (bank_card if account_kind == Kind.PERSONAL else corporate_account).problem(number)


def number_doubt(account_kind: str, number: str) -> str:
    return bank_card.warning(number) if account_kind == Kind.PERSONAL else ""


def cnaps_problem(account_kind: str, code: str) -> str:
    """The bank's code is needed to pay a corporate account; for a personal one it is looked at only where given."""
    if not code and account_kind == Kind.PERSONAL:
        return ""
    return cnaps.problem(code)


def account_problem(particulars) -> str:
    """The first thing wrong with the settlement account of complete particulars, or ""."""
    return next((sentence for _field, sentence in account_problems(particulars)), "")


def account_problems(particulars) -> list[tuple[str, str]]:
    """What is wrong with the account, as (field, sentence)."""
    kind = particulars.account_kind
    if not kind:
        return [("account_kind", _("Choose the kind of settlement account."))]
    if sentence := kind_problem(particulars.merchant_type, kind):
        return [("account_kind", sentence)]
    holder = holder_problem(
        kind,
        particulars.account_holder,
        registered_name=particulars.registered_name,
        responsible_name=particulars.responsible_name,
    )
    number = number_problem(kind, particulars.account_number)
    bank = "" if particulars.account_bank else _("Enter the bank and branch that keep the account.")
    found = [
        ("account_holder", holder if particulars.account_holder else _("Enter the account holder.")),
        ("account_number", number if particulars.account_number else _("Enter the account number.")),
        ("account_bank", bank),
        ("account_cnaps", cnaps_problem(kind, particulars.account_cnaps)),
    ]
    return [(field, sentence) for field, sentence in found if sentence]


def spelled(name: str) -> str:
    """A name without what differs between keyboards: width, brackets, spaces, the kind of middle dot."""
    folded = unicodedata.normalize("NFKC", name).translate(BRACKETS).translate(MIDDLE_DOTS)
    return "".join(folded.split()).casefold()
