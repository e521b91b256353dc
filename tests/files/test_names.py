import pytest

from config.files.names import MAX_NAME, display_name, download_name, random_name
from tests.hostile import NAMES


@pytest.mark.parametrize(("sent", "shown"), NAMES)
def test_shown_name(sent, shown):
    assert display_name(sent, media_type="image/jpeg") == shown


@pytest.mark.parametrize("sent", [sent for sent, _ in NAMES])
def test_shown_name_is_short_and_visible(sent):
    shown = display_name(sent, media_type="application/pdf")

    assert 0 < len(shown) <= MAX_NAME
    assert shown.isprintable()
    assert not set("/\\") & set(shown)


@pytest.mark.parametrize(
    ("shown", "media_type", "downloaded"),
    [
        ("正面.jpg", "image/jpeg", "正面.jpg"),
        ("IMG_1.HEIC", "image/jpeg", "IMG_1.jpg"),
        ("licence.exe", "image/png", "licence.png"),
        ("page.html", "application/pdf", "page.pdf"),
        ("no extension", "application/pdf", "no extension.pdf"),
        ("v1.0 final version of it", "application/pdf", "v1.0 final version of it.pdf"),
    ],
)
def test_downloaded_name_ends_in_what_the_file_is(shown, media_type, downloaded):
    assert download_name(shown, media_type=media_type) == downloaded


def test_random_names_are_of_32_bytes_and_differ():
    assert len(random_name()) == 64
    assert random_name() != random_name()
