import pytest
from django.template import Context, Template
from hypothesis import assume, given
from hypothesis import strategies as st

from config.privacy.masking import (
    MASKS,
    is_masked,
    mask_account,
    mask_email,
    mask_id_number,
    mask_mobile,
    mask_name,
)

TEXT = st.text(st.characters(exclude_characters="*＊", exclude_categories=["Cs"]), min_size=1, max_size=40)
DIGITS = st.text("0123456789", min_size=1, max_size=32)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三丰", "张*丰"),
        ("张三", "张*"),
        ("张", "*"),
        ("欧阳娜娜", "欧**娜"),
        ("张 三", "张 *"),
        ("阿卜杜拉·买买提", "阿***·**提"),
        ("John Smith", "J*** S****"),
        ("J. R. R. Tolkien", "J. R. R. T******"),
        ("J R", "J *"),
        ("X", "*"),
        ("···", "***"),
        ("", ""),
        (None, ""),
    ],
)
def test_names(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("mask", "full", "shown"),
    [
        (mask_id_number, "11010519491231002X", "1****************X"),
        (mask_id_number, "H12345678", "H*******8"),
        (mask_id_number, "12", "**"),
        (mask_mobile, "13800138000", "138****8000"),
        (mask_mobile, "075582345678", "075*****5678"),
        (mask_mobile, "95588", "***88"),
        (mask_account, "6222021000000000043", "**** **** 0043"),
        (mask_account, "6222 0210 0000 0000 043", "**** **** 0043"),
        (mask_account, "1234567", "**** **** ****"),
        (mask_email, "alice@example.com", "a***@example.com"),
        (mask_email, "a@example.com", "***@example.com"),
        (mask_email, "alice", "a***"),
    ],
)
def test_numbers_and_addresses(mask, full, shown):
    assert mask(full) == shown


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@given(text=TEXT)
def test_a_mask_is_idempotent_and_says_it_is_one(mask, text):
    shown = mask(text)

    assert mask(shown) == shown
    assert is_masked(shown) or not text.strip()


@pytest.mark.parametrize(
    "mask", [mask_name, mask_id_number, mask_mobile, mask_account], ids=lambda mask: mask.__name__
)
@given(text=TEXT)
def test_the_full_value_is_never_in_its_mask(mask, text):
    assume(text.strip())

    assert text.strip() not in mask(text)


@given(st.emails())
def test_the_full_address_is_never_in_its_mask(address):
    assume("*" not in address)

    assert address not in mask_email(address)


@given(DIGITS)
def test_an_account_never_shows_more_than_its_last_four(number):
    shown = mask_account(number).replace("*", "").replace(" ", "")

    assert len(shown) <= 4
    assert number.endswith(shown)
    assert len(mask_account(number)) == 14


@given(DIGITS)
def test_a_short_number_is_mostly_hidden(number):
    shown = mask_mobile(number)

    assert shown.count("*") >= min(len(number), 4) or len(number) < 6
    assert len(shown) == len(number)


def test_templates_mask_and_escape():
    page = Template("{% load masking %}{{ name|mask_name }} {{ mobile|mask_mobile }} {{ none|mask_account }}")

    shown = page.render(Context({"name": "<script>", "mobile": "13800138000", "none": None}))

    assert shown == "&lt;******&gt; 138****8000 "
