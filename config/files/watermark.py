"""Whose eyes a picture was for: the reader and the moment, burnt into the pixels of what is shown on a screen."""

import io
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from config.files.judge import limits

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

ANGLE = 25
# A word is about a third as wide as the picture, and the words stand close enough that no part of a paper is without one.
LETTERS_ACROSS = 56
SMALLEST_LETTER = 10
LONGEST_NAME = 24
DARK, LIGHT = (20, 30, 60), (255, 255, 255)
STRENGTH = 90


def mark_of(reader: "AbstractBaseUser", now: datetime) -> str:
    """Who looks and when, by the bank's clock. ASCII only: the font that Pillow carries has no Chinese letters."""
    address = getattr(reader, reader.get_email_field_name(), None) or ""
    name = address.partition("@")[0][:LONGEST_NAME]
    who = f"{name} #{reader.pk}" if name.isascii() and name.isprintable() else f"#{reader.pk}"
    at = timezone.localtime(now, timezone.get_default_timezone())
    return f"{who} {at:%Y-%m-%d %H:%M}".strip()


def marked(content: bytes, mark: str) -> bytes:
    """The JPEG with the mark all over it, dark with a light edge so that it is read on any ground."""
    picture: Image.Image = Image.open(io.BytesIO(content), formats=("JPEG",))
    picture.load()
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    word, mask = _word(mark, size=max(SMALLEST_LETTER, max(picture.size) // LETTERS_ACROSS))
    width, height = word.size
    for row, top in enumerate(range(-height // 2, picture.height, height)):
        for left in range(-(row % 2) * width // 2, picture.width, width):
            picture.paste(word, (left, top), mask)
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=limits.JPEG_QUALITY)
    return drawn.getvalue()


def _word(mark: str, *, size: int) -> tuple[Image.Image, Image.Image]:
    """The mark aslant in its two colours, and how much of it each pixel takes."""
    font = ImageFont.load_default(size)
    edge = max(1, size // 24)
    _left, _top, right, bottom = font.getbbox(mark)
    letters = Image.new("L", (int(right) + 2 * size, int(bottom) + size), 0)
    ImageDraw.Draw(letters).text((size, size // 2), mark, fill=255, font=font)
    letters = letters.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)
    shade = Image.new("L", letters.size, 0)
    shade.paste(letters, (edge, edge))
    word = Image.composite(
        Image.new("RGB", letters.size, DARK), Image.new("RGB", letters.size, LIGHT), letters
    )
    both = Image.new("L", letters.size, 0)
    both.paste(shade)
    both.paste(255, mask=letters)
    return word, both.point([value * STRENGTH // 255 for value in range(256)])
