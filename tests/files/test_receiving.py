import hashlib
import io
import re
import stat

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image

from config.files import receiving
from config.files.keeping import Writing
from config.files.models import StoredFile
from config.files.receiving import receive
from config.files.refusals import FileRefused
from config.files.vault import SealedStorage
from config.kernel.policy_defaults import POLICY
from tests import hostile
from tests.files.conftest import blobs_in

LIMIT = POLICY["upload_limit_mb"].default * 1024 * 1024

pytestmark = pytest.mark.django_db


class FullAfterTheOriginal(SealedStorage):
    """A disk with room for one more file."""

    def _save(self, name, content):
        if not name.endswith(".original"):
            raise OSError(28, "No space left on device")
        return super()._save(name, content)


def test_picture_is_kept_with_its_particulars(vault, upload, person, now):
    sent = hostile.phone_photo(6)

    stored = receive(upload(sent, "正面.jpg"), by=person, now=now)

    stored.refresh_from_db()
    assert (stored.kind, stored.media_type, stored.display_name) == ("image", "image/jpeg", "正面.jpg")
    assert (stored.width, stored.height, stored.pages) == (1200, 900, None)
    assert (stored.size, stored.uploaded_by, stored.uploaded_at) == (len(sent), person, now)
    assert stored.sha256 == hashlib.sha256(sent).hexdigest()
    assert len(stored.blobs) == len(blobs_in(vault)) == 3


def test_original_is_kept_byte_for_byte(vault, upload, person, now):
    sent = hostile.phone_photo(6)

    stored = receive(upload(sent), by=person, now=now)

    assert default_storage.open(stored.original_blob).read() == sent


def test_pdf_is_kept_as_sent_and_nothing_else(vault, upload, person, now):
    sent = hostile.hostile_pdf.signed()

    stored = receive(upload(sent, "协议.pdf", "application/pdf"), by=person, now=now)

    assert (stored.kind, stored.pages, stored.width) == ("pdf", 1, None)
    assert default_storage.open(stored.original_blob).read() == sent
    assert stored.blobs == [stored.original_blob]


def test_content_decides_not_the_name_nor_the_announced_type(vault, upload, person, now):
    stored = receive(upload(hostile.png(), "paper.pdf", "application/pdf"), by=person, now=now)

    assert (stored.kind, stored.media_type) == ("image", "image/png")


def test_thumbnail_is_small(vault, upload, person, now):
    stored = receive(upload(hostile.jpeg()), by=person, now=now)

    with default_storage.open(stored.thumbnail_blob) as file:
        assert Image.open(io.BytesIO(file.read())).size == (480, 360)


def test_at_rest_nothing_is_readable_and_only_the_owner_may_try(vault, upload, person, now):
    sent = hostile.with_comment()
    assert b"SECRET-MARK" in sent

    receive(upload(sent), by=person, now=now)

    for blob in blobs_in(vault):
        content = blob.read_bytes()
        assert b"SECRET-MARK" not in content
        assert b"JFIF" not in content
        assert stat.S_IMODE(blob.stat().st_mode) == 0o600
        assert re.fullmatch(r"[0-9a-f]{64}\.(original|view|thumbnail)", blob.name)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in vault.rglob("*/")} == {0o700}
    assert stat.S_IMODE(vault.stat().st_mode) == 0o700


def test_same_file_twice_has_one_digest_and_two_names(vault, upload, person, now):
    one = receive(upload(hostile.jpeg()), by=person, now=now)
    other = receive(upload(hostile.jpeg()), by=person, now=now)

    assert one.sha256 == other.sha256
    assert one.name != other.name
    assert not set(one.blobs) & set(other.blobs)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (hostile.HTML, "type"),
        (bytes(LIMIT + 1), "size"),
        (hostile.jpeg()[:2000], "damaged"),
    ],
)
def test_refused_file_leaves_nothing(vault, upload, person, now, content, code):
    with pytest.raises(FileRefused) as refused:
        receive(upload(content), by=person, now=now)

    assert refused.value.code == code
    assert not StoredFile.objects.exists()
    assert not blobs_in(vault)


def test_file_of_exactly_the_limit_is_taken(vault, upload, person, now):
    sent = hostile.jpeg()
    sent += bytes(LIMIT - len(sent))

    assert receive(upload(sent), by=person, now=now).size == LIMIT


def test_size_is_said_with_the_limit_and_never_rounded_into_it(vault, upload, person, now):
    with pytest.raises(FileRefused) as refused:
        receive(upload(bytes(LIMIT + 1)), by=person, now=now)

    assert "10.1" in refused.value.sentence
    assert "10 MB" in refused.value.sentence


def test_upload_shorter_than_announced_did_not_arrive_whole(vault, upload, person, now):
    short = upload(hostile.jpeg())
    short.size += 1

    with pytest.raises(FileRefused) as refused:
        receive(short, by=person, now=now)

    assert refused.value.code == "incomplete"


def test_full_disk_is_told_and_leaves_nothing(settings, vault, upload, person, now):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": f"{__name__}.FullAfterTheOriginal", "OPTIONS": {"location": vault}}
    }

    with pytest.raises(FileRefused) as refused:
        receive(upload(hostile.jpeg()), by=person, now=now)

    assert refused.value.code == "storage"
    assert not StoredFile.objects.exists()
    assert not blobs_in(vault)


def test_place_that_cannot_be_written_is_told(settings, tmp_path, upload, person, now):
    (tmp_path / "files").write_text("not a folder")
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "config.files.vault.SealedStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }

    with pytest.raises(FileRefused) as refused:
        receive(upload(hostile.jpeg()), by=person, now=now)

    assert refused.value.code == "storage"


def test_row_that_cannot_be_written_takes_its_blobs_along(vault, person, now):
    without_measures = StoredFile(
        display_name="a", kind="image", media_type="image/jpeg", size=1, uploaded_by=person, uploaded_at=now
    )

    with pytest.raises(IntegrityError), transaction.atomic(), Writing(b"a") as writing:
        writing.keep(without_measures, view=b"b", thumbnail=b"c")

    assert not blobs_in(vault)


def test_flood_is_stopped(monkeypatch, vault, upload, person, now):
    monkeypatch.setattr(receiving, "FILES_PER_DAY", 1)
    receive(upload(hostile.jpeg()), by=person, now=now)

    with pytest.raises(FileRefused) as refused:
        receive(upload(hostile.jpeg()), by=person, now=now)

    assert refused.value.code == "quota"
