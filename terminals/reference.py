"""Loads what a terminal's screen shows, with what it means and what to do, and why terminals are suspended and stopped."""

import csv
from pathlib import Path
from typing import Any

from django.db import transaction

from terminals.code_wording import keep_versions, one_a_line
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
    _load_codes()
    suspending = [SuspensionReason(**_typed(line)) for line in _lines("suspension_reasons.csv")]
    SuspensionReason.objects.bulk_create(suspending, ignore_conflicts=True)
    stopping = [StopReason(**_typed(line)) for line in _lines("stop_reasons.csv")]
    StopReason.objects.bulk_create(stopping, ignore_conflicts=True)


def codes_of_the_house() -> list[dict[str, Any]]:
    """What the file says of every code, in the columns of `ResponseCode`."""
    return [
        line
        | {
            "retains_card": line["retains_card"] == "1",
            "sub_reasons_zh": one_a_line(line["sub_reasons_zh"]),
            "sub_reasons_en": one_a_line(line["sub_reasons_en"]),
        }
        for line in _lines("response_codes.csv")
    ]


def _load_codes() -> None:
    present = set(ResponseCode.objects.values_list("code_set", "code"))
    missing = [
        ResponseCode(**words)
        for words in codes_of_the_house()
        if (words["code_set"], words["code"]) not in present
    ]
    with transaction.atomic():
        ResponseCode.objects.bulk_create(missing)
        keep_versions(missing)


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _typed(line: dict[str, str]) -> dict[str, Any]:
    return {name: value == "1" if name in FLAGS else value for name, value in line.items()}
