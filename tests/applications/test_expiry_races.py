"""Two workers in one night, and a change that is granted while the night suspends. Shown on PostgreSQL only."""

import pytest

from applications.expired_particulars import sweep
from config.accounts.models import User
from terminals.expired_particulars import suspend_overdue
from terminals.models import Terminal
from tests.applications.requests import approve, requested
from tests.merchants.expiring import START, expiring, told
from tests.races import all_at_once
from tests.terminals.factories import activated
from tests.terminals.unused import at

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
NOTICED, OVER = at(2026, 10, 1), at(2026, 10, 31)


def in_use(merchant):
    return activated(now=START, merchant=merchant)[0]


def test_two_workers_give_one_notice_and_suspend_once():
    merchant = expiring()
    terminals = [in_use(merchant) for _ in range(3)]

    notices = all_at_once(8, lambda number: sweep(NOTICED))
    suspensions = all_at_once(8, lambda number: sweep(OVER))

    assert sum(given for _resumed, given, _suspended in notices) == 1
    assert told("licence_expired") == [30]
    assert {answer[0] for answer in suspensions} == {0}
    assert [terminal.suspensions.count() for terminal in terminals] == [1, 1, 1]


def granted_beside_the_night():
    """What both got, and the statuses of the merchant's terminals afterwards."""
    merchant = expiring()
    for _ in range(3):
        in_use(merchant)
    sweep(NOTICED)
    one = requested(
        "change",
        merchant=merchant,
        state="under_review",
        now=at(2026, 10, 30),
        licence_to=at(2029, 9, 30).date(),
    )
    cron = User.objects.system("cron")

    def act(number):
        if number:
            return suspend_overdue(merchant, excepting=(), by=cron, now=OVER)
        return approve(one, now=OVER)

    answers = all_at_once(2, act)
    return answers, set(Terminal.objects.filter(merchant=merchant).values_list("status", flat=True))


@pytest.mark.parametrize("round_number", range(4))
def test_granted_while_the_night_suspends_everything_is_in_use_afterwards(round_number):
    answers, statuses = granted_beside_the_night()

    assert not isinstance(answers[0], Exception)
    assert statuses == {"active"}


def test_without_locks_the_grant_and_the_night_collide(settings):
    """The negative control: else the rounds above show nothing."""
    settings.RACE_WITHOUT_LOCKS = True
    for _ in range(24):
        answers, statuses = granted_beside_the_night()
        if isinstance(answers[0], Exception) or statuses != {"active"}:
            return

    pytest.fail("With the locks off nothing went wrong, so the race above shows nothing.")
