"""Loads what counts as a violation, what the bank does then, and how amounts are reckoned."""

import csv
from pathlib import Path
from typing import Any

from terminals.returns.models import Measure, Tariff, ViolationCategory

DATA = Path(__file__).parent / "data"
FILES: dict[str, Any] = {
    "violation_categories.csv": ViolationCategory,
    "measures.csv": Measure,
    "tariffs.csv": Tariff,
}


def load_reference_data() -> None:
    """Every line of the files has its row. A row that is there stays as it is: staff may have edited it."""
    for name, model in FILES.items():
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            rows = [model(**_typed(line)) for line in csv.DictReader(file)]
        model._default_manager.bulk_create(rows, ignore_conflicts=True)


def _typed(line: dict[str, str]) -> dict[str, Any]:
    return {name: value == "1" if name == "is_confidential" else value for name, value in line.items()}
