"""恢复后通知我: asked once, told once, and never told too early."""

from datetime import timedelta

import pytest

from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from terminals.invariants import OF_BULLETINS
from terminals.models import Bulletin, RecoveryNotice
from terminals.recovery import tell_me, tell_of_changes, tell_who_asked
from tests.accounts.factories import MerchantUserFactory
from tests.races import all_at_once
from tests.terminals.bulletins import WORDS, ended, planned, published, writer

pytestmark = pytest.mark.django_db
MANY = 6


def told(person) -> list[str]:
    return [message.body() for message in OutboxMessage.objects.inbox_of(person).filter(kind="bulletin_over")]


def test_who_asked_is_told_when_it_is_over():
    bulletin, person, now = published(), MerchantUserFactory(), clock.now()
    tell_me(bulletin, by=person, now=now)

    assert tell_who_asked(now) == 0
    assert told(person) == []

    bulletin.end(by=writer(), now=now)

    assert tell_who_asked(now) == 1
    [text] = told(person)
    assert "重启终端" in text
    assert RecoveryNotice.objects.get().told_at == now


def test_asked_twice_is_asked_once_and_told_once():
    bulletin, person, now = published(), MerchantUserFactory(), clock.now()
    for _each in range(2):
        tell_me(bulletin, by=person, now=now)
    bulletin.end(by=writer(), now=now)

    assert [tell_who_asked(now), tell_who_asked(now + timedelta(minutes=1))] == [1, 0]
    assert len(told(person)) == 1


def test_everybody_who_asked_is_told_and_nobody_else():
    bulletin, other, now = published(), published(), clock.now()
    people = MerchantUserFactory.create_batch(3)
    waits = MerchantUserFactory()
    for person in people:
        tell_me(bulletin, by=person, now=now)
    tell_me(other, by=waits, now=now)
    bulletin.end(by=writer(), now=now)

    assert tell_who_asked(now) == 3
    assert [len(told(person)) for person in people] == [1, 1, 1]
    assert told(waits) == []


def changes_told(person) -> int:
    return OutboxMessage.objects.inbox_of(person).filter(kind="bulletin_changed").count()


def prolong(bulletin, *, now, hours=5):
    bulletin.prolong(until=now + timedelta(hours=hours), by=writer(), now=now)


def correct(bulletin, *, now, **given):
    bulletin.correct(by=writer(), now=now, **WORDS | {"text_zh": "只影响境外卡。"}, **given)


@pytest.mark.parametrize(
    ("change", "count"),
    [(prolong, 1), (correct, 0), (lambda bulletin, now: correct(bulletin, now=now, is_material=True), 1)],
    ids=["prolonged", "a slip of the pen", "something else"],
)
def test_who_asked_is_told_of_a_change_that_matters_and_of_the_end_still(change, count):
    bulletin, person, now = published(), MerchantUserFactory(), clock.now()
    tell_me(bulletin, by=person, now=now - timedelta(minutes=9))

    change(bulletin, now=now)

    assert [tell_of_changes(now), tell_of_changes(now + timedelta(minutes=1))] == [count, 0]
    assert changes_told(person) == count
    bulletin.end(by=writer(), now=now + timedelta(hours=1))
    assert tell_who_asked(now + timedelta(hours=1)) == 1


def test_changed_twice_between_two_sweeps_is_told_once_and_changed_again_once_more():
    bulletin, person, now = published(), MerchantUserFactory(), clock.now()
    tell_me(bulletin, by=person, now=now - timedelta(minutes=9))
    prolong(bulletin, now=now, hours=3)
    prolong(bulletin, now=now, hours=4)

    assert tell_of_changes(now) == 1
    prolong(bulletin, now=now + timedelta(hours=1), hours=8)

    assert tell_of_changes(now + timedelta(hours=1)) == 1
    assert changes_told(person) == 2


def test_who_asks_after_the_change_knows_it_and_of_what_is_over_no_change_is_told():
    now = clock.now()
    bulletin, over = published(), published()
    late, gone = MerchantUserFactory(), MerchantUserFactory()
    tell_me(over, by=gone, now=now - timedelta(minutes=9))
    for one in (bulletin, over):
        prolong(one, now=now - timedelta(minutes=5))
    tell_me(bulletin, by=late, now=now)
    over.end(by=writer(), now=now)

    assert tell_of_changes(now) == 0
    assert (changes_told(late), changes_told(gone)) == (0, 0)


