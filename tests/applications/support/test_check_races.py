"""Many questions of one account at the same moment: the limit of an hour holds, and a lock is what holds it."""

import pytest

from applications.support.checking.asking import ask
from applications.support.models import SelfCheck
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.policy_defaults import POLICY
from tests.applications.support.situations import in_use
from tests.merchants.factories import owner_of
from tests.races import all_at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
MOST = POLICY["self_checks_per_hour"].default


def questions_at_once(count: int) -> list:
    terminal = in_use()
    person, now = owner_of(terminal.merchant), clock.now()
    given = {"number": terminal.number, "screen": "stopped", "by": person, "now": now, "language": "en"}
    for _time in range(MOST - 1):
        ask(**given)
    return all_at_once(count, lambda number: ask(**given))


def test_of_eight_at_once_the_one_that_is_left_is_answered():
    answers = questions_at_once(8)

    assert SelfCheck.objects.count() == MOST
    assert sum(isinstance(answer, Refused) for answer in answers) == 7


def test_without_the_lock_the_limit_would_be_passed(settings):
    settings.RACE_WITHOUT_LOCKS = True

    for _round in range(5):
        before = SelfCheck.objects.count()
        questions_at_once(8)
        if SelfCheck.objects.count() - before > MOST:
            return
    pytest.fail("the race was never lost without the lock")
