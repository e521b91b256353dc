"""What the rows of the queue say: which cases are open, whose they are, and which of them a person may have in hand.

The same questions as the objections of `applications.models.steps` ask of one case, asked of many by one query.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from applications.models.application import OPEN_TO_REVIEW

OPEN = OPEN_TO_REVIEW
UNHELD = Q(held_since=None)


def in_hands_of(person: Any, now: datetime) -> Q:
    """Cases this person holds: a claim that has not passed."""
    return Q(assignee=person, lease_until__gt=now)


def in_nobodys_hands(now: datetime) -> Q:
    return Q(assignee=None) | Q(lease_until=None) | Q(lease_until__lte=now)
