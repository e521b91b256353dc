"""A specimen as a pattern: the lines of COPY that its rows are, with a hole wherever the next one differs."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from secrets import token_hex

from django.apps import apps
from django.db import models
from django.db.models import Max

from applications.scale.specimens import Specimen
from config.kernel.bulk_loading import lines_after
from config.privacy.fields import BlindIndexField, SealedField, blind_index, record_of
from config.privacy.sealing import seal, unseal

NULL = r"\N"
# Not of the thing itself: queues, letters, caches and counts; files are shared; the change history begins with the rows.
# What was handed in is not kept, as of applications from before it was (`rounds_unkept`).
LEFT_OUT = re.compile(
    r"(kernel\.(outbox|inbox|tally|numberseries|auditseal|idempot|accessrecord)|files\.|accounts\.session|axes\.|"
    r"sessions\.|django_|constance\.|\w+\.historical|applications\.submission)"
)
# Papers and verdicts of what is closed: of those times neither.
NOT_OF_CLOSED = {"applications.document", "applications.itemreview"}


@dataclass
class Clone:
    """One more of a kind: by which it is known, where and when it happened, and who read it."""

    at: int
    days: int
    marks: dict[str, str]
    branch_key: int
    reviewer_key: int


Hole = Callable[[Clone], str]


@dataclass
class Sheet:
    """The specimen's rows in one table: a format for each, and how many keys one clone takes."""

    model: type[models.Model]
    columns: list[str]
    lines: list[str] = field(default_factory=list)


