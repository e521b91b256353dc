"""Rows as PostgreSQL copied them, made harmless: whole blocks are searched, and only a row that the rule could touch is written anew.

The searches find every such row and some others; which cells change is `cells.harmless`'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from xml.sax.saxutils import unescape

from config.files.exports.cells import LONGEST, harmless, in_xml

# The end of a row apart.
_CONTROLS = bytes([*range(0x0A), *range(0x0B, 0x20), 0x7F])
# Each begins with its rarest byte, so that the search runs at the speed of memory.
_INSIDE = (
    re.compile(rb"\xe2(?:\x80[\x8e\x8f\xa8-\xae]|\x81[\xa6-\xa9])"),
    re.compile(rb"\xc2[\x80-\x9f]"),
    re.compile(rb"\xef\xbf[\xbe\xbf]"),
)
# The first byte of every sign, and of everything unseen before one.
_FIRST = rb"[ =+\-@\xc2\xe2\xe3\xef]"
_OPENING = re.compile(rb'"' + _FIRST)
_CELL = re.compile(r'"((?:[^"]|"")*)"')

TEXT_CELL = '<c s="4" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
NO_CELL = "<c/>"
_OPENING_IN_XML = re.compile(rb'e">' + _FIRST)
_TEXT_CELL = re.compile(f"{TEXT_CELL[0]}([^<]*){TEXT_CELL[1]}")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def guarded_lines(lines: Sequence[bytes], numbers: Sequence[bool]) -> bytes:
    """The rows of a CSV file in which every cell is in quotes; `numbers` tells which columns have a sign of their own."""
    return _guarded(lines, _may_need_care, lambda line: _careful_line(line, numbers))


def guarded_xml(lines: Sequence[bytes]) -> bytes:
    """The rows of a worksheet as the text format of COPY gives them, an end of line after each."""
    return _guarded(lines, _may_need_care_in_xml, _careful_xml)


def text_cell(text: str) -> str:
    """A cell of harmless text in a worksheet."""
    return f"{TEXT_CELL[0]}{in_xml(text)}{TEXT_CELL[1]}" if text else NO_CELL


def _guarded(
    lines: Sequence[bytes], suspect: Callable[[bytes], bool], careful: Callable[[bytes], bytes]
) -> bytes:
    block = b"".join(lines)
    if block.count(b"\n") == len(lines) and not suspect(block):
        return block
    return b"".join(careful(line) if suspect(line) or line.count(b"\n") > 1 else line for line in lines)


def _may_need_care(block: bytes) -> bool:
    return (
        len(block.translate(None, _CONTROLS)) != len(block)
        or _OPENING.search(block) is not None
        or any(inside.search(block) for inside in _INSIDE)
    )


def _may_need_care_in_xml(block: bytes) -> bool:
    return (
        b"\\" in block
        or b"_x" in block
        or len(block.translate(None, _CONTROLS)) != len(block)
        or _OPENING_IN_XML.search(block) is not None
        or any(inside.search(block) for inside in _INSIDE)
        or len(max(block.split(b"\n"), key=len)) > LONGEST // 2
    )


def _careful_line(line: bytes, numbers: Sequence[bool]) -> bytes:
    cells = [cell.replace('""', '"') for cell in _CELL.findall(line.decode())]
    kept = [cell if is_number else harmless(cell) for cell, is_number in zip(cells, numbers, strict=True)]
    return (",".join('"' + cell.replace('"', '""') + '"' for cell in kept) + "\n").encode()


def _careful_xml(line: bytes) -> bytes:
    text = _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), line.decode())
    return _TEXT_CELL.sub(lambda found: text_cell(harmless(unescape(found[1]))), text).encode()
