from datetime import date

import pytest

from config.privacy import identity_documents
from config.privacy.identity_documents import (
    IdType,
    age_on,
    age_problem,
    age_warning,
    birth_date_of,
    problem_for,
)

ON = date(2026, 9, 15)


@pytest.mark.parametrize(
    ("id_type", "good", "bad", "born"),
    [
        (IdType.RESIDENT_ID, "11010519491231002X", "110105194912310021", date(1949, 12, 31)),
        (IdType.HMT_RESIDENCE_PERMIT, "820000198506150022", "840000199001010014", date(1985, 6, 15)),
        (IdType.FOREIGN_PR, "911840199001010018", "911840199001010019", date(1990, 1, 1)),
        (IdType.FOREIGN_PR, "GBR310085123124", "GBR31008512312", date(1985, 12, 31)),
        (IdType.FOREIGN_PR, "FRA330082021452", "FRA33008202145A", date(1982, 2, 14)),
        (IdType.HK_MACAO_PERMIT, "H12345678", "A12345678", None),
        (IdType.TAIWAN_PERMIT, "12345678", "T1234567", None),
        (IdType.PASSPORT, "E12345678", "E123", None),
    ],
)
def test_each_document_has_its_check_and_its_birth_date(id_type, good, bad, born):
    assert problem_for(id_type, good, on=ON) == ""
    assert problem_for(id_type, bad, on=ON)
    assert birth_date_of(id_type, good, on=ON) == born
    assert birth_date_of(id_type, bad, on=ON) is None


def test_every_type_has_a_check_and_a_label():
    for id_type in IdType:
        assert identity_documents.check_for(id_type, "")
        assert str(id_type.label)


def test_an_unknown_type_is_an_error():
    with pytest.raises(ValueError, match="librarycard"):
        problem_for("librarycard", "1", on=ON)


def test_a_doubt_is_passed_on():
    assert identity_documents.warning_for(IdType.FOREIGN_PR, "USA110090010115", on=ON)
    assert identity_documents.warning_for(IdType.FOREIGN_PR, "USA110090010114", on=ON) == ""


def test_a_short_year_is_taken_in_the_century_that_has_been():
    assert birth_date_of(IdType.FOREIGN_PR, "USA110027010114", on=ON) == date(1927, 1, 1)
    assert birth_date_of(IdType.FOREIGN_PR, "USA110005010114", on=ON) == date(2005, 1, 1)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2010, 9, 15), date(2026, 9, 14), 15),
        (date(2010, 9, 15), date(2026, 9, 15), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_counted_in_completed_years(born, on, age):
    assert age_on(born, on) == age
    assert bool(age_problem(born, on=on)) == (age < 16)
    assert bool(age_warning(born, on=on)) == (age in {16, 17})


def test_a_document_without_a_birth_date_says_nothing_about_age():
    assert age_problem(None, on=ON) == age_warning(None, on=ON) == ""
