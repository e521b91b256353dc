"""Called off at the moment in which it takes effect, or by two at once: one of both. Shown on PostgreSQL.

Each race is run twice: as the portal runs, and with the locks off, where the verbs must collide, or the first run would prove
nothing. Even then the database lets nothing be both (`*_effect_or_called_off`).
"""

from datetime import timedelta

import pytest

from applications.models import Application
from config.accounts.models import User
from config.kernel import clock
from config.kernel.message import OutboxMessage
from tests.accounts.factories import StaffFactory
from tests.applications.factories import reviewer_for
from tests.applications.test_calling_off import change_of_account, moving
from tests.applications.test_deactivation_races import TRIES, at_once
from tests.merchants.factories import owner_of

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def again(one):
    """The application as another request reads it."""
    return Application.objects.get(pk=one.pk).as_kind()


def beside_its_moment(make):
    one = make()
    by, cron, now = reviewer_for(one), User.objects.system("cron"), clock.now() + timedelta(days=4)
    return one, at_once(
        lambda: again(one).call_off(by=by, now=now, note="原联系人提出异议"),
        lambda: again(one).carry_out(by=cron, now=now),
    )


def beside_another(make):
    one, now = make(), clock.now()
    owner, by = owner_of(one.merchant), StaffFactory(role="supervisor", branch=one.branch)
    return one, at_once(
        lambda: again(one).call_off(by=owner, now=now, note="不是我们申请的"),
        lambda: again(one).call_off(by=by, now=now, note="原联系人提出异议"),
    )


RACES = [
    pytest.param(race, make, id=f"{race.__name__}-{make.__name__}")
    for race in (beside_its_moment, beside_another)
    for make in (change_of_account, moving)
]


@pytest.mark.parametrize(("race", "make"), RACES)
def test_one_of_both_wins_and_the_other_hears_a_sentence(race, make):
    for _ in range(TRIES):
        one, answers = race(make)

        assert sorted(answers) == ["done", "wrong_state"]
        one = again(one)
        assert one.has_taken_effect is not bool(one.called_off_at)
        told = OutboxMessage.objects.filter(kind="application_called_off", subject_id=one.pk)
        assert told.filter(recipient=one.applicant, channel="inbox").count() == bool(one.called_off_at)


@pytest.mark.parametrize(("race", "make"), RACES)
def test_without_locks_they_collide(race, make, settings):
    """The negative control."""
    settings.RACE_WITHOUT_LOCKS = True
    for _ in range(4 * TRIES):
        one, answers = race(make)
        one = again(one)
        assert not (one.has_taken_effect and one.called_off_at)
        if sorted(answers) != ["done", "wrong_state"]:
            return

    pytest.fail("With the locks off nothing went wrong, so the race above shows nothing.")
