import pytest
from django.http import Http404
from PIL import Image

from config.files.models import StoredFile
from config.files.names import display_name
from config.files.receiving import receive
from config.files.serving import send
from config.kernel.audit import AccessRecord
from tests import hostile
from tests.files.conftest import blobs_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(vault, upload, person, now):
    return receive(upload(hostile.phone_photo(6), '身份证 "正面".HEIC'), by=person, now=now)


@pytest.fixture
def paper(vault, upload, person, now):
    return receive(upload(hostile.hostile_pdf.signed(), "协议.pdf"), by=person, now=now)


@pytest.fixture
def sent(rf, person, now):
    def answer(stored, variant="view"):
        return send(rf.get("/"), stored, variant=variant, by=person, now=now, purpose="review")

    return answer


def test_every_answer_is_closed_to_everything_but_this_reader(sent, photo, paper):
    for answer in (sent(photo), sent(photo, "thumbnail"), sent(photo, "original"), sent(paper)):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_picture_is_shown_in_the_page_as_the_jpeg_we_drew(sent, photo):
    answer = sent(photo)

    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert answer["Content-Disposition"].endswith(".jpg")
    assert b"SECRET-MARK" not in answer.content


def test_original_goes_as_an_attachment_with_its_true_type(sent, photo):
    answer = sent(photo, "original")

    assert answer.content == hostile.phone_photo(6)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("variant", ["view", "original"])
def test_pdf_goes_as_an_attachment_as_it_was_sent(sent, paper, variant):
    answer = sent(paper, variant)

    assert answer.content == hostile.hostile_pdf.signed()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("name", [sent or "" for sent, _ in hostile.NAMES])
def test_hostile_name_stays_inside_its_header(vault, sent, upload, person, now, name):
    stored = receive(upload(hostile.jpeg()), by=person, now=now)
    StoredFile.objects.filter(pk=stored.pk).update(display_name=display_name(name, media_type="image/jpeg"))
    stored.refresh_from_db()

    header = sent(stored)["Content-Disposition"]

    assert header.isprintable()
    assert header.isascii()
    assert header.endswith((".jpg", '.jpg"'))


def test_look_is_recorded_with_what_was_looked_at(sent, photo, person):
    sent(photo, "thumbnail")

    record = AccessRecord.objects.of(photo).get()
    assert (record.by, record.purpose, record.detail) == (person, "review", {"variant": "thumbnail"})


def test_look_writes_nothing_else(sent, photo, nothing_is_written):
    with nothing_is_written():
        sent(photo)


def test_unknown_variant_and_thumbnail_of_a_pdf_are_not_found_and_not_recorded(sent, photo, paper):
    for stored, variant in ((photo, "raw"), (paper, "thumbnail")):
        with pytest.raises(Http404):
            sent(stored, variant)

    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("variant", ["view", "original", "thumbnail"])
def test_blob_with_one_byte_changed_is_not_handed_out(vault, sent, photo, variant):
    (blob,) = [path for path in blobs_in(vault) if path.suffix == f".{variant}"]
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.write_bytes(bytes(content))

    answer = sent(photo, variant)

    assert answer.status_code == 410
    assert answer["Content-Type"].startswith("text/html")
    assert answer["Cache-Control"] == "no-store"


def test_blob_that_is_gone_is_a_clean_page(vault, sent, photo):
    for blob in blobs_in(vault):
        blob.unlink()

    assert sent(photo).status_code == 410


def test_digest_guards_where_the_storage_does_not_seal(settings, tmp_path, sent, upload, person, now):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "open"},
        }
    }
    stored = receive(upload(hostile.jpeg()), by=person, now=now)
    assert sent(stored).status_code == 200
    (blob,) = [path for path in blobs_in(tmp_path) if path.suffix == ".view"]
    Image.new("RGB", (1200, 900)).save(blob, "JPEG")

    assert sent(stored).status_code == 410
