import pytest
from django.core.files.base import ContentFile

from config.files.vault import SealedStorage
from config.privacy.sealing import SealBroken
from tests.files.conftest import blobs_in


@pytest.fixture
def storage(tmp_path):
    return SealedStorage(location=tmp_path / "files")


def test_what_is_saved_is_read_back(storage):
    name = storage.save("ab/abc.original", ContentFile(b"the paper"))

    assert storage.open(name).read() == b"the paper"
    assert storage.size(name) == len(b"the paper")


def test_blob_moved_to_another_name_does_not_open(storage, tmp_path):
    name = storage.save("ab/abc.original", ContentFile(b"the paper"))
    (tmp_path / "files" / name).rename(tmp_path / "files" / "ab" / "other.original")

    with pytest.raises(SealBroken):
        storage.open("ab/other.original")


def test_nothing_unfinished_remains(storage, tmp_path):
    storage.save("ab/abc.original", ContentFile(b"the paper"))

    assert [path.name for path in blobs_in(tmp_path)] == ["abc.original"]


def test_stored_files_have_no_address(storage):
    with pytest.raises(ValueError, match="no address"):
        storage.url("ab/abc.original")


def test_name_cannot_leave_the_folder(storage):
    with pytest.raises(Exception, match="traversal|outside"):
        storage.save("../outside", ContentFile(b"x"))
