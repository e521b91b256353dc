"""Columns of more meaning than their value: words in two languages, printed numbers, money, shares, and what a record holds beside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import BigIntegerField, Case, Expression, F, Func, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Length, LPad
from django.utils.translation import get_language

from config.files.exports.columns import Column, Kind, text_of


class Worded(Column):
    """Words that are kept in both languages, as `source`_zh and `source`_en: those of the language of whoever asked."""

    @property
    def sources(self) -> tuple[str, ...]:
        return (f"{self.source}_{'en' if get_language() == 'en' else 'zh'}",)

    def sql(self) -> Expression:
        return text_of(F(self.sources[0]))


@dataclass(frozen=True)
class Numbered(Column):
    """A key as it is printed: the letters of `prefix`, then at least six digits."""

    prefix: str = ""

    def text(self, value: int | None) -> str:
        return "" if value is None else f"{self.prefix}-{value:06d}"

    def sql(self) -> Expression:
        digits = text_of(F(self.source))
        length = Greatest(Length(digits), Value(6))
        return Concat(Value(f"{self.prefix}-"), LPad(digits, length, Value("0")), output_field=TextField())


class Detail(Column):
    """What a record holds beside its columns, as JSON. The portal writes it: the database spells JSON in its own way."""

    in_sql: ClassVar[bool] = False

    def text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


class Yuan(Column):
    """Money that is kept in fen, in yuan with both places; its sign is its own and no formula."""

    kind = Kind.NUMBER

    def written(self, *values: Any, plain: bool = False) -> str:
        return self.text(values[0])

    def text(self, value: int | None) -> str:
        return "" if value is None else f"{value // 100}.{value % 100:02d}"

    def sql(self) -> Expression:
        whole = Func(F(self.source), Value(100), function="div", output_field=BigIntegerField())
        rest = Func(F(self.source), Value(100), function="mod", output_field=BigIntegerField())
        places = Func(text_of(rest), Value(2), Value("0"), function="lpad", output_field=TextField())
        amount = Concat(text_of(whole), Value("."), places, output_field=TextField())
        return Case(
            When(**{f"{self.source}__isnull": True}, then=Value("")), default=amount, output_field=TextField()
        )


@dataclass(frozen=True)
class Share(Column):
    """How many in a hundred `source` is of what stands in `of`, to the nearest whole; empty where there is nothing to share."""

    of: str = ""
    kind: ClassVar[Kind] = Kind.NUMBER

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source, self.of)

    def written(self, *values: Any, plain: bool = False) -> str:
        part, whole = values
        return str((200 * part + whole) // (2 * whole)) if whole else ""

    def sql(self) -> Expression:
        part, whole = (
            Cast(Coalesce(F(source), Value(0)), BigIntegerField()) for source in (self.source, self.of)
        )
        share = Func(part * 200 + whole, whole * 2, function="div", output_field=BigIntegerField())
        return Case(
            When(**{f"{self.of}__gt": 0}, then=text_of(share)), default=Value(""), output_field=TextField()
        )
