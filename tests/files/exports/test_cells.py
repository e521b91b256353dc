"""A cell is one line of text that no spreadsheet runs, whoever wrote the row."""

from types import SimpleNamespace

import pytest
from django.db.models import CharField, Value

from config.accounts.models import User
from config.files.exports.cells import LONGEST, harmless, in_xml
from config.files.exports.columns import Text
from config.files.exports.guarding import guarded_lines
from config.files.exports.sheet import Sheet
from config.files.exports.workbook import Workbook
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


def copied_and_written(kind, texts):
    """The file of one row for each text, by PostgreSQL and by the portal."""
    StaffFactory()
    rows = User.objects.order_by("pk")[:1].annotate(
        **{f"c{at}": Value(text, output_field=CharField()) for at, text in enumerate(texts)}
    )
    columns = [Text(f"c{at}", f"c{at}", f"c{at}") for at in range(len(texts))]
    by_the_database, by_hand = kind(rows, columns), kind(rows, columns)
    assert by_the_database.is_copied
    by_hand.over = SimpleNamespace(vendor="sqlite")
    return b"".join(by_the_database), b"".join(by_hand)


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Sheet, Workbook])
def test_what_postgresql_copies_is_what_the_portal_writes(kind):
    # PostgreSQL holds no NUL.
    for text in [*HOSTILE, "x" * 40_000, "😀" * 20_000, "_x0041_", "<b>&amp;</b>", "\\n", "\ufffe"]:
        copied, written = copied_and_written(kind, ["first", text, "last"])

        assert copied == written, text[:40]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_row_that_the_rule_touches_passes_the_search(text):
    quoted = text.replace('"', '""')
    line = f'"a","{quoted}","z"\n'.encode()
    careful = harmless(text).replace('"', '""')

    assert guarded_lines([line], [False] * 3).decode() == f'"a","{careful}","z"\n'
    assert guarded_lines([b'"a","b","c"\n', line], [False] * 3).startswith(b'"a","b","c"\n')


def test_a_number_keeps_its_sign():
    assert guarded_lines([b'"=1","-5"\n'], [False, True]) == b'"\'=1","-5"\n'


def test_no_cell_is_longer_than_a_spreadsheet_takes():
    units = lambda text: len(text.encode("utf-16-le")) // 2  # noqa: E731
    for text in ("x" * LONGEST, "x" * (LONGEST + 1), "😀" * LONGEST, "长" * 50_000):
        cut = in_xml(text)
        assert units(cut) <= LONGEST
        assert (cut == text) == (units(text) <= LONGEST)
