"""The table of response codes as a sheet: its headings, and its rows written out as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.db import models
from django.utils import translation

from terminals.models import ResponseCode
from terminals.models.response_code import FIELDS

HEADINGS_ZH = {
    "code_set": "代码集",
    "code": "代码",
    "version": "版本",
    "group": "归类",
    "action_class": "类别",
    "retains_card": "没收卡",
    "screen_text": "屏幕文字",
    "meaning_zh": "含义（中文）",
    "meaning_en": "含义（英文）",
    "merchant_step_zh": "商户怎么办（中文）",
    "merchant_step_en": "商户怎么办（英文）",
    "bank_step_zh": "银行怎么处理（中文）",
    "bank_step_en": "银行怎么处理（英文）",
    "desk": "处理岗位",
    "sub_reasons_zh": "背后原因（中文）",
    "sub_reasons_en": "背后原因（英文）",
    "note_zh": "资料分歧（中文）",
    "note_en": "资料分歧（英文）",
}
COLUMNS = tuple(HEADINGS_ZH)
LISTS = ("sub_reasons_zh", "sub_reasons_en")


def export_codes(rows) -> str:
    """The table as CSV under headings in the reader's language; it can be changed in a spreadsheet and taken in again."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS if translation.get_language() == "en" else HEADINGS_ZH.values())
    writer.writerows([_written(row, name) for name in COLUMNS] for row in rows)
    return out.getvalue()


def choices_of(field: models.Field) -> list[tuple[Any, Any]]:
    return [(value, label) for value, label in field.choices or ()]


def _written(row: ResponseCode, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool):
        return "1" if value else "0"
    if name in ("group", "desk"):
        return str(dict(choices_of(FIELDS[name])).get(value, value))
    return " | ".join(value.splitlines()) if name in LISTS else str(value)
