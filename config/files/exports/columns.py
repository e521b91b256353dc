"""The columns that a report may have: where a value is found, how it is written, and who may read it plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    DateTimeField,
    Expression,
    F,
    Func,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.files.exports.cells import harmless, harmless_in_sql
from config.kernel import clock


class Level(StrEnum):
    """How far a column is protected (JR/T 0171-2020). Personal ones are masked unless somebody may, and says what for."""

    OPEN = "C1"
    INTERNAL = "C2"
    PERSONAL = "C3"


@dataclass(frozen=True)
class Column:
    """One column of a report. `source` is a path that the queryset of the report knows."""

    name: str
    heading: str | Promise
    source: str
    level: Level = Level.INTERNAL
    # Whether the database can write it; what is sealed at rest only the portal can open.
    in_sql: ClassVar[bool] = True

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,)

    def written(self, *values: Any, plain: bool = False) -> str:
        """The cell, made of what the sources hold."""
        return harmless(self.text(values[0]))

    def sql(self) -> Expression:
        """The same cell, for PostgreSQL to write; never NULL."""
        return harmless_in_sql(text_of(F(self.source)))

    def text(self, value: Any) -> str:
        return "" if value is None else str(value)


class Text(Column):
    """Words, and numbers that are names: leading zeros stay."""


@dataclass(frozen=True)
class Choice(Column):
    """A stored word in the words of its choices, in the language of whoever asked."""

    choices: Iterable[tuple[Any, Any]] = ()

    def text(self, value: Any) -> str:
        return str(dict(self.choices).get(value, "" if value is None else value))

    def sql(self) -> Expression:
        words = [When(**{self.source: value}, then=Value(str(label))) for value, label in self.choices]
        said = Case(*words, default=text_of(F(self.source)), output_field=TextField())
        return harmless_in_sql(said)


class YesNo(Column):
    def text(self, value: Any) -> str:
        return _("Yes") if value else _("No")

    def sql(self) -> Expression:
        return Case(
            When(**{self.source: True}, then=Value(_("Yes"))),
            default=Value(_("No")),
            output_field=TextField(),
        )


class Count(Column):
    """A whole number; its sign is its own and no formula."""

    def written(self, *values: Any, plain: bool = False) -> str:
        return self.text(values[0])

    def sql(self) -> Expression:
        return text_of(F(self.source))


class Moment(Column):
    """A point in time by the bank's clock, to the second."""

    def text(self, value: datetime | None) -> str:
        if value is None:
            return ""
        return f"{timezone.localtime(value, timezone.get_default_timezone()):%Y-%m-%d %H:%M:%S}"

    def sql(self) -> Expression:
        local = Func(Value(settings.TIME_ZONE), F(self.source), function="timezone")
        return _formatted(local, "YYYY-MM-DD HH24:MI:SS")


class Day(Column):
    def text(self, value: date | None) -> str:
        return "" if value is None else value.isoformat()

    def sql(self) -> Expression:
        return _formatted(F(self.source), "YYYY-MM-DD")


@dataclass(frozen=True)
class Age(Column):
    """Whole days since `source`: until now, or until the moment in the column `until` where it is over."""

    until: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source, self.until)

    def written(self, *values: Any, plain: bool = False) -> str:
        began, ended = values
        return "" if began is None else str(((ended or clock.now()) - began).days)

    def sql(self) -> Expression:
        ended = Coalesce(F(self.until), Value(clock.now(), output_field=DateTimeField()))
        elapsed = Func(
            ended,
            F(self.source),
            template="floor(extract(epoch from %(expressions)s) / 86400)::bigint",
            arg_joiner=" - ",
            output_field=BigIntegerField(),
        )
        return text_of(elapsed)


@dataclass(frozen=True)
class Sealed(Column):
    """Personal data that is ciphertext at rest. `mask` is given the value and what stands in `beside`, in this order."""

    level: Level = Level.PERSONAL
    mask: Callable[..., str] = lambda *_values: ""
    beside: tuple[str, ...] = ()
    in_sql: ClassVar[bool] = False

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source, *self.beside)

    def written(self, *values: Any, plain: bool = False) -> str:
        return harmless(self.text(values[0]) if plain else self.mask(*values))


def text_of(value: Any) -> Expression:
    return Coalesce(Cast(value, TextField()), Value(""), output_field=TextField())


def _formatted(value: Any, pattern: str) -> Expression:
    written = Func(value, Value(pattern), function="to_char", output_field=TextField())
    return Coalesce(written, Value(""), output_field=TextField())
