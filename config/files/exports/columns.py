"""The columns that a report may have: where a value is found, how it is written, and who may read it plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Col
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.sql.constants import LOUTER
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.files.exports.cells import harmless
from config.kernel import clock

# Columns of other rows' names, of which there are few enough to count by.
FEW = ("branch", "model")
# What COPY writes as a cast to text does; of what is true or not it writes the first letter.
SAME_AS_TEXT = (CharField, TextField, IntegerField, DateField)
# Spreadsheets count days from here.
FIRST_MOMENT = datetime(1899, 12, 30)  # noqa: DTZ001 - by the bank's clock, as all that is written
DAY_SECONDS = 86400
BEFORE_1970 = 25569 * DAY_SECONDS


class Kind(StrEnum):
    """What a spreadsheet takes a cell for; everything that is a name is text, whatever its digits."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"


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
    kind: ClassVar[Kind] = Kind.TEXT
    # Whether a summary counts the rows by it: it has few words, and they are its own.
    has_few_words: ClassVar[bool] = False

    @property
    def title(self) -> str:
        """The heading as it stands over a column or by itself."""
        return capfirst(str(self.heading))

    @property
    def is_counted(self) -> bool:
        return self.has_few_words or self.name in FEW

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,)

    def written(self, *values: Any, plain: bool = False) -> str:
        """The cell, made of what the sources hold."""
        return harmless(self.text(values[0]))

    def sql(self) -> Expression:
        """The same cell, for PostgreSQL to write; never NULL, and not yet harmless."""
        return Written(F(self.source))

    def serial(self, *values: Any) -> str:
        """The number that a spreadsheet keeps for a cell that is no text, "" where it is empty."""
        return self.written(*values)

    def serial_sql(self) -> Expression:
        """The same number, for PostgreSQL to write; NULL where the cell is empty."""
        return NullIf(self.sql(), Value(""))

    def text(self, value: Any) -> str:
        return "" if value is None else str(value)


class Text(Column):
    """Words, and numbers that are names: leading zeros stay."""


@dataclass(frozen=True)
class Choice(Column):
    """A stored word in the words of its choices, in the language of whoever asked."""

    choices: Iterable[tuple[Any, Any]] = ()
    has_few_words: ClassVar[bool] = True

    def text(self, value: Any) -> str:
        return str(dict(self.choices).get(value, "" if value is None else value))

    def sql(self) -> Expression:
        words = [When(**{self.source: value}, then=Value(str(label))) for value, label in self.choices]
        return Case(*words, default=text_of(F(self.source)), output_field=TextField())


class YesNo(Column):
    has_few_words = True

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

    kind = Kind.NUMBER

    def written(self, *values: Any, plain: bool = False) -> str:
        return self.text(values[0])

    def serial_sql(self) -> Expression:
        return ExpressionWrapper(F(self.source), output_field=BigIntegerField())


class Moment(Column):
    """A point in time by the bank's clock, to the second."""

    kind = Kind.MOMENT

    def text(self, value: datetime | None) -> str:
        return "" if value is None else f"{_on_the_wall(value):%Y-%m-%d %H:%M:%S}"

    def sql(self) -> Expression:
        return Written(self._local())

    def serial(self, *values: Any) -> str:
        [value] = values
        return (
            "" if value is None else repr((_on_the_wall(value) - FIRST_MOMENT).total_seconds() / DAY_SECONDS)
        )

    def serial_sql(self) -> Expression:
        return Func(
            self._local(),
            template=f"(date_part('epoch', %(expressions)s) + {BEFORE_1970}) / {DAY_SECONDS}",
            output_field=FloatField(),
        )

    def _local(self) -> Expression:
        # The session's zone is the bank's while rows are copied. To count whole seconds from a first moment takes half the time
        # of cutting the rest off by the name of its unit, which is read anew for every cell.
        return Func(
            F(self.source),
            template="date_bin(interval '1 second', %(expressions)s::timestamp, timestamp '0001-01-01')",
            output_field=DateTimeField(),
        )


class Day(Column):
    kind = Kind.DAY

    def text(self, value: date | None) -> str:
        return "" if value is None else value.isoformat()

    def serial(self, *values: Any) -> str:
        [value] = values
        return "" if value is None else str((value - FIRST_MOMENT.date()).days)

    def serial_sql(self) -> Expression:
        template = f"(%(expressions)s - date '{FIRST_MOMENT:%Y-%m-%d}')"
        return Func(F(self.source), template=template, output_field=BigIntegerField())


@dataclass(frozen=True)
class Age(Column):
    """Whole days since `source`: until now, or until the moment in the column `until` where it is over."""

    until: str = ""
    kind: ClassVar[Kind] = Kind.NUMBER

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


class Written(Func):
    """The value as COPY writes it by itself; "" for NULL. To make a text of it first costs, so what is never NULL is left as it is."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, Any]:  # type: ignore[override]
        [value] = self.get_source_expressions()
        sql, params = compiler.compile(value)
        return (sql if _is_never_null(value, compiler.query) else f"COALESCE(({sql})::text, '')"), params


def _is_never_null(value: Any, query: Any) -> bool:
    if not isinstance(value, Col) or value.alias not in query.alias_map:
        return False
    if value.target.null or not isinstance(value.target, SAME_AS_TEXT):
        return False
    # Beside a row that is not there, every column is NULL.
    return query.alias_map[value.alias].join_type != LOUTER


def text_of(value: Any) -> Expression:
    """The value as text, never NULL."""
    return Coalesce(Cast(value, TextField()), Value(""), output_field=TextField())


def _on_the_wall(moment: datetime) -> datetime:
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return local.replace(microsecond=0, tzinfo=None)