def test_of_what_is_over_nobody_asks():
    bulletin, person = ended(), MerchantUserFactory()

    with pytest.raises(Refused, match="已经结束"):
        tell_me(bulletin, by=person, now=clock.now())
    assert not RecoveryNotice.objects.exists()


def test_of_what_is_planned_they_may():
    bulletin, person, now = planned(), MerchantUserFactory(), clock.now()
    tell_me(bulletin, by=person, now=now)

    bulletin.end(by=writer(), now=now)

    assert tell_who_asked(now) == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_asked_while_it_ends_one_is_refused_or_told():
    """Nobody is left with a promise that no sweep keeps."""
    bulletin, by, now = published(), writer(), clock.now()
    people = MerchantUserFactory.create_batch(MANY)

    def act(number):
        mine = Bulletin.objects.get(pk=bulletin.pk)
        if number == MANY // 2:
            return mine.end(by=by, now=now)
        return tell_me(mine, by=people[number], now=now)

    answers = all_at_once(MANY, act)
    asked = RecoveryNotice.objects.count()

    assert answers.count(None) == asked + 1
    assert all(isinstance(answer, Refused) for answer in answers if answer is not None)
    assert tell_who_asked(now) == asked


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_asked_many_times_at_once_there_is_one_row_and_nobody_sees_an_error():
    bulletin, person, now = published(), MerchantUserFactory(), clock.now()

    answers = all_at_once(
        MANY, lambda _number: tell_me(Bulletin.objects.get(pk=bulletin.pk), by=person, now=now)
    )

    assert answers == [None] * MANY
    assert RecoveryNotice.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_clicks_collide(settings):
    """What the lock holds: without it the constraint alone is left, and all but one click end in its refusal."""
    settings.RACE_WITHOUT_LOCKS = True
    bulletin, person, now = published(), MerchantUserFactory(), clock.now()
    seen = []
    for _round in range(5):
        RecoveryNotice.objects.all().delete()
        seen += all_at_once(
            MANY, lambda _number: tell_me(Bulletin.objects.get(pk=bulletin.pk), by=person, now=now)
        )

    assert any(isinstance(answer, Refused) for answer in seen)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_swept_many_times_at_once_everybody_is_told_once():
    bulletin, now = published(), clock.now()
    people = MerchantUserFactory.create_batch(3)
    for person in people:
        tell_me(bulletin, by=person, now=now)
    bulletin.end(by=writer(), now=now)

    all_at_once(MANY, lambda _number: tell_who_asked(now))

    assert [len(told(person)) for person in people] == [1, 1, 1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_swept_many_times_at_once_everybody_hears_of_a_change_once():
    bulletin, now = published(), clock.now()
    people = MerchantUserFactory.create_batch(3)
    for person in people:
        tell_me(bulletin, by=person, now=now - timedelta(minutes=1))
    prolong(bulletin, now=now)

    all_at_once(MANY, lambda _number: tell_of_changes(now))

    assert [changes_told(person) for person in people] == [1, 1, 1]


# What each invariant is broken by.
BREACHES = {
    "told too early": ("told_when_it_is_over", lambda rows: rows.update(told_at=clock.now())),
    "asked too late": (
        "asked_before_it_is_over",
        lambda rows: (
            rows.get().bulletin.end(by=writer(), now=clock.now() - timedelta(minutes=1)),
            rows.update(asked_at=clock.now()),
        ),
    ),
}


def broken() -> set[str]:
    return {name for name, (_sentence, broken_by) in OF_BULLETINS.items() if broken_by().exists()}


@pytest.mark.parametrize("fault", BREACHES)
def test_a_breach_is_named(fault):
    name, plant = BREACHES[fault]
    over, now = published(), clock.now()
    for bulletin in (over, published()):
        tell_me(bulletin, by=MerchantUserFactory(), now=now)
    over.end(by=writer(), now=now)
    tell_who_asked(now)
    assert broken() == set()

    plant(RecoveryNotice.objects.exclude(bulletin=over))

    assert broken() == {name}


def test_every_invariant_has_a_breach():
    assert {name for name, _plant in BREACHES.values()} == set(OF_BULLETINS)
