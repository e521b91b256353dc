"""How many refused activations an address may cause before it has to wait. Counted in the database, shared by all processes."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from config.kernel.lifecycle import Refused
from config.kernel.policy import Policy
from terminals.models import ActivationAttempt

WINDOW = timedelta(minutes=1)
# So many refusals from everywhere within the window mean guessing from many addresses: then each has a single try.
# An address without a refusal of its own is always let through, so nobody else's guesses keep an installer waiting.
STORM_FACTOR = 30


class TooManyTries(Refused):
    """Come back in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("Too many tries. Wait a minute, then type the code again."), code="too_many_tries")
        self.retry_after = retry_after


def insist_on_patience(ip: str | None, *, now: datetime, policy: Policy) -> None:
    """Raises `TooManyTries` where the address has used up its refusals of the last minute. One query, nothing written."""
    mine = Q(ip=ip) if ip else Q(ip=None)
    seen = ActivationAttempt.objects.filter(at__gt=now - WINDOW).aggregate(
        own=Count("pk", filter=mine), everywhere=Count("pk"), last=Max("at", filter=mine)
    )
    is_storm = seen["everywhere"] >= STORM_FACTOR * policy.activation_tries_per_minute
    allowed = 1 if is_storm else policy.activation_tries_per_minute
    if seen["own"] >= allowed:
        raise TooManyTries(max(1, math.ceil((seen["last"] + WINDOW - now).total_seconds())))
