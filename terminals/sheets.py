"""Papers of one sheet, such as slips and receipts: one text, from which page and PDF are both made.

A sheet is written in the language in force and holds plain texts, every one of which is printed, in this order.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date

from django.conf import settings

from config.files.qr import qr_drawing, qr_picture
from config.files.typesetting import typeset
from config.kernel.templatetags.frame import bank_name, speaks_chinese

TEMPLATE = "terminals/letters/sheet.typ"
MARK = "static/portal/mark.svg"


@dataclass(frozen=True)
class Line:
    """A line of the sheet: "Model and serial number", "A920", "A920SN0001"; either of the two may be empty."""

    label: str
    words: str = ""
    figures: str = ""


@dataclass(frozen=True)
class Pieces:
    """A table below the lines. `name` is read aloud before it and not printed."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SecretDigits:
    """What the sheet hands over. The digits are in no `repr`, so that no log of a fault has them."""

    heading: str
    digits: str = field(repr=False)


@dataclass(frozen=True)
class Steps:
    """Numbered sentences under a heading."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    title: str
    # The day that the PDF gives as its own.
    on: date
    # What the paper is called by: "Slip number", "HZ-310115-2026-00001".
    number: tuple[str, str]
    lines: tuple[Line, ...]
    pieces: Pieces | None = None
    secret: SecretDigits | None = None
    # Beside the QR code.
    sentences: tuple[str, ...]
    # Where the QR code leads, what stands below it, and what it is for those who do not see it.
    url: str
    caption: str
    alt: str
    steps: tuple[Steps, ...] = ()
    # Side by side at the foot, with room for a signature and for a stamp.
    signed: tuple[str, str]

    @property
    def bank(self) -> str:
        return bank_name()

    @property
    def qr(self) -> str:
        return qr_picture(self.url)


def typeset_sheet(sheet: Sheet) -> bytes:
    """The sheet as PDF, one A4 page in black and white; the same bytes for the same sheet. Kept nowhere."""
    facts = asdict(sheet) | {
        "language": "zh-hans" if speaks_chinese() else "en",
        "date": sheet.on.isoformat(),
        "on": "",
        "bank": sheet.bank,
        "mark": (settings.BASE_DIR / MARK).read_text(),
        "qr": qr_drawing(sheet.url),
    }
    return typeset(TEMPLATE, facts)
