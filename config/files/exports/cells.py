"""What a value becomes in a cell: text without control characters that no spreadsheet runs.

The rule is said once, here. What PostgreSQL copies is searched for rows that it could touch (`guarding`), and only those are
made anew: to apply it in the database took seven times as long as the copy itself.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

# Ends of lines and tabs keep words apart; all other control characters, and marks that turn the direction of writing, go.
SPACES = "\t\n\v\f\r\x85\u2028\u2029"
GONE = "".join(
    chr(code)
    for code in (*range(0x01, 0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in SPACES
)  # fmt: skip
# What no XML may hold; from a database come only the last two.
NO_XML = "".join(map(chr, (*range(0xD800, 0xE000), 0xFFFE, 0xFFFF)))
# Full-width signs too: spreadsheets of this country take them for the narrow ones.
SIGNS = "=+@＝＋＠－-"
UNSEEN = SPACES + GONE + " \u00a0\u3000\ufeff"
RISKY = f"^([{UNSEEN}]*[{SIGNS}]|[\t\r\n])"
# The longest text that a cell of a spreadsheet holds, in units of UTF-16.
LONGEST = 32_767

_RISKY = re.compile(RISKY)
_CLEAN = str.maketrans({**dict.fromkeys(SPACES, " "), **dict.fromkeys(GONE + NO_XML + "\x00")})
# Spreadsheets read _x0041_ in their own files as the letter A.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def harmless(text: str) -> str:
    """The text in one line; with an apostrophe before it where a spreadsheet would take it for a formula."""
    text = text.replace("\x00", "")
    return (f"'{text}" if _RISKY.match(text) else text).translate(_CLEAN)


def in_xml(text: str) -> str:
    """Harmless text as a workbook holds it, cut with a mark where no cell is long enough for it."""
    if len(text) > LONGEST // 2:
        text = _shortened(text)
    return escape(_ESCAPED.sub("_x005F_", text))


def _shortened(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    # Half of a character that takes two units goes with the rest.
    return units[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
