from base64 import b64encode
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from config.files.receiving import receive
from config.privacy.sealing import SealBroken
from tests import hostile

pytestmark = pytest.mark.django_db


def key(name: str) -> str:
    return f"{name}:{b64encode(name.encode() * 16).decode()}"


def test_after_the_keys_are_rotated_the_old_key_opens_nothing_and_is_not_needed(
    settings, vault, upload, person, now
):
    settings.FIELD_KEYS = [key("o1")]
    stored = receive(upload(hostile.jpeg()), by=person, now=now)
    settings.FIELD_KEYS = [key("n2"), key("o1")]
    (vault / "unfinished" / "half").write_bytes(b"what a killed process left")

    out = StringIO()
    call_command("rotate_field_keys", stdout=out)

    assert "files: 3 of 3 re-encrypted" in out.getvalue()
    settings.FIELD_KEYS = [key("n2")]
    assert default_storage.open(stored.original_blob).read() == hostile.jpeg()
    settings.FIELD_KEYS = [key("o1")]
    with pytest.raises(SealBroken):
        default_storage.open(stored.original_blob)
