"""Lists that come as CSV files: read calmly whatever was sent, judged line by line, taken whole or not at all.

A list of the bank says in a `Shape` which columns it has. What a line must say is the business of its own room.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.kernel.templatetags.formats import count

# What is judged and written within a request, before a browser or a proxy loses patience.
LARGEST_FILE = 2_000_000
MOST_LINES = 5_000
# What the worker takes as a job: the whole estate of a large bank, at two hundred bytes a line. All of it is in memory while it
# is judged (200,000 devices were measured at a quarter of a gigabyte) and is written in one transaction, so there is an end.
LARGEST_LONG_FILE = 40_000_000
MOST_LONG_LINES = 200_000
LONGEST_CELL = 200
# What a spreadsheet would run, and what it makes of a long number.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class LineError:
    """What is wrong with one line of the file, counted as a spreadsheet counts; line 0 is the file itself."""

    line: int
    sentence: str


@dataclass
class ImportReport:
    """What became of a list. `text` is what was read, `count` how many of its lines are good.

    `added` is 0 wherever there are errors, because a list is taken whole or not at all, and where it was only looked through.
    `preview` holds the first good lines as they may be shown.
    """

    added: int = 0
    count: int = 0
    errors: list[LineError] = field(default_factory=list)
    text: str = ""
    preview: list[tuple[str, ...]] = field(default_factory=list)


Row = TypeVar("Row")


class Taking:
    """Within which bounds a list is taken, who hears how far it is judged, and what its writing is part of. Here: a request."""

    most_lines = MOST_LINES
    largest_file = LARGEST_FILE

    def told(self, lines: Sequence[Row]) -> Iterable[Row]:
        """The lines one by one; whoever waits is told how many of them are judged."""
        return lines

    @contextmanager
    def writing(self, report: ImportReport) -> Iterator[None]:
        """What the block writes is there as a whole or not at all."""
        with transaction.atomic():
            yield


IN_REQUEST = Taking()


class Unreadable(Exception):
    """The file is no list that can be taken, or one line of it breaks the reading."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.error = LineError(line, sentence)


@dataclass(frozen=True)
class Line:
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Shape:
    """The columns of a list: each name with its headings in lower case, those it cannot be without, and what to say then."""

    columns: Mapping[str, set[str]]
    required: tuple[str, ...]
    advice: str | Promise


def text_of(content, *, largest: int = LARGEST_FILE) -> str:
    """The text of an uploaded file, of bytes, of text or of lines; UTF-8 with or without BOM, or GBK. Raises Unreadable."""
    if isinstance(content, str):
        return _insist(content, largest)
    if hasattr(content, "read"):
        content = content.read(largest + 1)
    elif not isinstance(content, bytes):
        return _insist("\n".join(str(line).rstrip("\r\n") for line in content), largest)
    if isinstance(content, str):
        return _insist(content, largest)
    if len(content) > largest:
        raise _too_large(largest)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return _insist(content.decode(encoding), largest)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The file is not text. Save the list as CSV (UTF-8) and send that file."))


def is_long(text: str, *, most: int) -> bool:
    """Whether a list is more than a request takes, that is `most` lines; counted as `lines_of` counts."""
    return len(text) > LARGEST_FILE or len(text.rstrip().splitlines()) > most + 1


def lines_of(text: str, shape: Shape, *, most: int = MOST_LINES) -> Iterator[Line]:
    """The lines below the heading, empty ones left out. Raises Unreadable at the first that cannot be told apart."""
    heading = text.lstrip().split("\n", 1)[0]
    delimiter = max((",", ";", "\t", "，"), key=heading.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = _columns(cells, shape)
            elif reader.line_num > most + 1:
                raise too_long(most)
            else:
                yield Line(reader.line_num, dict(zip(names, cells, strict=False)))
    except csv.Error:
        raise Unreadable(
            _("This line cannot be read: a quotation mark is not closed, or a cell is far too long."),
            reader.line_num,
        ) from None


def cell_problem(line: Line, *, longest: int = LONGEST_CELL) -> str:
    """Why no list may hold such a cell, or ""."""
    for cell in line.cells.values():
        if len(cell) > longest:
            return _("A cell has more than %(limit)d characters.") % {"limit": longest}
        if cell.startswith(FORMULA_SIGNS):
            return _("A cell begins with %(sign)s as a formula does. Enter it as plain text.") % {
                "sign": repr(cell[0])
            }
    return ""


def was_shortened(number: str) -> bool:
    """Whether a spreadsheet has made 1.35E+09 of a long number; `number` is in normal form."""
    return "E+" in number


def too_long(most: int) -> Unreadable:
    """What is said of a list with more lines than that."""
    return Unreadable(_("The list has more than %(most)s lines. Split it.") % {"most": count(most)})


def _too_large(largest: int) -> Unreadable:
    return Unreadable(
        _("The file is larger than %(most)d MB. Split the list.") % {"most": largest // 1_000_000}
    )


def _insist(text: str, largest: int) -> str:
    if len(text) > largest:
        raise _too_large(largest)
    if "\x00" in text:
        raise Unreadable(_("The file is not plain text. Save the list as CSV (UTF-8) and send that file."))
    if not text.strip():
        raise Unreadable(_("The file is empty."))
    return text.removeprefix("\ufeff")


def _columns(cells: list[str], shape: Shape) -> list[str]:
    names = [_column(cell, shape) for cell in cells]
    missing = [name for name in shape.required if name not in names]
    if missing or len(set(filter(None, names))) != len(list(filter(None, names))):
        raise Unreadable(str(shape.advice), 1)
    return names


def _column(cell: str, shape: Shape) -> str:
    heading = unicodedata.normalize("NFKC", cell[:LONGEST_CELL]).strip().lower()
    return next((name for name, headings in shape.columns.items() if heading in headings), "")
