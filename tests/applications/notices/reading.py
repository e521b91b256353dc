"""Reading a PDF as a reader's program does when text is selected: character by character through the map of its font."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf

_PAIRS = re.compile(rb"beginbfchar\s(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange\s(.*?)endbfrange", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


def printed(pdf: bytes) -> str:
    """All text of a PDF in its order, without spaces: a long text is broken into lines and its spaces may go."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return "".join("".join(_page(page)).translate({0x20: None, 0xA0: None}) for page in opened.pages)


def _page(page: pikepdf.Page):
    fonts = {str(name): _map_of(font) for name, font in page.Resources.Font.items()}
    characters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                characters = fonts[str(operands[0])]
            case "Tj":
                yield _read(bytes(operands[0]), characters)
            case "TJ":
                strings = [each for each in operands[0] if isinstance(each, pikepdf.String)]
                yield "".join(_read(bytes(each), characters) for each in strings)


def _read(glyphs: bytes, characters: dict[int, str]) -> str:
    codes = (int.from_bytes(glyphs[at : at + 2]) for at in range(0, len(glyphs), 2))
    return "".join(characters[code] for code in codes)


def _map_of(font: pikepdf.Object) -> dict[int, str]:
    source = font.ToUnicode.read_bytes()
    found: dict[int, str] = {}
    for block in _PAIRS.findall(source):
        marks = _HEX.findall(block)
        found |= {int(code, 16): _text(text) for code, text in zip(marks[::2], marks[1::2], strict=True)}
    for block in _RANGES.findall(source):
        marks = _HEX.findall(block)
        for first, last, text in zip(marks[::3], marks[1::3], marks[2::3], strict=True):
            begin = int(text, 16)
            found |= {
                code: chr(begin + code - int(first, 16)) for code in range(int(first, 16), int(last, 16) + 1)
            }
    return found


def _text(mark: bytes) -> str:
    return bytes.fromhex(mark.decode()).decode("utf-16-be")
