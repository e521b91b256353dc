"""What is drawn from a picture: upright, the first frame, without anything but the picture."""

import io

import pytest
from PIL import Image

from config.files.judge import limits
from tests import hostile
from tests.files.test_judging import judge
from tests.hostile import BLUE, GREEN, RED, WHITE


def drawn(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(judge(content).view))


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    picture = picture.convert("RGB")
    far = (picture.width - 40, picture.height - 40)
    return [picture.getpixel(at) for at in ((40, 40), (far[0], 40), (40, far[1]), far)]


def near(found: list, wanted: list, *, by: int = 24) -> bool:
    return all(
        abs(a - b) <= by
        for one, other in zip(found, wanted, strict=True)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(hostile.jpeg, id="jpeg"),
        pytest.param(lambda: hostile.phone_photo(3), id="upside down"),
        pytest.param(lambda: hostile.phone_photo(6), id="lying left"),
        pytest.param(lambda: hostile.phone_photo(8), id="lying right"),
        pytest.param(hostile.mpo, id="first frame of an MPO"),
        pytest.param(hostile.animated_png, id="first frame of an animation"),
        pytest.param(lambda: hostile.jpeg(mode="CMYK"), id="cmyk"),
        pytest.param(lambda: hostile.png(mode="P"), id="palette"),
        pytest.param(hostile.heic, id="heic"),
        pytest.param(hostile.heic_lying, id="heic lying"),
        pytest.param(lambda: hostile.jpeg(8192, 6144), id="decoded at half the side"),
    ],
)
def test_picture_is_upright_in_its_colours(content):
    assert near(corners(drawn(content())), [RED, GREEN, BLUE, WHITE])


def test_what_was_see_through_is_white():
    picture = drawn(hostile.png_see_through())

    assert near([picture.getpixel((1100, 800))], [WHITE])


def test_sixteen_bits_keep_their_brightness():
    assert near([(drawn(hostile.png_of_16_bits()).getpixel((5, 5)),)], [(0x80,)])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: hostile.phone_photo(6), id="EXIF and place"),
        pytest.param(hostile.with_comment, id="COM segment"),
        pytest.param(hostile.jpeg_with_profile, id="ICC profile"),
        pytest.param(hostile.mpo, id="MPO"),
        pytest.param(hostile.heic_lying, id="HEIC with EXIF"),
        pytest.param(
            lambda: hostile.png_with(hostile.chunk(b"tEXt", b"Comment\0" + hostile.MARK)), id="PNG text"
        ),
        pytest.param(lambda: hostile.jpeg() + hostile.HTML, id="HTML behind the picture"),
    ],
)
def test_nothing_but_the_picture_is_in_what_is_drawn(content):
    sent = content()

    judgement = judge(sent)

    for jpeg in (judgement.view, judgement.thumbnail):
        assert segments(jpeg) <= {"SOI", "APP0", "DQT", "SOF0", "DHT", "SOS", "EOI"}
        assert b"SECRET-MARK" not in jpeg
        assert b"<script" not in jpeg
        assert jpeg.endswith(b"\xff\xd9")


def test_the_samples_of_the_test_above_do_hold_what_could_leak():
    assert b"SECRET-MARK" in hostile.phone_photo(6)
    assert "COM" in segments(hostile.with_comment())
    assert "APP1" in segments(hostile.phone_photo(6))
    assert "APP2" in segments(hostile.jpeg_with_profile())


def test_measures_of_what_is_drawn():
    judgement = judge(hostile.jpeg(8192, 6144))

    assert max(Image.open(io.BytesIO(judgement.view)).size) == limits.VIEW_SIDE
    assert max(Image.open(io.BytesIO(judgement.thumbnail)).size) == limits.THUMBNAIL_SIDE
    assert (judgement.width, judgement.height) == (8192, 6144)


def segments(jpeg: bytes) -> set[str]:
    """The kinds of segments of a JPEG, up to its picture."""
    names = {0xFE: "COM", 0xDB: "DQT", 0xC0: "SOF0", 0xC2: "SOF2", 0xC4: "DHT", 0xDA: "SOS"}
    found, at = {"SOI", "EOI"}, 2
    while jpeg[at] == 0xFF:
        kind = jpeg[at + 1]
        found.add(names.get(kind) or (f"APP{kind - 0xE0}" if 0xE0 <= kind <= 0xEF else hex(kind)))
        if kind == 0xDA:
            break
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found
