"""Loads the codes that a terminal's screen shows, with what they mean and what to do."""

import csv
from pathlib import Path

from terminals.models import ResponseCode

RESPONSE_CODES = Path(__file__).parent / "data" / "response_codes.csv"


def load_reference_data() -> None:
    """Every code of the file has its row. A row that is there stays as it is: staff may have edited it."""
    with RESPONSE_CODES.open(encoding="utf-8", newline="") as file:
        wanted = [ResponseCode(code_set="unionpay", **line) for line in csv.DictReader(file)]
    present = set(ResponseCode.objects.filter(code_set="unionpay").values_list("code", flat=True))
    ResponseCode.objects.bulk_create(row for row in wanted if row.code not in present)
