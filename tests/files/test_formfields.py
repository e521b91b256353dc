import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from config.files.formfields import PDF, ReceivesUploads, UploadField
from config.files.models import StoredFile
from config.kernel.policy_defaults import POLICY
from tests import hostile

LIMIT = POLICY["upload_limit_mb"].default * 1024 * 1024

pytestmark = pytest.mark.django_db


class PaperForm(ReceivesUploads, forms.Form):
    paper = UploadField()
    note = forms.CharField(required=False)


def form_with(content: bytes | None, name: str = "a.jpg") -> PaperForm:
    files = {} if content is None else {"paper": SimpleUploadedFile(name, content, content_type="image/jpeg")}
    return PaperForm({"note": "kept"}, files)


def test_photo_control_accepts_any_picture_and_pdf_control_pdf():
    assert 'accept="image/*"' in str(PaperForm()["paper"])
    assert 'accept="application/pdf"' in UploadField(accept=PDF).widget.render(
        "paper", None, UploadField(accept=PDF).widget.attrs
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "required"), (b"", "empty"), (bytes(LIMIT + 1), "size")],
)
def test_what_needs_no_look_inside_is_the_fields_error(content, code):
    form = form_with(content)

    assert not form.is_valid()
    assert [error.code for error in form.errors.as_data()["paper"]] == [code]


def test_size_of_a_photo_is_said_of_the_photo():
    form = form_with(bytes(LIMIT + 1))

    assert "10.1" in form.errors["paper"][0]


def test_name_of_300_characters_is_no_error():
    assert form_with(hostile.jpeg(), "执" * 300 + ".jpg").is_valid()


def test_received_file_is_stored(vault, person, now):
    form = form_with(hostile.jpeg())
    assert form.is_valid()

    stored = form.received("paper", by=person, now=now)

    assert stored == StoredFile.objects.get()
    assert not form.errors


def test_refusal_is_the_fields_message_and_the_rest_is_kept(vault, person, now):
    form = form_with(hostile.HTML)
    assert form.is_valid()

    assert form.received("paper", by=person, now=now) is None

    assert [error.code for error in form.errors.as_data()["paper"]] == ["type"]
    assert form["note"].value() == "kept"
