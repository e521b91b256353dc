from base64 import b64encode

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config.privacy.checks import check_keys
from config.privacy.sealing import SealBroken, digest, key_id_of, resealed, seal, unseal


@given(st.binary(max_size=500))
def test_what_was_sealed_opens(content):
    assert unseal(seal(content, context="a.b"), context="a.b") == content


def test_a_record_names_its_key_and_hides_its_content(settings, key):
    settings.FIELD_KEYS = [key("new2"), key("old1")]

    record = seal(b"canary", context="a.b")

    assert key_id_of(record) == "new2"
    assert record[0] == 1
    assert b"canary" not in record
    assert seal(b"canary", context="a.b") != record


def test_every_key_opens_and_the_first_one_seals(settings, key):
    settings.FIELD_KEYS = [key("k1")]
    record = seal(b"content", context="a.b")

    settings.FIELD_KEYS = [key("k2"), key("k1")]

    assert unseal(record, context="a.b") == b"content"
    assert key_id_of(seal(b"content", context="a.b")) == "k2"


def test_a_record_is_resealed_once(settings, key):
    settings.FIELD_KEYS = [key("k1")]
    record = seal(b"content", context="a.b")
    assert resealed(record, context="a.b") is None
    settings.FIELD_KEYS = [key("k2"), key("k1")]

    again = resealed(record, context="a.b")

    settings.FIELD_KEYS = [key("k2")]
    assert unseal(again, context="a.b") == b"content"
    assert resealed(again, context="a.b") is None


def test_an_unknown_key_is_named(settings, key):
    settings.FIELD_KEYS = [key("k1")]
    record = seal(b"content", context="a.b")
    settings.FIELD_KEYS = [key("k2")]

    with pytest.raises(SealBroken, match="not in FIELD_KEYS"):
        unseal(record, context="a.b")


def test_another_key_under_the_same_id_does_not_open(settings, key):
    settings.FIELD_KEYS = [key("k1", b"a")]
    record = seal(b"content", context="a.b")
    settings.FIELD_KEYS = [key("k1", b"b")]

    with pytest.raises(SealBroken, match=r"a\.b"):
        unseal(record, context="a.b")


def test_a_record_moved_to_another_place_does_not_open():
    with pytest.raises(SealBroken, match="moved"):
        unseal(seal(b"content", context="a.b"), context="a.c")


def test_a_changed_byte_is_noticed_wherever_it_is():
    record = seal(b"content", context="a.b")

    for at in range(len(record)):
        changed = bytearray(record)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            unseal(bytes(changed), context="a.b")


@given(st.binary(max_size=60))
def test_what_is_no_record_is_refused(junk):
    with pytest.raises(SealBroken):
        unseal(junk, context="a.b")


def test_every_cut_of_a_record_is_refused():
    record = seal(b"content", context="a.b")

    for length in range(len(record)):
        with pytest.raises(SealBroken):
            unseal(record[:length], context="a.b")


def test_a_digest_depends_on_value_purpose_and_key(settings):
    one = digest("13800138000", purpose="mobile")
    other_purpose, other_value = (
        digest("13800138000", purpose="account"),
        digest("13800138001", purpose="mobile"),
    )
    settings.INDEX_KEY = b64encode(b"x" * 32).decode()

    assert one.isalnum()
    assert len({one, other_purpose, other_value, digest("13800138000", purpose="mobile")}) == 4
    assert len(one) == 64


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ([], "Set FIELD_KEYS"),
        ([""], "id:base64"),
        (["nothing"], "id:base64"),
        ([":" + "A" * 44], "id:base64"),
        (["k1:not base64!"], "must be base64"),
        (["k1:" + b64encode(b"short").decode()], "32 bytes"),
        (["k1:" + b64encode(b"a" * 32).decode()] * 2, "twice"),
        (["键:" + b64encode(b"a" * 32).decode()], "ASCII"),
    ],
)
def test_unusable_keys_are_refused_with_what_to_set(settings, keys, told):
    settings.FIELD_KEYS = keys

    with pytest.raises(ImproperlyConfigured, match=told):
        seal(b"content", context="a.b")
    assert [found.id for found in check_keys()] == ["privacy.E002"]


def test_a_refused_key_is_not_quoted(settings):
    settings.FIELD_KEYS = ["k1:" + b64encode(b"half a key").decode()]

    with pytest.raises(ImproperlyConfigured) as refused:
        seal(b"content", context="a.b")

    assert settings.FIELD_KEYS[0][3:] not in str(refused.value)


def test_the_index_key_is_a_key_of_its_own(settings, key):
    settings.FIELD_KEYS = [key("k1")]
    assert check_keys() == []

    settings.INDEX_KEY = settings.FIELD_KEYS[0].removeprefix("k1:")

    assert [found.id for found in check_keys()] == ["privacy.E003"]
