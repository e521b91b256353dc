"""Divisions and merchant categories from a list of the bank's: what the standards' data does not know yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.files.lists import Line
from config.files.table_lists import (
    Heading,
    Rows,
    TableList,
    Wrong,
    table_importer,
    yes_or_no,
    yes_or_no_said,
)
from config.privacy import plaintext
from merchants.models import Division, MerchantCategory
from merchants.models.reference import COUNTY

PROVINCE, CITY = 1, 2
DIVISION_DIGITS, CATEGORY_DIGITS = 6, 4


def _digits(code: str, length: int, sentence: str) -> None:
    if not (code.isascii() and code.isdigit() and len(code) == length):
        raise Wrong(sentence)


def _words(line: Line, column: str, sentence: str) -> str:
    words = plaintext.clean(line[column])
    if not words:
        raise Wrong(sentence)
    return words


# -- divisions ------------------------------------------------------------------------------------------------------


def _level_of(code: str) -> int:
    """GB/T 2260: two digits each for province, city and county, and 00 for what is no part of one."""
    if code.endswith("0000"):
        return PROVINCE
    return CITY if code.endswith("00") else COUNTY


def _above(code: str, rows: Rows) -> str:
    """The code of what the division is a part of, "" for a province; a county without a city hangs under its province."""
    level = _level_of(code)
    if level == PROVINCE:
        return ""
    city = f"{code[:4]}00"
    return city if level == COUNTY and city in rows else f"{code[:2]}0000"


def _division(line: Line, code: str, rows: Rows) -> Division:
    _digits(code, DIVISION_DIGITS, _("A division has six digits (GB/T 2260)."))
    name = _words(line, "name", _("The line gives no name."))
    parent = _above(code, rows)
    if parent and parent not in rows:
        raise Wrong(
            _("What it is a part of, %(code)s, is neither in the table nor in the list.") % {"code": parent}
        )
    return Division(
        code=code,
        name=name,
        full_name=f"{rows[parent].full_name if parent else ''}{name}",
        level=_level_of(code),
        parent_id=parent or None,
    )


def _parts_named_anew(rows: Rows, changed: Sequence[Division]) -> list[Division]:
    """The parts of what has another name, whose full names begin with it."""
    written = {row.code for row in changed}
    again: list[Division] = []
    for code in sorted(rows, key=_by_level):
        row = rows[code]
        full_name = f"{rows[row.parent_id].full_name if row.parent_id else ''}{row.name}"
        if row.full_name != full_name:
            row.full_name = full_name
            if code not in written:
                again.append(row)
    return again


def _by_level(code: str) -> tuple[int, str]:
    return _level_of(code), code


DIVISIONS = TableList(
    model=Division,
    headings={
        "code": Heading("代码", "code", frozenset({"区划代码", "行政区划代码"})),
        "name": Heading("名称", "name", frozenset({"区划名称"})),
    },
    required=("code", "name"),
    advice=gettext_lazy("The first line must name the columns code and name, once each (代码, 名称)."),
    made=_division,
    cells=lambda row: (row.code, row.name),
    following=_parts_named_anew,
    order=_by_level,
    mark=("is_from_list", True),
)


# -- categories -----------------------------------------------------------------------------------------------------


def _category(line: Line, code: str, rows: Rows) -> MerchantCategory:
    _digits(code, CATEGORY_DIGITS, _("A category code has four digits (ISO 18245)."))
    present: Any = rows.get(code)
    return MerchantCategory(
        code=code,
        name_zh=_words(line, "name_zh", _("The line gives no Chinese name.")),
        name_en=_words(line, "name_en", _("The line gives no English name.")),
        is_served=yes_or_no(line, "is_served", default=present.is_served if present else True),
        needs_permit=yes_or_no(line, "needs_permit", default=present.needs_permit if present else False),
    )


CATEGORIES = TableList(
    model=MerchantCategory,
    headings={
        "code": Heading("代码", "code", frozenset({"mcc", "类别码", "商户类别码"})),
        "name_zh": Heading("中文名称", "Chinese name", frozenset({"名称"})),
        "name_en": Heading("英文名称", "English name"),
        "is_served": Heading("是否受理", "served"),
        "needs_permit": Heading("需要许可证", "needs permit"),
    },
    required=("code", "name_zh", "name_en"),
    advice=gettext_lazy(
        "The first line must name the columns code, Chinese name and English name, once each (代码, 中文名称, 英文名称)."
    ),
    made=_category,
    cells=lambda row: (
        row.code,
        row.name_zh,
        row.name_en,
        yes_or_no_said(row.is_served),
        yes_or_no_said(row.needs_permit),
    ),
    mark=("is_from_list", True),
)

DIVISION_LIST = table_importer(
    DIVISIONS,
    name="divisions",
    title=gettext_lazy("Import divisions"),
    permission="merchants.change_division",
)
CATEGORY_LIST = table_importer(
    CATEGORIES,
    name="merchant_categories",
    title=gettext_lazy("Import merchant categories"),
    permission="merchants.change_merchantcategory",
)
