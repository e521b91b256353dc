"""Letters of the bank as PDF: A4, archivable and readable aloud (PDF/A-2a, PDF/UA-1), with the Chinese font inside.

A template is a .typ file beside the code that it belongs to; `letters/letter.typ` stands in front of each. What a letter says
goes in as JSON and arrives as text: no name, however it is written, becomes markup or code. A template reads no file outside
its folder and nothing from the network.
"""

import json
import re
import struct
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from pylopdf_fonts_zh_cn import sans_path

from config.files.names import INVISIBLE

if TYPE_CHECKING:
    import typst

PRELUDE = Path(__file__).parent / "letters" / "letter.typ"
# Packages are fetched from the network when a template names one.
_PACKAGE = re.compile(r"""["']@""")
_CMAP_GROUPS = 12
_EVERY_PLANE = (3, 10)


def typeset(template: str, facts: dict[str, Any]) -> bytes:
    """The letter as PDF, with the same bytes for the same facts.

    `template` is a path below the project's folder. `facts` holds what JSON can hold; `title`, `language` ("zh-hans" or "en")
    and `date` (the day of the letter, YYYY-MM-DD) are wanted by every letter. A character that the font cannot draw is written
    as its code point. Raises `typst.TypstError` where the template is wrong or lacks a fact.
    """
    import typst  # noqa: PLC0415 - 7 MiB that a process without letters never needs

    path = settings.BASE_DIR / template
    source = path.read_text()
    if _PACKAGE.search(source):
        raise ValueError(f"{template} imports a package, which would be fetched from the network.")
    told = json.dumps(_drawable(facts), ensure_ascii=False, sort_keys=True)
    return typst.compile(  # type: ignore[type-var] # its types want the source and the folder to be of one kind
        f"{PRELUDE.read_text()}\n{source}".encode(),
        root=path.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"facts": told},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=0,
    )


@lru_cache(maxsize=1)
def _fonts() -> "typst.Fonts":
    """Only the font that is installed with the portal, so that a letter looks alike on every machine."""
    import typst  # noqa: PLC0415 - as above

    folder = str(Path(sans_path()).parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _drawable(fact: Any) -> Any:
    """The same facts with every text in characters that the font has."""
    if isinstance(fact, str):
        return "".join(_drawn(character) for character in fact)
    if isinstance(fact, dict):
        return {name: _drawable(value) for name, value in fact.items()}
    if isinstance(fact, list | tuple):
        return [_drawable(value) for value in fact]
    return fact


def _drawn(character: str) -> str:
    if character in "\n\t":
        return character.replace("\t", " ")
    if unicodedata.category(character) in INVISIBLE:
        return ""
    return character if ord(character) in _characters() else f"〔U+{ord(character):04X}〕"


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """The code points that the font can draw, from its character map (OpenType `cmap`, format 12)."""
    font = Path(sans_path()).read_bytes()
    (table_count,) = struct.unpack_from(">H", font, 4)
    tables = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(table_count))
    cmap = next(offset for tag, _checksum, offset, _length in tables if tag == b"cmap")
    (map_count,) = struct.unpack_from(">H", font, cmap + 2)
    maps = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * n) for n in range(map_count))
    start = cmap + next(offset for *kind, offset in maps if tuple(kind) == _EVERY_PLANE)
    map_format, _reserved, _length, _language, group_count = struct.unpack_from(">HHIII", font, start)
    if map_format != _CMAP_GROUPS:
        raise ValueError(f"The font's map of all characters has format {map_format}, not {_CMAP_GROUPS}.")
    groups = (struct.unpack_from(">III", font, start + 16 + 12 * n) for n in range(group_count))
    return frozenset(code for first, last, _glyph in groups for code in range(first, last + 1))
