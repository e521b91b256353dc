"""Reference data of this room: the reasons reviewers choose from and the text merchants consent to."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from applications.models import ConsentText, ReasonCode

DATA = Path(__file__).parent / "data"


def load_reference_data() -> None:
    """Reasons and the first consent text are there; rows the bank has edited since stay as they are."""
    with (DATA / "reasons.csv").open(encoding="utf-8", newline="") as lines:
        rows = [ReasonCode(**row) for row in csv.DictReader(lines)]
    ReasonCode.objects.bulk_create(rows, ignore_conflicts=True)
    texts = {
        name: (DATA / f"{name}.txt").read_text(encoding="utf-8")
        for name in ("agreement_zh", "agreement_en", "privacy_zh", "privacy_en")
    }
    ConsentText.objects.get_or_create(version="2026-07", defaults={"effective_on": date(2026, 7, 1), **texts})
