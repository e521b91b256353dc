import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from config.privacy import plaintext

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  张三  ", "张三"),
        ("a\u202eb\u2066c\u200bd\ufeff", "abcd"),
        ("a\x08b\x1bc\x7f\x9f", "abc"),
        ("a\r\nb\tc", "a b c"),
        ("é", "é"),
        ("Ａ１２", "Ａ１２"),
        ("नी\u200dल", "नी\u200dल"),
        ("\U0001f600", "\U0001f600"),
        ("\ufffe\uffff\ufdd0", ""),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_one_line_of_text(typed, kept):
    assert plaintext.clean(typed) == kept


def test_several_lines_keep_their_breaks():
    assert plaintext.clean("a\r\nb\rc\u2028d\te\x00", multiline=True) == "a\nb\nc\nd\te"


@given(ANY_TEXT)
def test_cleaning_is_idempotent_and_leaves_what_any_database_holds(text):
    cleaned = plaintext.clean(text)

    assert plaintext.clean(cleaned) == cleaned
    assert plaintext.problem(cleaned) == ""
    cleaned.encode()


@pytest.mark.parametrize(("text", "limit"), [("a\x00b", None), ("\ud800", None), ("x" * 11, 10)])
def test_what_can_not_be_stored_is_said(text, limit):
    assert plaintext.problem(text, max_length=limit)


def test_the_count_is_told():
    assert "100000" in plaintext.problem("x" * 100_000, max_length=50)


@pytest.mark.parametrize(
    "text", ["张*三", "138****8000", "**** **** 0043", "a***@example.com", "138＊＊＊＊8000"]
)
def test_a_mask_is_told_from_a_value(text):
    assert plaintext.masked_problem(text)


@pytest.mark.parametrize(
    ("raw", "page"),
    [
        ("3", 3),
        ("１２", 12),
        (" 7 ", 7),
        ("0", 1),
        ("-1", 1),
        ("", 1),
        (None, 1),
        ("x", 1),
        ("1e9", 1),
        ("\x00", 1),
        ("10000000000000000000", 100_000),
        ("9" * 5000, 100_000),
        ("²", 2),
        ("٣", 1),
    ],
)
def test_any_page_can_be_asked_for(raw, page):
    assert plaintext.page_number(raw) == page


def test_a_search_is_short_and_clean():
    assert plaintext.search_text("ＳＮ\x00１２\u202e") == "SN12"
    assert len(plaintext.search_text("x" * 100_000)) == 100
    assert plaintext.search_text(None) == ""


def test_a_hostile_query_string_becomes_a_harmless_one():
    query = QueryDict(
        "q=a%00b&q=%ed%a0%80&status=" + "x" * 5000 + "&%00n=1&" + "&".join(f"p{n}=1" for n in range(200))
    )

    cleaned = plaintext.clean_query(query)

    assert cleaned.getlist("q")[0] == "ab"
    assert len(cleaned["status"]) == 100
    assert cleaned["n"] == "1"
    assert len(cleaned) == 50
    assert all(plaintext.problem(value) == "" for _, values in cleaned.lists() for value in values)
