import logging

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, models
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Value
from django.forms import modelform_factory

from config.privacy.fields import BlindIndexField, EncryptedTextField, blind_index
from config.privacy.formfields import PlainTextField
from config.privacy.sealing import SealBroken

CANARY = "13800138000 canary 金丝雀"


def test_a_value_comes_back_and_is_not_in_the_row(diary, stored):
    row = diary.objects.create(secret=CANARY, pages={"name": CANARY})

    again = diary.objects.get()

    assert (again.secret, again.pages) == (CANARY, {"name": CANARY})
    for column in ("secret", "pages"):
        assert "canary" not in stored(row, column)
        assert "13800138000" not in stored(row, column)


def test_a_canary_is_nowhere_in_the_whole_row_nor_in_what_is_said_of_it(diary, caplog):
    caplog.set_level(logging.DEBUG)
    row = diary.objects.create(secret=CANARY, other=CANARY, kept=CANARY, pages=[CANARY])

    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{diary._meta.db_table}"')
        raw = repr(cursor.fetchall())
    said = [
        repr(row),
        str(row),
        repr(diary._meta.get_field("secret")),
        serializers.serialize("json", [row]),
        caplog.text,
    ]

    for text in [raw, *said]:
        assert "canary" not in text
        assert "13800138000" not in text


@pytest.mark.parametrize(("value", "held"), [("", ""), (None, None)])
def test_nothing_stays_nothing(diary, stored, value, held):
    row = diary.objects.create(other=value)

    assert stored(row, "other") == held
    assert diary.objects.get().other == held


def test_an_empty_document_is_sealed_and_none_is_null(diary, stored):
    row, none = diary.objects.create(pages={}), diary.objects.create(pages=None)

    assert diary.objects.get(pk=row.pk).pages == {}
    assert stored(row, "pages")
    assert stored(none, "pages") is None


@pytest.mark.parametrize("text", ["x" * 10_000, "\U0001f600 é é", "a\nb\tc", "0"])
def test_any_text_comes_back_unchanged(diary, text):
    diary.objects.create(other=text)

    assert diary.objects.get().other == text


def test_ciphertext_swapped_between_columns_does_not_open(diary):
    diary.objects.create(secret=CANARY)
    diary.objects.update(other=F("secret"))

    with pytest.raises(SealBroken, match=r"\.other"):
        diary.objects.get()


def test_text_written_past_the_field_does_not_open(diary):
    diary.objects.create()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE \"{diary._meta.db_table}\" SET secret = 'in the clear'")

    with pytest.raises(SealBroken, match="never sealed"):
        diary.objects.get()


@pytest.mark.parametrize(
    "lookup", ["secret", "secret__icontains", "secret__in", "secret__startswith", "secret__gt"]
)
def test_ciphertext_can_not_be_searched(diary, lookup):
    with pytest.raises(FieldError, match="blind index"):
        list(diary.objects.filter(**{lookup: CANARY}))


def test_missing_values_can_be_searched(diary):
    diary.objects.create(secret="a", other="x")
    diary.objects.create(secret="b")

    assert diary.objects.get(other__isnull=True).secret == "b"


def test_every_way_of_writing_seals(diary, stored):
    made = diary.objects.bulk_create([diary(secret="one"), diary(secret="two")])
    diary.objects.filter(pk=made[0].pk).update(secret="three")
    made[1].secret = "four"
    diary.objects.bulk_update(made[1:], ["secret"])
    diary.objects.update(other=Value("five"))

    assert list(diary.objects.order_by("pk").values_list("secret", flat=True)) == ["three", "four"]
    assert len(stored(made[1], "secret")) > 20


def test_values_and_annotations_open(diary):
    diary.objects.create(secret=CANARY)

    assert diary.objects.values_list("secret", flat=True).get() == CANARY
    assert diary.objects.annotate(again=F("secret")).get().again == CANARY


