import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.migrations.writer import MigrationWriter
from hypothesis import given
from hypothesis import strategies as st

from config.privacy import identifiers
from config.privacy.formfields import (
    IdentifierField,
    MobileField,
    MoneyField,
    PersonNameField,
    PlainEmailField,
    PlainTextField,
    plain_formfield,
    yuan_text,
)
from config.privacy.masking import MASKS
from config.privacy.validators import IdentifierValidator, validate_storable, validate_unmasked

TEXT_FIELDS = [
    PlainTextField(required=False),
    PersonNameField(required=False),
    PlainEmailField(required=False),
    MobileField(required=False),
    IdentifierField(check=identifiers.uscc, required=False),
]
ids = [type(field).__name__ for field in TEXT_FIELDS]


def refusal(field, value):
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("field", TEXT_FIELDS, ids=ids)
@pytest.mark.parametrize("hostile", ["a\x00b", "\x00", "\ud800", "x" * 100_000, "１" * 100_000, "ﷺ" * 10_000])
def test_hostile_text_is_refused_with_a_sentence(field, hostile):
    assert len(refusal(field, hostile)) > 10


@pytest.mark.parametrize("field", TEXT_FIELDS, ids=ids)
@pytest.mark.parametrize("nothing", ["", None, "   ", "\u3000"])
def test_nothing_is_nothing(field, nothing):
    assert field.clean(nothing) == ""


@pytest.mark.parametrize("field", TEXT_FIELDS, ids=ids)
@given(text=st.text(st.characters(codec=None), max_size=40))
def test_any_text_is_either_refused_or_fit_for_the_database(field, text):
    try:
        value = field.clean(text)
    except ValidationError:
        return
    assert "\x00" not in value
    value.encode()


@pytest.mark.parametrize(
    ("field", "full", "mask"),
    [
        (MobileField(), "13800138000", "mask_mobile"),
        (IdentifierField(check=identifiers.resident_id), "11010519491231002X", "mask_id_number"),
        (IdentifierField(check=identifiers.bank_card), "6222021000000000009", "mask_account"),
        (IdentifierField(check=identifiers.corporate_account), "4400123456789012", "mask_account"),
        (PersonNameField(), "张三丰", "mask_name"),
        (PlainEmailField(), "alice@example.com", "mask_email"),
    ],
)
def test_a_mask_posted_back_is_refused(field, full, mask):
    assert field.clean(full) == full
    assert refusal(field, MASKS[mask](full)) == refusal(field, full + "＊")


@pytest.mark.parametrize(
    ("check", "typed", "kept"),
    [
        (identifiers.uscc, " 9144 0101-ma59 abcd1d ", "91440101MA59ABCD1D"),
        (identifiers.serial_number, "p2a 0041-7223 6", "P2A004172236"),
        (identifiers.registration_code, "5550-1234-5677", "555012345677"),
        (identifiers.resident_id, "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),
        (identifiers.mobile, "\u202d138 0013 8000\u202c", "13800138000"),
    ],
)
def test_an_identifier_is_taken_as_people_write_it(check, typed, kept):
    assert IdentifierField(check=check).clean(typed) == kept


def test_an_identifier_says_what_is_wrong_and_its_code():
    field = IdentifierField(check=identifiers.uscc)

    with pytest.raises(ValidationError) as refused:
        field.clean("91440101MA59ABCD1E")

    assert refused.value.error_list[0].code == "uscc"


def test_a_doubtful_value_is_taken():
    assert IdentifierField(check=identifiers.bank_card).clean("6212260100000000009") == "6212260100000000009"


def test_a_phone_is_asked_for_with_the_right_keyboard():
    mobile, code, uscc = (
        MobileField(),
        IdentifierField(check=identifiers.registration_code),
        IdentifierField(check=identifiers.uscc),
    )

    assert mobile.widget.attrs["inputmode"] == "tel"
    assert mobile.widget.attrs["autocomplete"] == "tel-national"
    assert code.widget.attrs["inputmode"] == "numeric"
    assert uscc.widget.attrs["autocapitalize"] == "characters"
    assert MoneyField().widget.attrs["inputmode"] == "decimal"
    assert PlainTextField(max_length=20).widget.attrs["maxlength"] == "20"


def test_text_is_counted_after_cleaning():
    field = PlainTextField(max_length=5)

    assert field.clean("  abcde\u200b\u200b  ") == "abcde"
    assert "6" in refusal(field, "abcdef")


def test_a_text_area_keeps_lines():
    field = PlainTextField(multiline=True)

    assert isinstance(field.widget, forms.Textarea)
    assert field.clean("a\r\nb") == "a\nb"


def test_a_name_has_single_spaces():
    assert PersonNameField().clean("  John \u3000  Smith ") == "John Smith"


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1280.5", 128050),
        ("1,280.50", 128050),
        ("１，２８０．５０", 128050),
        ("¥1280.50", 128050),
        ("￥ 1 280.50 元", 128050),
        ("rmb 1280.5", 128050),
        ("0", 0),
        ("0.07", 7),
        ("007", 700),
        ("", None),
    ],
)
def test_money_is_taken_as_people_write_it(typed, fen):
    assert MoneyField(required=False).clean(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        "1.234",
        "-5",
        "1,28",
        "1e3",
        "NaN",
        "Infinity",
        "1.",
        ".5",
        "１２a",
        "1\x00",
        "9" * 14,
        "9" * 100_000,
        "٣",
        "²²x",
    ],
)
def test_other_amounts_are_refused(typed):
    assert "1280.50" in refusal(MoneyField(), typed)


def test_money_has_bounds_and_is_required():
    field = MoneyField(min_fen=100, max_fen=200)

    assert (field.clean("1"), field.clean("2.00")) == (100, 200)
    assert "1.00" in refusal(field, "0.99")
    assert "2.00" in refusal(field, "2.01")
    assert refusal(field, "")


@given(st.integers(0, 10**13))
def test_money_shown_is_the_money_read_back(fen):
    assert MoneyField().clean(yuan_text(fen)) == fen


def test_money_knows_whether_it_has_changed():
    field = MoneyField()

    assert not field.has_changed(128050, "1,280.50")
    assert field.has_changed(128050, "1")
    assert field.has_changed(128050, "much")
    assert field.prepare_value(128050) == "1280.50"
    assert field.prepare_value("much") == "much"


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (models.CharField(max_length=20), PlainTextField),
        (models.TextField(), PlainTextField),
        (models.EmailField(), PlainEmailField),
        (models.CharField(max_length=2, choices=[("a", "A")]), forms.TypedChoiceField),
        (models.IntegerField(), forms.IntegerField),
        (models.CharField(max_length=20, null=True, blank=True), PlainTextField),
    ],
)
def test_model_forms_get_plain_fields(column, expected):
    column.set_attributes_from_name("column")

    assert isinstance(plain_formfield(column), expected)


def test_a_column_of_several_lines_gets_a_text_area():
    column = models.TextField()
    column.set_attributes_from_name("column")

    assert plain_formfield(column).clean("a\nb") == "a\nb"


def test_validators_guard_columns():
    validate = IdentifierValidator("uscc")

    validate("91440101MA59ABCD1D")
    for refuse, value in [(validate, "9144"), (validate_storable, "\x00"), (validate_unmasked, "张*三")]:
        with pytest.raises(ValidationError):
            refuse(value)
    assert validate == IdentifierValidator("uscc") != IdentifierValidator("mcc")
    assert "uscc" in MigrationWriter.serialize(validate)[0]


def test_a_validator_of_an_unknown_check_is_a_mistake():
    with pytest.raises(KeyError):
        IdentifierValidator("nothing")
