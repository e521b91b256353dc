"""Check digits, rules of accounts and validities: each by a row that triggers it and one that passes."""

from datetime import date

import pytest

from merchants.particulars import MerchantType
from tests.applications.factories import (
    PERSON,
    fresh_uscc,
)
from tests.applications.findings.cases import (
    AGENT,
    OWNER,
    TODAY,
    case_of,
    in_days,
    levels,
    shows,
)

pytestmark = pytest.mark.django_db


ENTERPRISE, MICRO = MerchantType.ENTERPRISE, MerchantType.MICRO
SOLE = MerchantType.SOLE_TRADER
TYPED = [
    # code, level, item, type, what triggers it, what passes
    ("uscc_check_digit", "bad", "uscc", SOLE, {"uscc": "91440101MA59ABCD1E"}, {"uscc": "91440101MA59ABCD1D"}),
    ("id_check_digit", "bad", "responsible_id", SOLE, {"responsible_id_number": PERSON[:-1] + "8"}, {}),
    ("id_check_digit", "bad", "responsible_id", SOLE, {"responsible_id_type": ""}, {}),
    ("agent_id_check_digit", "bad", "agent", SOLE, AGENT | {"agent_id_number": "1"}, AGENT),
    ("agent_is_responsible", "warn", "agent", SOLE, AGENT | {"agent_id_number": PERSON}, AGENT),
    (
        "owner_id_check_digit",
        "bad",
        "beneficial_owners",
        ENTERPRISE,
        {"beneficial_owners": [OWNER | {"id_number": "1"}]},
        {"beneficial_owners": [OWNER]},
    ),
    ("mobile_shape", "bad", "contact", SOLE, {"contact_mobile": "12800138000"}, {}),
    ("mobile_shape", "bad", "agent", SOLE, AGENT | {"agent_mobile": "1"}, AGENT),
    # Who may be paid: enterprise by its licence, sole trader also by its operator, micro merchant by its operator alone.
    ("account_rules", "bad", "account_holder", ENTERPRISE, {"account_holder": "王小明"}, {}),
    ("account_rules", "bad", "account_holder", ENTERPRISE, {"account_kind": "personal"}, {}),
    ("account_rules", "bad", "account_holder", SOLE, {"account_holder": "李小红"}, {}),
    (
        "account_rules",
        "bad",
        "account_holder",
        SOLE,
        {"account_kind": "corporate", "account_holder": "王小明", "account_cnaps": "102290000012"},
        {"account_kind": "corporate", "account_holder": "晴川便利店", "account_cnaps": "102290000012"},
    ),
    ("account_rules", "bad", "account_holder", MICRO, {"account_kind": "corporate"}, {}),
    ("account_rules", "bad", "account_number", SOLE, {"account_number": "12"}, {}),
    ("account_rules", "bad", "account_bank", ENTERPRISE, {"account_cnaps": "1"}, {}),
    ("doubt_account_number", "warn", "account_number", SOLE, {"account_number": "6222021000000000008"}, {}),
    ("doubt_uscc", "warn", "uscc", SOLE, {"uscc": fresh_uscc()}, {}),
    ("licence_expired", "bad", "licence_validity", SOLE, {"licence_is_long_term": False, "licence_to": in_days(-1)}, {}),
    ("licence_undated", "bad", "licence_validity", SOLE, {"licence_is_long_term": False}, {}),
    (
        "licence_expires_soon",
        "warn",
        "licence_validity",
        SOLE,
        {"licence_is_long_term": False, "licence_to": in_days(90)},
        {"licence_is_long_term": False, "licence_to": in_days(91)},
    ),
    ("licence_not_yet", "bad", "licence_validity", SOLE, {"licence_from": in_days(1)}, {"licence_from": TODAY}),
    (
        "licence_date_order",
        "bad",
        "licence_validity",
        SOLE,
        {"licence_is_long_term": False, "licence_from": in_days(-5), "licence_to": in_days(-5)},
        {"licence_is_long_term": False, "licence_from": in_days(-5), "licence_to": in_days(400)},
    ),
    ("id_expired", "bad", "responsible_id_validity", SOLE, {"responsible_id_to": in_days(-1)}, {"responsible_id_to": TODAY}),
    ("id_undated", "bad", "responsible_id_validity", SOLE, {"responsible_id_to": None}, {"responsible_id_is_long_term": True}),
    ("id_expires_soon", "warn", "responsible_id_validity", SOLE, {"responsible_id_to": TODAY}, {"responsible_id_to": in_days(31)}),
    ("id_not_yet", "bad", "responsible_id_validity", SOLE, {"responsible_id_from": in_days(2)}, {}),
    (
        "id_date_order",
        "bad",
        "responsible_id_validity",
        SOLE,
        {"responsible_id_from": date(2039, 5, 9)},
        {"responsible_id_from": date(2019, 5, 8)},
    ),
    ("agent_id_expired", "bad", "agent_id_validity", SOLE, AGENT | {"agent_id_to": in_days(-1)}, AGENT),
    ("agent_id_undated", "bad", "agent_id_validity", SOLE, AGENT | {"agent_id_to": None}, AGENT | {"agent_id_to": None, "agent_id_is_long_term": True}),
    ("agent_id_expires_soon", "warn", "agent_id_validity", SOLE, AGENT | {"agent_id_to": in_days(30)}, AGENT | {"agent_id_to": in_days(31)}),
    ("agent_id_not_yet", "bad", "agent_id_validity", SOLE, AGENT | {"agent_id_from": in_days(2)}, AGENT),
    ("agent_id_date_order", "bad", "agent_id_validity", SOLE, AGENT | {"agent_id_from": date(2041, 7, 6)}, AGENT),
    (
        "owner_id_expired",
        "bad",
        "beneficial_owners",
        ENTERPRISE,
        {"beneficial_owners": [OWNER | {"valid_to": str(in_days(-1))}]},
        {"beneficial_owners": [OWNER | {"valid_to": ""}]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "level", "item", "kind", "wrong", "right"),
    TYPED,
    ids=[f"{row[0]}-{n}" for n, row in enumerate(TYPED)],
)
def test_what_was_typed(code, level, item, kind, wrong, right):
    shows(case_of(kind, **wrong), code, level, f"field:{item}")

    assert levels(case_of(kind, **right), code) <= {"ok"}
