"""Guessed numbers learn nothing, and whoever guesses them gets in nobody's way. `python -m tests.bench.guessing` sends ten thousand."""

import pytest

from config.kernel.policy_defaults import POLICY
from tests.applications.portal import signed_in
from tests.applications.support.guesses import KINDS, Guesses, a_guesser, guess, number_of
from tests.applications.support.situations import in_use, owner_of
from tests.applications.support.test_privacy import alike

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", range(4))
def test_guesses_are_answered_alike(part):
    """In parts, so that several processes share them."""
    guesses = Guesses(a_guesser())

    for turn in range(75):
        guesses.send(turn + part)

    assert guesses.sent == 225
    assert guesses.wrong == []
    one, *others = sorted(guesses.questions, key=len)
    assert [sorted(set(other) ^ set(one)) for other in others] == []
    assert guesses.told_apart == {"answers": 1, "questions": 1, "pages": 1, "sizes": 1}


def test_who_guesses_is_stopped_after_ten_and_nobody_else_is():
    most = POLICY["self_checks_per_hour"].default
    browser, other = a_guesser(most=most), in_use()
    numbers = [number_of(KINDS[turn % len(KINDS)]) for turn in range(most + 60)]

    answers = [guess(browser, number) for number in numbers]

    assert [answer.status_code for answer in answers] == [302] * most + [429] * 60
    refused = zip(answers[most:], numbers[most:], strict=True)
    assert len({alike(answer, number) for answer, number in refused}) == 1
    assert len({len(answer.content) for answer in answers[most:]}) == 1
    assert guess(signed_in(owner_of(other.merchant)), other.number).status_code == 302
