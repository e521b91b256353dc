"""Eight of the help line save other words for one code: one change stands, no other is lost unseen. Shown on PostgreSQL."""

import pytest

from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals.code_wording import revise
from terminals.models import ResponseCodeVersion
from terminals.response_codes import read_code
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.races import all_at_once, without_unique
from tests.terminals.wording import said

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PEOPLE = 8


@pytest.fixture
def helpers():
    head = BranchFactory(code="HEAD", parent=None)
    return [StaffFactory(role="support", branch=head) for _ in range(PEOPLE)]


def saved_at_once(helpers):
    row = read_code("97")

    def save(number):
        return revise(
            row, said(row, meaning_zh=f"第 {number} 人"), seen=1, by=helpers[number], now=clock.now()
        )

    return all_at_once(PEOPLE, save)


def refusals(answers) -> list[str]:
    return [answer.code for answer in answers if isinstance(answer, Refused)]


def test_of_eight_changes_at_once_one_stands_and_the_others_are_told(helpers):
    answers = saved_at_once(helpers)

    assert answers.count(("meaning_zh",)) == 1
    assert refusals(answers) == ["stale"] * (PEOPLE - 1)
    row = read_code("97")
    assert row.version == 2
    assert row.versions.get(version=2).meaning_zh == row.meaning_zh


def test_without_the_lock_the_constraint_still_lets_one_change_stand(helpers, settings):
    settings.RACE_WITHOUT_LOCKS = True

    answers = saved_at_once(helpers)

    assert answers.count(("meaning_zh",)) == 1
    assert len(refusals(answers)) == PEOPLE - 1
    assert read_code("97").versions.count() == 2


def test_without_lock_and_constraint_a_change_is_lost(helpers, settings):
    """The negative control: what the two of them hold."""
    settings.RACE_WITHOUT_LOCKS = True

    with without_unique([("terminals_responsecodeversion", "response_code_version_once")]):
        saved_at_once(helpers)
        doubled = ResponseCodeVersion.objects.filter(version=2).count()

    assert doubled > 1
