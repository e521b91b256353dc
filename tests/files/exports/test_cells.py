"""A cell is one line of text that no spreadsheet runs, said alike by Python and by PostgreSQL."""

import pytest
from django.db import connection
from django.db.models import CharField, Value

from config.accounts.models import User
from config.files.exports.cells import harmless, harmless_in_sql
from tests.accounts.factories import StaffFactory

HOSTILE = [
    "",
    "晴川便利店",
    "=1+1",
    "+86 138",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\ttab first",
    "\rreturn first",
    "\nline first",
    " =1+1",
    "\u3000=1+1",
    "\u00a0@x",
    "\x08=1+1",
    "\ufeff=1",
    "＝1+1",
    "＠SUM",
    "－1",
    "＋1",
    'quo"te, comma; and "two"',
    "two\r\nlines\nin one",
    "next\x85line\u2028sep\u2029par",
    "bell\x07 escape\x1b[31m del\x7f c1\x9b",
    "\u202egnp.exe\u202c",
    "\u2066isolated\u2069",
    "שלום עולם",
    "مرحبا",
    "'already",
    "\\back\\slash\\&",
    "a'b''c",
    "０００１２３",
    "0000123456789012345678",
    "😀 emoji",
    "%s %% %(x)s",
    "\\.",
    "NULL",
]


@pytest.mark.parametrize("text", [text for text in HOSTILE if text])
def test_a_cell_is_one_line_without_formula_and_loses_no_letter(text):
    cell = harmless(text)

    assert cell.isprintable() or all(char.isprintable() or char in " \u3000\u00a0\ufeff" for char in cell)
    assert cell.strip(" \u3000\u00a0\ufeff")[:1] not in set("=+-@＝＋－＠")
    assert [char for char in cell if char.isalnum()] == [char for char in text if char.isalnum()]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", " =1", "\x00=1", "\x1b=1"])
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert harmless(text).startswith("'")


def test_nul_and_controls_go_and_ends_of_lines_keep_words_apart():
    assert harmless("a\x00b\x08c\r\nd") == "abc  d"


def test_a_plain_number_of_many_digits_stays_as_it_is():
    assert harmless("0062220210000000000091") == "0062220210000000000091"


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_writes_every_cell_as_python_does():
    StaffFactory()
    expressions = {
        f"c{at}": harmless_in_sql(Value(text, output_field=CharField())) for at, text in enumerate(HOSTILE)
    }

    row = User.objects.annotate(**expressions).values_list(*expressions)[:1][0]

    assert connection.vendor == "postgresql"
    assert list(row) == [harmless(text) for text in HOSTILE]
