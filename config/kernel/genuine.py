"""What the bank says of a paper to anybody who holds it: its kind, its date, and whether it still counts. Nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise


class Paper(NamedTuple):
    """A paper that the bank did issue. One that was revoked or replaced is no longer valid."""

    kind: str | Promise
    issued_at: datetime
    is_valid: bool
