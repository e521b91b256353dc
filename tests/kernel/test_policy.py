from dataclasses import FrozenInstanceError, fields

import pytest
from constance import config
from constance.models import Constance
from django.core.management import call_command

from config.kernel.policy import Policy, current_policy, one_reading, read_once_a_request, write_defaults
from config.kernel.policy_defaults import POLICY


def test_every_number_has_its_field_and_every_field_its_number():
    assert {field.name for field in fields(Policy)} == set(POLICY)


@pytest.mark.parametrize("number", POLICY.values(), ids=POLICY)
def test_every_default_is_within_its_bounds(number):
    assert number.least <= number.default <= number.most


def test_the_policy_is_read_by_one_query_and_never_written(db, django_assert_num_queries, nothing_is_written):
    with django_assert_num_queries(1), nothing_is_written():
        policy = current_policy()

    assert policy.code_valid_days == 7


def test_the_policy_in_hand_does_not_change(db):
    with pytest.raises(FrozenInstanceError):
        current_policy().code_valid_days = 8


def test_numbers_the_bank_has_set_outlive_the_loading_of_defaults(db):
    write_defaults()
    config.code_valid_days = 10

    call_command("load_reference_data", verbosity=0)

    assert current_policy().code_valid_days == 10
    assert Constance.objects.count() == len(POLICY)


def test_a_number_never_written_counts_as_its_default(db):
    Constance.objects.all().delete()

    assert current_policy().draft_days == POLICY["draft_days"].default


def test_one_reading_answers_everybody_inside_and_nobody_afterwards(db, django_assert_num_queries):
    with django_assert_num_queries(1), one_reading():
        first = current_policy()
        with one_reading():
            assert current_policy() is first
        assert current_policy() is first

    config.draft_days = first.draft_days + 1
    assert current_policy().draft_days == first.draft_days + 1


def test_a_reading_that_breaks_off_is_over(db):
    with pytest.raises(RuntimeError), one_reading():
        before = current_policy()
        raise RuntimeError

    config.draft_days = before.draft_days + 1
    assert current_policy().draft_days == before.draft_days + 1


def test_each_request_reads_the_policy_once_and_anew(db, rf, django_assert_num_queries):
    answer = read_once_a_request(lambda request: [current_policy().draft_days for _ in range(3)])
    with django_assert_num_queries(1):
        first = answer(rf.get("/"))
    config.draft_days = first[0] + 1

    assert answer(rf.get("/")) == [first[0] + 1] * 3
