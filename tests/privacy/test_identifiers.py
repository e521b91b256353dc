import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.privacy import identifiers
from config.privacy.identifiers import CHECKS, normalise

VECTORS = json.loads((Path(__file__).parent / "identifiers.json").read_text(encoding="utf-8"))
ON = date(2026, 9, 15)


def rows(verdict):
    return [(name, value) for name, table in VECTORS.items() for value in table.get(verdict, ())]


def test_every_check_has_vectors():
    assert set(VECTORS) == set(CHECKS)


@pytest.mark.parametrize(("name", "value"), rows("good"))
def test_a_good_value_has_neither_problem_nor_doubt(name, value):
    check = CHECKS[name]

    assert check.problem(value, on=ON) == ""
    assert check.is_sound(value, on=ON)


@pytest.mark.parametrize(("name", "value"), rows("refused"))
def test_a_bad_value_is_refused_with_a_sentence(name, value):
    problem = CHECKS[name].problem(value, on=ON)

    assert len(problem) > 10
    assert CHECKS[name].warning(value, on=ON) == ""


@pytest.mark.parametrize(("name", "value"), rows("doubtful"))
def test_a_doubtful_value_only_warns(name, value):
    check = CHECKS[name]

    assert check.problem(value, on=ON) == ""
    assert len(check.warning(value, on=ON)) > 10
    assert not check.is_sound(value, on=ON)


@pytest.mark.parametrize(("name", "value"), rows("good_once_normalised"))
def test_other_spellings_are_good_once_normalised(name, value):
    check = CHECKS[name]

    assert check.problem(normalise(value), on=ON) == ""


@pytest.mark.parametrize(("name", "value"), rows("good"))
def test_good_values_are_in_normal_form(name, value):
    assert normalise(value) == value


@given(st.text(max_size=60))
def test_normalise_is_idempotent(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.sampled_from(sorted(CHECKS)), st.text(max_size=60))
def test_no_text_breaks_a_check(name, text):
    check = CHECKS[name]

    for value in (text, normalise(text)):
        problem, warning = check.problem(value, on=ON), check.warning(value, on=ON)
        assert isinstance(problem, str)
        assert not (problem and warning)


@given(st.sampled_from(sorted(CHECKS)), st.text(alphabet="0123456789ABXHM-", min_size=1, max_size=40))
def test_near_misses_do_not_break_a_check(name, text):
    assert isinstance(CHECKS[name].problem(text, on=ON), str)


@pytest.mark.parametrize("name", sorted(CHECKS))
@pytest.mark.parametrize(
    "hostile", ["0" * 100_000, "A" * 100_000, "\x00" * 1000, "１" * 100_000, "0" * 49 + "!"]
)
def test_long_and_hostile_values_are_refused_at_once(name, hostile):
    """At once: a check that backtracked over a hundred thousand characters would not come back."""
    assert CHECKS[name].problem(hostile)
    assert CHECKS[name].problem(normalise(hostile))


def test_digits_of_other_scripts_are_no_digits():
    assert identifiers.mobile.problem("1380013800٠")
    assert identifiers.mobile.problem(normalise("1380013800٠"))


@pytest.mark.parametrize(
    ("check", "area"),
    [
        (identifiers.resident_id, "110105"),
        (identifiers.hmt_residence_permit, "810000"),
        (identifiers.foreign_pr_2023, "911840"),
    ],
)
def test_a_birth_is_judged_on_the_day_given(check, area):
    number = with_check_character(area + "20260915" + "0010")

    assert check.problem(number, on=date(2026, 9, 14))
    assert check.problem(number, on=date(2026, 9, 15)) == ""


def test_a_number_of_another_document_is_pointed_to_its_type():
    nowhere = identifiers.resident_id.problem("999999198001011233", on=ON)
    permit = identifiers.resident_id.problem("810000199001010019", on=ON)
    foreign = identifiers.resident_id.problem("911840199001010018", on=ON)

    assert len({nowhere, permit, foreign}) == 3


def test_a_county_unknown_to_our_data_only_warns():
    number = with_check_character("110199199001010010")

    assert identifiers.resident_id.problem(number, on=ON) == ""
    assert identifiers.resident_id.warning(number, on=ON)


def test_a_county_abolished_before_the_birth_warns():
    number = with_check_character("110103201501010010")

    assert identifiers.resident_id.problem(number, on=ON) == ""
    assert identifiers.resident_id.warning(number, on=ON)


def test_a_check_knows_how_a_phone_should_ask_for_it():
    for check in CHECKS.values():
        assert check.inputmode in {"text", "numeric", "tel"}
        assert str(check.label)


def with_check_character(number):
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(number[:17]))
    return number[:17] + "10X98765432"[total % 11]
