import os
import time
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from config.files.receiving import receive
from config.files.tidying import tidy_nightly
from tests import hostile
from tests.files.conftest import blobs_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(vault, upload, person, now):
    return receive(upload(hostile.jpeg()), by=person, now=now)


def tidied(*options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("tidy_files", *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def two_hours_old(place) -> None:
    for path in blobs_in(place):
        os.utime(path, (time.time() - 7200,) * 2)


def test_old_blobs_without_a_row_go_and_others_stay(vault, photo):
    default_storage.save("ab/orphan.original", ContentFile(b"x"))
    (vault / "unfinished" / "half").write_bytes(b"x")
    two_hours_old(vault)

    out, err = tidied()

    assert out.startswith("2 ")
    assert err == ""
    assert {path.name for path in blobs_in(vault)} == {blob.split("/")[1] for blob in photo.blobs}


def test_fresh_blobs_stay_their_row_may_be_on_its_way(vault, photo):
    default_storage.save("ab/orphan.original", ContentFile(b"x"))

    tidied()

    assert len(blobs_in(vault)) == 4


def test_blobs_of_a_deleted_row_go(vault, photo):
    photo.delete()
    two_hours_old(vault)

    tidied()

    assert blobs_in(vault) == []


def test_rehearsal_removes_nothing(vault, photo):
    photo.delete()
    two_hours_old(vault)

    out, _ = tidied("--dry-run")

    assert out.startswith("3 ")
    assert len(blobs_in(vault)) == 3


def test_row_without_its_blob_is_reported(vault, photo):
    default_storage.delete(photo.view_blob)

    _, err = tidied()

    assert err == f"file {photo.pk}: {photo.view_blob} is missing\n"


def test_worker_tidies_at_night_alone(vault, photo):
    photo.delete()
    two_hours_old(vault)
    day = datetime(2027, 1, 1, 7, 40, tzinfo=UTC)

    tidy_nightly(day)
    assert len(blobs_in(vault)) == 3

    tidy_nightly(day.replace(hour=19))
    assert blobs_in(vault) == []


def test_storage_that_was_never_used_is_tidy(vault):
    assert tidied() == ("0 blobs without a row removed\n", "")