def test_a_context_of_its_own_survives_a_renamed_column(diary):
    assert diary._meta.get_field("kept").place == "diary.old_name"
    assert diary._meta.get_field("secret").place == "privacy_diary.secret"


@pytest.mark.parametrize("name", ["secret", "other", "kept", "pages", "secret_index", "other_index"])
def test_a_migration_can_write_the_column(diary, name):
    field = diary._meta.get_field(name)

    _name, path, args, kwargs = field.deconstruct()
    clone = field.clone()

    assert path.startswith("config.privacy.fields.")
    assert clone.deconstruct()[1:] == (path, args, kwargs)
    assert [type(check) for check in clone.validators] == [type(check) for check in field.validators]
    MigrationWriter.serialize(field)


def test_a_unique_ciphertext_is_a_mistake_that_check_finds():
    field = EncryptedTextField(unique=True)
    field.set_attributes_from_name("secret")
    field.model = type("M", (), {"_meta": type("O", (), {"db_table": "t", "required_db_vendor": None})})

    assert "privacy.E001" in {found.id for found in field.check(databases=[])}


def test_a_model_form_asks_for_plain_text(diary):
    form_class = modelform_factory(diary, fields=["secret", "other", "pages"])

    form = form_class({"secret": " a\u202eb ", "pages": '{"a": 1}'})

    assert isinstance(form.fields["secret"], PlainTextField)
    assert form.fields["secret"].widget.attrs["maxlength"] == "100"
    assert form.is_valid(), form.errors
    row = form.save()
    assert (diary.objects.get().secret, row.pages) == ("ab", {"a": 1})
    assert "blank" not in form_class({"secret": "x" * 101}).errors
    assert form_class({"secret": "x" * 101}).errors["secret"]


def test_the_length_is_checked_without_a_form_too(diary):
    with pytest.raises(ValidationError) as refused:
        diary(secret="x" * 101).full_clean()

    assert set(refused.value.message_dict) == {"secret"}


def test_a_dump_stays_sealed_and_loads_again(diary):
    row = diary.objects.create(secret=CANARY, pages={"a": CANARY}, other=None)

    dumped = serializers.serialize("python", [row])[0]["fields"]

    field = diary._meta.get_field("secret")
    assert dumped["secret"].startswith("sealed:")
    assert CANARY not in repr(dumped)
    assert field.to_python(dumped["secret"]) == CANARY
    assert diary._meta.get_field("pages").to_python(dumped["pages"]) == {"a": CANARY}


def test_a_sealed_record_typed_into_a_form_is_refused(diary):
    with pytest.raises(ValidationError):
        diary(secret="sealed:AAAA").full_clean()


def test_the_index_follows_its_source(diary):
    row = diary.objects.create(secret="138 0013 8000")
    assert diary.objects.get(secret_index=blind_index("１３８-0013-8000", purpose="mobile")) == row

    row.secret = "13900139000"
    row.save()
    assert not diary.objects.filter(secret_index=blind_index("13800138000", purpose="mobile")).exists()

    row.secret = ""
    row.save()
    assert diary.objects.get().secret_index == ""


def test_a_unique_index_refuses_twins_and_leaves_empty_rows_alone(diary):
    diary.objects.create(other="H12345678")
    diary.objects.create(other="")
    diary.objects.create(other=None)

    assert diary.objects.filter(other_index=None).count() == 2
    with pytest.raises(IntegrityError):
        diary.objects.create(other="h1234 5678")


def test_the_index_of_one_purpose_is_not_that_of_another():
    assert blind_index("1", purpose="mobile") != blind_index("1", purpose="id_number")
    assert (
        blind_index("", purpose="mobile")
        == blind_index(None, purpose="mobile")
        == blind_index(" ", purpose="mobile")
        == ""
    )


def test_an_index_is_in_no_form():
    field = BlindIndexField(source="secret", purpose="mobile")

    assert not field.editable
    assert isinstance(field, models.CharField)
    assert field.max_length == 64