def tables() -> list[type[models.Model]]:
    """Every table that a specimen can have rows in."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and not LEFT_OUT.match(model._meta.label_lower)
        and isinstance(_key_field(model), models.IntegerField)
    ]


def highest_keys() -> dict[type[models.Model], int]:
    return {model: model._base_manager.aggregate(n=Max("pk"))["n"] or 0 for model in tables()}


class Pattern:
    """What came into the tables while the specimen was told, ready to be written again and again."""

    def __init__(self, specimen: Specimen, before: dict[type[models.Model], int], *, is_closed: bool) -> None:
        self.specimen, self._is_closed = specimen, is_closed
        self._holes: list[Hole] = []
        self._numbers: dict[object, int] = {}
        self._mark = re.compile(
            "|".join(re.escape(text) for text in sorted(specimen.marks.values(), key=len, reverse=True))
        )
        self._name_of = {text: name for name, text in specimen.marks.items()}
        self._found = self._read(before)
        # Of each row that is written again: its table and its key, to the place among those of its table.
        self._place = {
            (model, row[columns.index(_key_column(model))]): (place, len(rows))
            for model, (columns, rows) in self._found.items()
            for place, row in enumerate(rows)
        }
        self.first_key: dict[type[models.Model], int] = {}
        self.sheets = [
            Sheet(model, columns, [self._line(model, columns, row) for row in rows])
            for model, (columns, rows) in self._found.items()
        ]

    def keys_of_one(self) -> dict[type[models.Model], int]:
        """How many keys one clone takes in each table."""
        return {sheet.model: len(sheet.lines) for sheet in self.sheets}

    def lines(self, clones: Sequence[Clone]) -> Iterator[tuple[Sheet, str]]:
        """For each table the rows of these clones."""
        parts: list[list[str]] = [[] for _ in self.sheets]
        formats = ["\n".join(sheet.lines) + "\n" for sheet in self.sheets]
        for clone in clones:
            filled = [hole(clone) for hole in self._holes]
            for part, text in zip(parts, formats, strict=True):
                part.append(text.format(*filled))
        yield from ((sheet, "".join(part)) for sheet, part in zip(self.sheets, parts, strict=True))

    # -- reading the specimen ---------------------------------------------------------------------------------------

    def _read(self, before: dict) -> dict:
        found = {}
        for model, key in before.items():
            if self._is_closed and model._meta.label_lower in NOT_OF_CLOSED:
                continue
            columns = [each.column for each in model._meta.local_concrete_fields]
            if rows := lines_after(model, columns, key):
                found[model] = (columns, rows)
        return found

    def _line(self, model: type[models.Model], columns: list[str], row: list[str]) -> str:
        by_column = {each.column: each for each in model._meta.local_concrete_fields}
        named = dict(zip(columns, row, strict=True))
        if "rounds_unkept" in named:
            named["rounds_unkept"] = named["round"]
        return "\t".join(self._cell(by_column[column], cell, named) for column, cell in named.items())

    def _cell(self, column: models.Field, cell: str, row: dict[str, str]) -> str:  # noqa: PLR0911 - one kind after the other
        if cell in (NULL, ""):
            return cell
        if spoken_of := self._spoken_of(column, row):
            return self._key(spoken_of, cell)
        match column:
            case models.DateTimeField():
                return self._days_in(cell)
            case models.DateField():
                return self._days_in(cell) if column.name == "keep_until" else _constant(cell)
            case SealedField():
                return self._sealed(column, cell)
            case models.CharField() if isinstance(column, BlindIndexField) or column.name.endswith("_index"):
                return self._indexed(cell)
            case models.CharField() if column.unique and not self._mark.search(cell):
                size = len(cell)
                return self._hole(("token", object()), lambda clone: token_hex(size)[:size])
        return self._text(cell)

    def _spoken_of(self, column: models.Field, row: dict[str, str]) -> type[models.Model] | None:
        """The table whose key the column holds."""
        if column.remote_field and column.remote_field.model:
            return column.remote_field.model
        if column.primary_key:
            return column.model
        if column.name == "subject_id":
            return _by_label().get(row["subject_label"])
        return None

    # -- holes ------------------------------------------------------------------------------------------------------

    def _hole(self, name: object, fill: Hole) -> str:
        if name not in self._numbers:
            self._numbers[name] = len(self._holes)
            self._holes.append(fill)
        return f"{{{self._numbers[name]}}}"

    def _key(self, model: type[models.Model], cell: str) -> str:
        label = model._meta.label_lower
        if label == "accounts.branch" and cell == str(self.specimen.branch_key):
            return self._hole("branch", lambda clone: str(clone.branch_key))
        if label == "accounts.user" and cell == str(self.specimen.reviewer_key):
            return self._hole("reviewer", lambda clone: str(clone.reviewer_key))
        # A child by inheritance has its parent's key.
        root = _root(model)
        if (root, cell) not in self._place:
            return _constant(cell)
        place, step = self._place[root, cell]
        return self._hole((root, place), lambda clone: str(self.first_key[root] + clone.at * step + place))

    def _days_in(self, cell: str) -> str:
        day, rest = cell[:10], cell[10:]
        return self._hole(("day", day), lambda clone: moved(day, clone.days)) + _constant(rest)

    def _text(self, cell: str) -> str:
        parts, end = [], 0
        for found in self._mark.finditer(cell):
            parts += [_constant(cell[end : found.start()]), self._marked(self._name_of[found[0]])]
            end = found.end()
        return "".join(parts) + _constant(cell[end:])

    def _marked(self, name: str) -> str:
        return self._hole(("mark", name), lambda clone: clone.marks[name])

    def _sealed(self, column: SealedField, cell: str) -> str:
        place = column.place
        plain = unseal(record_of(cell), context=place).decode()
        if not self._mark.search(plain):
            return _constant(cell)
        replaced = lambda clone: self._mark.sub(lambda found: clone.marks[self._name_of[found[0]]], plain)  # noqa: E731
        return self._hole(
            (place, plain), lambda clone: b64encode(seal(replaced(clone).encode(), context=place)).decode()
        )

    def _indexed(self, cell: str) -> str:
        spelled = ((name, purpose) for name in self.specimen.marks for purpose in _purposes())
        for name, purpose in spelled:
            if blind_index(self.specimen.marks[name], purpose=purpose) == cell:
                return self._hole(("index", purpose, name), _index_of(name, purpose))
        return _constant(cell)


def _index_of(name: str, purpose: str) -> Hole:
    return lambda clone: blind_index(clone.marks[name], purpose=purpose)


@cache
def moved(day: str, days: int) -> str:
    """The day so many days later, as PostgreSQL writes it."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _constant(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _key_field(model: type[models.Model]) -> models.Field:
    key = model._meta.pk
    while key.remote_field:
        key = key.remote_field.model._meta.pk
    return key


def _key_column(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


def _root(model: type[models.Model]) -> type[models.Model]:
    """The table that a child by inheritance has its key from; itself for any other."""
    parents = model._meta.get_parent_list()
    return parents[-1] if parents else model


@cache
def _by_label() -> dict[str, type[models.Model]]:
    return {model._meta.label_lower: model for model in apps.get_models()}


@cache
def _purposes() -> list[str]:
    columns = (each for model in apps.get_models() for each in model._meta.local_concrete_fields)
    return sorted({each.purpose for each in columns if isinstance(each, BlindIndexField)})
