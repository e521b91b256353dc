"""Papers in an S3-compatible store, by settings alone: sealed there too, found again, moved to nobody, tidied and resealed."""

from __future__ import annotations

from base64 import b64encode

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.files.models import StoredFile
from config.files.receiving import receive
from config.files.resealing import reseal_blobs
from config.files.tidying import every_blob, tidy
from config.kernel import clock
from config.privacy.sealing import SealBroken
from tests.accounts.factories import MerchantUserFactory
from tests.applications.factories import photo
from tests.config.test_settings import PRODUCTION, settings_with
from tests.files.object_store import object_store


@pytest.fixture
def store(settings, monkeypatch, tmp_path):
    """The documents' storage is the store, as the settings of a deployment put it together."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "portal")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with object_store() as (address, held):
        [made] = settings_with(
            tmp_path,
            "STORAGES",
            DOCUMENTS_BUCKET="papers",
            DOCUMENTS_ENDPOINT=address,
            DOCUMENTS_REGION="cn-test-1",
        )
        settings.STORAGES = project.STORAGES | {"default": made["default"]}
        yield held


@pytest.mark.django_db
def test_an_upload_lies_sealed_in_the_store_and_is_read_back(store):
    person = MerchantUserFactory()

    stored = receive(photo(), by=person, now=clock.now())

    assert len(store.objects) == 3
    kept = StoredFile.objects.get(pk=stored.pk)
    with default_storage.open(kept.original_blob) as file:
        picture = file.read()
    assert picture.startswith(b"\xff\xd8")
    # Neither the picture nor its beginning is anywhere in the store, and the store seals once more.
    assert not any(
        b"\xff\xd8\xff" in content[:64] or picture[:64] in content for content in store.objects.values()
    )
    assert {headers["x-amz-server-side-encryption"] for headers in store.headers_of.values()} == {"AES256"}
    assert sorted(every_blob()) == sorted(store.objects)


def test_what_is_moved_to_another_name_does_not_open(store):
    default_storage.save("ab/one.original", ContentFile(b"the paper"))
    store.objects["ab/two.original"] = store.objects["ab/one.original"]

    assert default_storage.open("ab/one.original").read() == b"the paper"
    assert default_storage.size("ab/one.original") == len(b"the paper")
    with pytest.raises(SealBroken):
        default_storage.open("ab/two.original")
    with pytest.raises(ValueError, match="no address"):
        default_storage.url("ab/one.original")


@pytest.mark.django_db
def test_what_no_row_names_is_tidied_away(store):
    default_storage.save("ab/lost.original", ContentFile(b"nobody's"))

    assert tidy(clock.now()).removed == 1
    assert store.objects == {}


def test_objects_follow_when_the_keys_change(store, settings):
    default_storage.save("ab/one.original", ContentFile(b"the paper"))
    before = store.objects["ab/one.original"]
    settings.FIELD_KEYS = [f"new:{b64encode(b'n' * 32).decode()}", *settings.FIELD_KEYS]

    assert reseal_blobs() == (1, 1)

    assert store.objects["ab/one.original"] != before
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert default_storage.open("ab/one.original").read() == b"the paper"


def test_without_a_bucket_papers_lie_in_the_vault(tmp_path):
    [made] = settings_with(tmp_path, "STORAGES", **PRODUCTION)

    assert made["default"]["BACKEND"] == "config.files.vault.SealedStorage"
