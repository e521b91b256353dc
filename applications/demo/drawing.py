"""A sheet to draw sample papers on. Every picture that leaves carries the mark of a sample across its whole face."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

# The judge wants 600 pixels on the short side; more would only slow the first start down.
SIZE = (960, 640)
MARK = "样例 不作证件 SAMPLE"
MARK_COLOUR = (181, 56, 42, 76)
INK, FAINT, SEAL = (51, 71, 90), (110, 126, 142), (181, 56, 42)

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


class Sheet:
    """A picture in the making."""

    def __init__(self, ground: Colour) -> None:
        self.ground = ground
        self.picture = Image.new("RGB", SIZE, ground)
        self.draw = ImageDraw.Draw(self.picture)

    def text(
        self,
        at: tuple[float, float],
        words: str,
        size: int = 24,
        colour: Colour = INK,
        *,
        serif: bool = False,
        anchor: str = "la",
    ) -> None:
        self.draw.text(at, words, font=font(size, serif=serif), fill=colour, anchor=anchor)

    def paragraph(
        self, at: tuple[float, float], words: str, *, width: int, size: int = 24, colour: Colour = INK
    ) -> float:
        """Lines of at most `width` characters; returns where the next line would begin."""
        x, y = at
        for start in range(0, len(words), width):
            self.text((x, y), words[start : start + width].strip(), size, colour)
            y += size * 1.5
        return y

    def field(
        self, at: tuple[float, float], name: str, value: str, *, indent: int = 150, width: int = 26
    ) -> float:
        """A printed label with its value behind it; returns where the next line would begin."""
        x, y = at
        self.text((x, y), name, 22, FAINT)
        return self.paragraph((x + indent, y - 2), value, width=width) + 8

    def card(self, box: Box, *, fill: Colour, line: Colour, radius: int = 22) -> None:
        """A paper lying on the ground, with its shadow."""
        left, top, right, bottom = box
        shade = tuple(int(part * 0.86) for part in self.ground)
        self.draw.rounded_rectangle((left + 7, top + 9, right + 7, bottom + 9), radius, fill=shade)
        self.draw.rounded_rectangle(box, radius, fill=fill, outline=line, width=3)

    def seal(self, centre: tuple[float, float], words: str, *, radius: int = 62) -> None:
        """A round seal that says it is none."""
        x, y = centre
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=SEAL, width=5)
        self.text((x, y - 12), words, 22, SEAL, anchor="mm")
        self.text((x, y + 18), "样章", 20, SEAL, anchor="mm")

    def glare(self, centre: tuple[int, int], radius: int) -> None:
        """Light reflected from the face, over what should be legible."""
        spot = Image.radial_gradient("L").resize((radius * 2, radius * 2))
        alpha = spot.point(lambda dark: max(0, 255 - int(dark * 1.45)))
        white = Image.new("RGB", alpha.size, (255, 255, 255))
        self.picture.paste(white, (centre[0] - radius, centre[1] - radius), alpha)

    def photograph(self, name: str) -> SimpleUploadedFile:
        """The marked picture as the file a phone would send."""
        content = BytesIO()
        self._marked().save(content, "JPEG", quality=82)
        return SimpleUploadedFile(f"{name}.jpg", content.getvalue(), content_type="image/jpeg")

    def scan(self, name: str) -> SimpleUploadedFile:
        """The marked picture as a PDF of one page."""
        content = BytesIO()
        self._marked().save(content, "PDF", resolution=110)
        return SimpleUploadedFile(f"{name}.pdf", content.getvalue(), content_type="application/pdf")

    def _marked(self) -> Image.Image:
        self.picture.paste(MARK_COLOUR[:3], (0, 0), _mark())
        return self.picture


@lru_cache(maxsize=32)
def font(size: int, *, serif: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(serif_path() if serif else sans_path()), size)


@lru_cache(maxsize=1)
def _mark() -> Image.Image:
    """The mark, twice across the sheet, as a mask of how strongly it covers."""
    large = Image.new("L", (SIZE[0] * 2, SIZE[1] * 2))
    draw = ImageDraw.Draw(large)
    for line in (-150, 150):
        at = (SIZE[0], SIZE[1] + line)
        draw.text(at, MARK, font=font(74), fill=MARK_COLOUR[3], anchor="mm")
    left, top = SIZE[0] // 2, SIZE[1] // 2
    return large.rotate(18, resample=Image.Resampling.BILINEAR).crop(
        (left, top, left + SIZE[0], top + SIZE[1])
    )
