from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def person(db):
    return get_user_model().objects.system("files-test")


@pytest.fixture
def upload():
    """An upload with this content, as a form hands it over."""

    def make(content: bytes, name: str = "a.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content, content_type=content_type)

    return make


def blobs_in(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())
