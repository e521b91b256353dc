"""Tariffs from a list, under the rules of the form that changes one."""

from __future__ import annotations

from copy import copy
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from config.files.lists import MOST_LINES, Line
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
from config.privacy.identifiers import normalise
from terminals.returns.desk.violation_forms import TariffForm
from terminals.returns.models import Tariff

FEN = 100
MOST_AT_ONCE = 200


def _basis_of(line: Line) -> str:
    """The basis by its code or in the words of the page, in either language."""
    said = plaintext.clean(line["basis"])
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words = {str(label): value for value, label in Tariff.Basis.choices}
        if said in words:
            return words[said]
    return said


def _coded(text: str) -> str:
    return "".join(plaintext.clean(text).split()).lower()


def _tariff(line: Line, code: str, rows: Rows) -> Tariff:
    present = rows.get(code)
    offered = yes_or_no(line, "is_active", default=present.is_active if present else True)
    form = TariffForm(
        {
            **{name: line[name] for name in ("text_zh", "text_en", "day_fen")},
            "code": code,
            "basis": _basis_of(line),
            "percent": normalise(line["percent"]) or (present.percent if present else 100),
            "life_months": normalise(line["life_months"]) or (present.life_months if present else 60),
            "position": normalise(line["position"]) or (present.position if present else len(rows) + 1),
            "is_active": "on" if offered else "",
        },
        instance=copy(present) if present else Tariff(),
    )
    if not form.is_valid():
        name, sentences = next(iter(form.errors.items()))
        label = f"{form.fields[name].label}: " if name in form.fields else ""
        raise Wrong(f"{label}{sentences[0]}")
    made: Tariff = form.save(commit=False)
    return made


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / FEN:.2f}"


TARIFFS = TableList(
    model=Tariff,
    headings={
        "code": Heading("代码", "code"),
        "text_zh": Heading("中文说明", "Chinese text"),
        "text_en": Heading("英文说明", "English text"),
        "basis": Heading("计算方式", "basis"),
        "day_fen": Heading("每日金额(元)", "yuan a day", frozenset({"每日金额", "每日金额（元）"})),
        "percent": Heading("占原价百分比", "percent of the price"),
        "life_months": Heading("折旧月数", "months of use"),
        "position": Heading("顺序", "position"),
        "is_active": Heading("启用", "offered"),
    },
    required=("code", "text_zh", "text_en", "basis", "day_fen"),
    advice=gettext_lazy("The first line must name the columns as the example file does, each once."),
    made=_tariff,
    coded=_coded,
    cells=lambda row: (
        row.code,
        row.text_zh,
        row.text_en,
        str(row.get_basis_display()),
        _yuan(row.day_fen),
        str(row.percent),
        str(row.life_months),
        str(row.position),
        yes_or_no_said(row.is_active),
    ),
)

TARIFF_LIST = table_importer(
    TARIFFS,
    name="tariffs",
    title=gettext_lazy("Import tariffs"),
    permission="returns.change_tariff",
    # Judged by its form, which asks the database of every line: beyond a few hundred somebody would wait for it.
    most_at_once=MOST_AT_ONCE,
    # No bank has more of them.
    most_lines=MOST_LINES,
)
