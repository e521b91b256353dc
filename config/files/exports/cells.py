"""What a value becomes in a cell: text without control characters that no spreadsheet runs.

Said twice, for Python and for PostgreSQL, because a million rows are rendered where they lie; a test holds both to the same bytes.
"""

from __future__ import annotations

import re

from django.db.models import Expression, Func, TextField, Value

# Ends of lines and tabs keep words apart; all other control characters, and marks that turn the direction of writing, go.
SPACES = "\t\n\v\f\r\x85\u2028\u2029"
GONE = "".join(
    chr(code)
    for code in (*range(0x01, 0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in SPACES
)  # fmt: skip
# Full-width signs too: spreadsheets of this country take them for the narrow ones.
SIGNS = "=+@＝＋＠－-"
UNSEEN = SPACES + GONE + " \u00a0\u3000\ufeff"
RISKY = f"^([{UNSEEN}]*[{SIGNS}]|[\t\r\n])"

_RISKY = re.compile(RISKY)
# PostgreSQL holds no NUL, so it is told apart here only.
_CLEAN = str.maketrans({**dict.fromkeys(SPACES, " "), **dict.fromkeys(GONE + "\x00")})


def harmless(text: str) -> str:
    """The text in one line; with an apostrophe before it where a spreadsheet would take it for a formula."""
    text = text.replace("\x00", "")
    return (f"'{text}" if _RISKY.match(text) else text).translate(_CLEAN)


def harmless_in_sql(text: Expression) -> Expression:
    """As `harmless`, for PostgreSQL to do."""
    marked = Func(text, Value(RISKY), Value(r"'\&"), function="regexp_replace", output_field=TextField())
    return Func(
        marked,
        Value(SPACES + GONE),
        Value(" " * len(SPACES)),
        function="translate",
        output_field=TextField(),
    )
