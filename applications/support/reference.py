"""Loads why tickets end and what is answered often."""

import csv
from pathlib import Path
from typing import Any

from applications.support.models import CannedText, ClosingCause

DATA = Path(__file__).parent / "data"
FILES: dict[str, Any] = {"causes.csv": ClosingCause, "texts.csv": CannedText}


def load_reference_data() -> None:
    """Every line of the files has its row. A row that is there stays as it is: staff may have edited it."""
    for name, model in FILES.items():
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            rows = [model(**line) for line in csv.DictReader(file)]
        model._default_manager.bulk_create(rows, ignore_conflicts=True)
