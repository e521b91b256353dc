"""What must never be false of a self-check, each by the name of its constraint."""

import pytest
from django.db import IntegrityError, transaction

from applications.support.checking.asking import ask
from applications.support.models import SelfCheck
from config.kernel import clock
from config.kernel.constraints import broken_constraint, sentence_for
from tests.applications.support.situations import in_use
from tests.merchants.factories import owner_of

pytestmark = pytest.mark.django_db
BREACHES = {
    "self_check_answered_whole": {"is_solved": True},
    "self_check_outcome_known": {"outcome": "O-34"},
    "self_check_questions_known": {"screen": "weather"},
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_constraint_says_its_sentence(name):
    terminal = in_use()
    check = ask(
        number=terminal.number,
        screen="stopped",
        by=owner_of(terminal.merchant),
        now=clock.now(),
        language="en",
    )

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SelfCheck.objects.filter(pk=check.pk).update(**BREACHES[name])

    assert broken_constraint(error.value).name == name
    assert len(sentence_for(error.value)) > 5


def test_an_unknown_time_of_the_beginning_is_broken_too():
    terminal = in_use()
    check = ask(
        number=terminal.number,
        screen="stopped",
        by=owner_of(terminal.merchant),
        now=clock.now(),
        language="en",
    )

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SelfCheck.objects.filter(pk=check.pk).update(since="yesterday")

    assert broken_constraint(error.value).name == "self_check_questions_known"
