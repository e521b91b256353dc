"""An offer is written: a draft with its number, for a colleague to publish."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from config.accounts.branches import Branch
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.numbering import draw_number
from terminals.offers.models import Offer


def write_offer(answers: dict[str, Any], *, branch: Branch, by, now: datetime) -> Offer:
    """The draft, which nobody but the desk sees.

    Raises `Refused` "constraint" where its days are out of order.
    """
    with told_as_refusals(), transaction.atomic():
        offer = Offer(branch=branch, written_at=now, written_by=by, **answers)
        draw_number(offer, _numbers(now))
        record("offer_written", by=by, now=now, subject=offer)
        return offer


def _numbers(now: datetime) -> Iterator[str]:
    while True:
        yield f"YH-{local_date(now):%Y%m%d}-{secrets.randbelow(1_000_000):06d}"
