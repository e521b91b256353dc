"""Who else is this party, or uses what is its own."""

import pytest

from config.kernel import clock
from merchants.particulars import MerchantType
from tests.applications.factories import CARD, PERSON, RegistrationFactory
from tests.applications.findings.cases import (
    AGENT,
    NOTHING_IN_COMMON,
    OWNER,
    answers_of,
    case_of,
    found,
    levels,
    shows,
)
from tests.merchants.factories import OTHER_PERSON, onboarded, owner_of

pytestmark = pytest.mark.django_db


def test_a_credit_code_that_is_a_customer_already():
    mine, other = onboarded(), onboarded(responsible_id_number=OTHER_PERSON)
    own = RegistrationFactory(answers=answers_of(uscc=mine.uscc), applicant=owner_of(mine))

    shows(case_of(uscc=other.uscc), "customer_already", "bad", "field:uscc")
    shows(own, "customer_already_own", "warn", "field:uscc")
    shows(case_of(), "customer_new", "ok", "field:uscc")


def test_a_second_open_application_of_a_newcomer():
    first = RegistrationFactory(state="submitted")
    again = RegistrationFactory(answers=answers_of(uscc=first.uscc))

    shows(again, "party_open_twice", "warn", "field:uscc")
    assert first.number in found(again)["party_open_twice"][0].sentence
    assert found(again)["party_open_twice"][0].see == (first.number,)
    shows(case_of(), "party_open_once", "ok", "field:uscc")


def test_a_second_open_application_of_a_micro_merchant_is_known_by_its_person():
    first = RegistrationFactory(answers=answers_of(MerchantType.MICRO), state="submitted")
    again = RegistrationFactory(answers=answers_of(MerchantType.MICRO))

    shows(again, "party_open_twice", "warn", "field:responsible_id")
    first.withdraw(by=first.applicant, now=clock.now())
    assert levels(again, "party_open_twice") == set()


@pytest.mark.parametrize("state", ["draft", "withdrawn", "rejected"])
def test_what_was_never_filed_or_is_closed_is_nobodys_second(state):
    first = RegistrationFactory(state=state)

    assert levels(RegistrationFactory(answers=answers_of(uscc=first.uscc)), "party_open_twice") == set()


def test_a_customer_may_ask_for_two_things_at_once():
    merchant = onboarded()
    mine = {"merchant": merchant, "applicant": owner_of(merchant), "branch": merchant.branch}
    RegistrationFactory(**mine, state="submitted")

    assert levels(RegistrationFactory(**mine), "party_open_twice") == {"ok"}


SHARED = [
    # code, item, what this case says, what the other one says
    ("id_used_elsewhere", "responsible_id", {}, {"responsible_id_number": PERSON}),
    ("mobile_used_elsewhere", "contact", {}, {"contact_mobile": "13800138000"}),
    ("account_used_elsewhere", "account_number", {}, {"account_number": CARD}),
    ("agent_used_elsewhere", "agent", AGENT, {"responsible_id_number": OTHER_PERSON}),
    ("agent_mobile_used_elsewhere", "agent", AGENT, {"contact_mobile": "13900139000"}),
]


@pytest.mark.parametrize(("code", "item", "mine", "theirs"), SHARED)
def test_a_number_that_another_customer_uses(code, item, mine, theirs):
    other = onboarded(**NOTHING_IN_COMMON | theirs)

    case = case_of(**mine)

    shows(case, code, "warn", f"field:{item}")
    assert other.number in found(case)[code][0].sentence
    assert set(found(case)) & {row[0] for row in SHARED} == {code}
    assert levels(case, "marks_unshared") == set()


@pytest.mark.parametrize(("code", "item", "mine", "theirs"), SHARED)
def test_a_number_that_another_open_application_uses(code, item, mine, theirs):
    other = RegistrationFactory(answers=answers_of(**NOTHING_IN_COMMON | theirs), state="submitted")

    case = case_of(**mine)

    shows(case, code, "warn", f"field:{item}")
    assert found(case)[code][0].see == (other.number,)
    other.withdraw(by=other.applicant, now=clock.now())
    assert levels(case, code) == set()
    assert levels(case, "marks_unshared") == {"ok"}


def test_an_owner_who_answers_for_another_party():
    onboarded(**NOTHING_IN_COMMON | {"responsible_id_number": OTHER_PERSON})
    both = {"beneficial_owners": [OWNER, OWNER | {"id_number": OTHER_PERSON}]}

    shows(case_of(MerchantType.ENTERPRISE, **both), "owner_used_elsewhere", "warn", "field:beneficial_owners")
    assert levels(case_of(MerchantType.ENTERPRISE), "owner_used_elsewhere") == set()


def test_a_partys_own_numbers_in_its_own_applications_are_no_finding():
    merchant = onboarded()
    mine = {"merchant": merchant, "applicant": owner_of(merchant), "branch": merchant.branch}
    RegistrationFactory(**mine, state="submitted")
    newcomer = RegistrationFactory(answers=answers_of(**NOTHING_IN_COMMON), state="submitted")
    again = RegistrationFactory(answers=answers_of(**NOTHING_IN_COMMON, uscc=newcomer.uscc))

    for case in (RegistrationFactory(**mine), again):
        assert not set(found(case)) & {row[0] for row in SHARED}
