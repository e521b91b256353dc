"""Two people at one item, and a completion against the revocation of the stop. Shown on PostgreSQL, with the locks off too."""

import pytest
from django.db import transaction

from config.kernel import clock
from config.kernel.history import StatusChange
from config.kernel.lifecycle import Refused
from terminals.models import Terminal
from terminals.settlement.clearance import complete, drop, open_clearance
from terminals.settlement.items import Reason
from terminals.settlement.models import Clearance, ClearanceItem
from tests.accounts.factories import StaffFactory
from tests.races import all_at_once
from tests.terminals.factories import activated
from tests.terminals.settlement.factories import all_agreed, clerk, confirmed, stopping

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROUNDS = 12


def refused(answers) -> int:
    return sum(isinstance(answer, Refused) for answer in answers)


def checked_at_once(people: int = 4):
    item = confirmed(stopping().items.first())
    clerks = [clerk(item.clearance.terminal.branch) for _ in range(people)]

    def check(number):
        ClearanceItem.objects.get(pk=item.pk).agree(by=clerks[number], now=clock.now())

    answers = all_at_once(people, check)
    steps = StatusChange.objects.filter(
        subject_label="settlement.clearanceitem", subject_id=item.pk, to_status="checked"
    )
    return answers, steps.count()


def test_an_item_is_checked_once_however_many_look_at_once():
    for _ in range(3):
        answers, steps = checked_at_once()

        assert (steps, refused(answers)) == (1, 3)


def test_without_the_locks_it_would_be_checked_twice(settings):
    settings.RACE_WITHOUT_LOCKS = True

    assert any(checked_at_once()[1] > 1 for _ in range(ROUNDS))


def completed_and_revoked_at_once():
    clearance = all_agreed(stopping())
    one, other = clerk(clearance.terminal.branch), StaffFactory(branch=clearance.terminal.branch)

    def act(number):
        mine = Clearance.objects.get(pk=clearance.pk)
        if number:
            return complete(mine, by=one, now=clock.now())
        with transaction.atomic():
            Terminal.objects.get(pk=clearance.terminal_id).restore(by=other, now=clock.now(), note="撤销停用")
            return drop(mine, by=other, now=clock.now(), note="撤销停用")

    answers = all_at_once(2, act)
    clearance.refresh_from_db()
    terminal = Terminal.objects.get(pk=clearance.terminal_id)
    return answers, (terminal.status, clearance.status)


WHOLE = {("deactivated", "settled"), ("active", "void")}


def test_a_stop_is_completed_or_revoked_and_never_half_of_each():
    for _ in range(ROUNDS):
        answers, ends = completed_and_revoked_at_once()

        assert ends in WHOLE
        assert refused(answers) == 1, answers


def test_without_the_locks_both_would_happen(settings):
    settings.RACE_WITHOUT_LOCKS = True
    found = [completed_and_revoked_at_once() for _ in range(ROUNDS)]

    assert any(ends not in WHOLE or refused(answers) != 1 for answers, ends in found)


def test_opened_by_many_at_once_there_is_one():
    terminal, _done = activated()
    by = StaffFactory(branch=terminal.branch)

    def act(_number):
        mine = Terminal.objects.get(pk=terminal.pk)
        return open_clearance(
            mine, reason=Reason.SWAP, application_number="HJ-20261101-000001", by=by, now=clock.now()
        )

    answers = all_at_once(4, act)

    assert {answer.pk for answer in answers} == {Clearance.objects.get().pk}
