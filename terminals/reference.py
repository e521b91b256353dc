"""Loads what a terminal's screen shows, with what it means and what to do, and why terminals are suspended and stopped."""

import csv
from pathlib import Path
from typing import Any

from terminals.models import ResponseCode, StopReason, SuspensionReason

DATA = Path(__file__).parent / "data"
FLAGS = {
    "for_merchant",
    "for_bank",
    "for_system",
    "for_authority",
    "is_confidential",
    "needs_second",
    "needs_notice",
}


def load_reference_data() -> None:
    """Every code and reason of the files has its row. A row that is there stays as it is: staff may have edited it."""
    wanted = [ResponseCode(code_set="unionpay", **line) for line in _lines("response_codes.csv")]
    present = set(ResponseCode.objects.filter(code_set="unionpay").values_list("code", flat=True))
    ResponseCode.objects.bulk_create(row for row in wanted if row.code not in present)
    suspending = [SuspensionReason(**_typed(line)) for line in _lines("suspension_reasons.csv")]
    SuspensionReason.objects.bulk_create(suspending, ignore_conflicts=True)
    stopping = [StopReason(**_typed(line)) for line in _lines("stop_reasons.csv")]
    StopReason.objects.bulk_create(stopping, ignore_conflicts=True)


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _typed(line: dict[str, str]) -> dict[str, Any]:
    return {name: value == "1" if name in FLAGS else value for name, value in line.items()}
