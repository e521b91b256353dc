"""What the blacklist says of a case: beside its item, blocking, the value quoted nowhere."""

import pytest

from applications.findings.finding import WHOLE
from config.kernel import clock
from tests.applications.factories import CARD, PERSON
from tests.applications.findings.cases import AGENT, TODAY, case_of, found, levels, line, shows
from tests.merchants.blacklist import listed
from tests.merchants.factories import OTHER_PERSON

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return case_of()


LISTED = [
    ("identity", PERSON, {}, "field:responsible_id"),
    ("identity", OTHER_PERSON, AGENT, "field:agent"),
    ("account", CARD, {}, "field:account_number"),
    ("mobile", "13800138000", {}, "field:contact"),
    ("mobile", "13900139000", AGENT, "field:agent"),
    ("name", "晴川便利店", {"registered_name": "晴川便利店"}, "field:registered_name"),
    ("name", "王小明", {}, "field:responsible_name"),
]


@pytest.mark.parametrize(("kind", "value", "answers", "item"), LISTED)
def test_what_the_blacklist_says_stands_at_its_item_and_blocks(kind, value, answers, item):
    case = case_of(**answers)
    assert case.blocks(on=TODAY) == []
    shows(case, "not_blacklisted", "ok", WHOLE)

    entry = listed(kind, value)

    shows(case, "blacklisted", "bad", item)
    [sentence] = case.blocks(on=TODAY)
    assert entry.number in sentence
    assert value not in sentence


def test_a_credit_code_and_a_device_on_the_blacklist(case):
    entries = [listed("uscc", case.uscc), listed("serial", line(case).serial_number)]

    assert [finding.item for finding in found(case)["blacklisted"]] == ["field:uscc", "placement:1:device"]
    assert len(case.blocks(on=TODAY)) == 2
    assert all(entry.number in " ".join(case.blocks(on=TODAY)) for entry in entries)


@pytest.mark.parametrize("days", [(1, None), (-9, -1)])
def test_an_entry_that_is_not_in_force_blocks_nothing(case, days):
    listed("identity", PERSON, days=days)

    assert case.blocks(on=TODAY) == []
    assert levels(case, "blacklisted") == set()


def test_an_entry_that_was_taken_off_blocks_nothing(case):
    listed("identity", PERSON).take_off(by=case.applicant, now=clock.now(), reason="误列")

    assert case.blocks(on=TODAY) == []


def test_an_agent_who_does_not_act_is_not_asked_for():
    listed("identity", OTHER_PERSON)

    assert case_of(**AGENT | {"has_agent": False}).blocks(on=TODAY) == []
