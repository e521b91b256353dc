import pytest
from django.db import IntegrityError, transaction

from config.files.models import StoredFile
from config.kernel.constraints import sentence_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def particulars(person, now):
    return {
        "display_name": "a.jpg",
        "kind": "image",
        "media_type": "image/jpeg",
        "size": 1,
        "sha256": "0" * 64,
        "width": 800,
        "height": 600,
        "original_blob": "a",
        "view_blob": "b",
        "view_sha256": "0" * 64,
        "thumbnail_blob": "c",
        "thumbnail_sha256": "0" * 64,
        "uploaded_by": person,
        "uploaded_at": now,
    }


def test_the_row_these_tests_break_is_good(particulars):
    assert StoredFile.objects.create(**particulars).blobs == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("constraint", "broken"),
    [
        ("files_size_positive", {"size": 0}),
        ("files_kind_and_media_type_agree", {"media_type": "application/pdf"}),
        ("files_kind_and_media_type_agree", {"kind": "film"}),
        ("files_image_is_drawn", {"width": None}),
        ("files_image_is_drawn", {"height": 0}),
        ("files_image_is_drawn", {"view_blob": ""}),
        ("files_image_is_drawn", {"thumbnail_sha256": ""}),
        ("files_pdf_has_pages", {"kind": "pdf", "media_type": "application/pdf", "pages": None}),
        ("files_pdf_has_pages", {"kind": "pdf", "media_type": "application/pdf", "pages": 0}),
    ],
)
def test_constraint(particulars, constraint, broken):
    with pytest.raises(IntegrityError, match=constraint) as error, transaction.atomic():
        StoredFile.objects.create(**particulars | broken)

    assert sentence_for(error.value)


def test_two_rows_never_share_an_original(particulars):
    StoredFile.objects.create(**particulars)

    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(**particulars)
