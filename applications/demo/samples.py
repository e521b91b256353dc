"""A set of sample papers on disk, for whoever files the first application of a demonstration by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from applications.demo.businesses import business
from applications.demo.papers import sample
from applications.models import Registration
from applications.models.paper import papers_for
from merchants.particulars import MerchantType

# The README's tour types these answers; a micro merchant has the shortest form.
FIRST = business(
    MerchantType.MICRO,
    name="商户_田初晓",
    trading_name="初晓杂货铺",
    person="田初晓",
    born=date(1994, 2, 19),
    category="5999",
    code="",
    address="示范路 9 号",
    mobile="16600000020",
)


def lay_out(folder: Path) -> None:
    """The papers that the first application needs are files in this folder; those already there stay as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    first = Registration(**FIRST)
    for need in papers_for(first):
        file = folder / f"{need.paper}.jpg"
        if need.is_required and not file.exists():
            file.write_bytes(sample(need.paper, first).read())
