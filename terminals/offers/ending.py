"""Enrolments end: with the stop of a terminal, with the time of the offer, or because the bank ends it early. The merchant is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from config.accounts.models import User
from config.kernel.clock import local_date
from config.kernel.lifecycle import lock_in_order
from config.kernel.sweeping import sweep_rows
from merchants.models import Merchant
from terminals.models import Terminal
from terminals.offers.models import Enrolment, Offer
from terminals.offers.standing import KEEPS_AN_ENROLMENT
from terminals.offers.telling import tell_merchant

Reason = Enrolment.Reason
# What is told, by why it ended: that time is over is no news about terminals.
KINDS = {
    Reason.TERMINAL_STOPPED: "offer_enrolment_ended",
    Reason.TOO_FEW: "offer_enrolment_ended",
    Reason.OVER: "offer_over",
    Reason.CALLED_OFF: "offer_called_off",
}


class Ending(NamedTuple):
    enrolment: Enrolment
    reason: str


def would_end(merchant: Merchant, stopped: Iterable[Terminal]) -> list[Ending]:
    """The enrolments that a stop of these terminals ends, each with why; to be said before anybody confirms it."""
    gone = [terminal.pk for terminal in stopped]
    left = Terminal.objects.filter(KEEPS_AN_ENROLMENT, merchant=merchant).exclude(pk__in=gone).count()
    live = Enrolment.objects.live().filter(merchant=merchant)
    ending = live.filter(Q(terminal__in=gone) | Q(offer__min_terminals__gt=left))
    return [
        Ending(each, Reason.TERMINAL_STOPPED if each.terminal_id in gone else Reason.TOO_FEW)
        for each in ending.select_related("offer", "terminal").order_by("offer", "pk")
    ]


def end_with_stop(merchant: Merchant, stopped: Sequence[Terminal], *, by, now: datetime) -> None:
    """What `would_end` names has ended and its merchant is told. Called with the merchant locked, in the transaction of the stop."""
    for enrolment, reason in would_end(merchant, stopped):
        _end(enrolment, reason, by=by, now=now)


def end_offer(offer: Offer, *, by, now: datetime, note: str) -> None:
    """Ended early: nobody takes part any more, and everybody who did is told."""
    _finish(offer, Reason.CALLED_OFF, by=by, now=now, note=note)


def end_what_is_over(now: datetime) -> int:
    """Every offer whose last day has passed has ended, with its enrolments; how many offers. Once for each."""
    cron = User.objects.system("cron")
    over = Offer.objects.filter(status=Offer.Status.PUBLISHED, ends_on__lt=local_date(now))
    # One by one and each by itself, so that a large offer is not held for as long as it takes to end all of it.
    live = Enrolment.objects.live().filter(offer__in=over.values("pk"))
    sweep_rows(live, lambda each: _end(each, Reason.OVER, by=cron, now=now))
    return sweep_rows(over, lambda offer: _finish(offer, Reason.OVER, by=cron, now=now))


def _finish(offer: Offer, reason: str, *, by, now: datetime, note: str = "") -> None:
    with transaction.atomic():
        # Whoever is enrolling holds the offer: its enrolment is seen here, or finds the offer ended.
        lock_in_order(offer)
        for enrolment in offer.enrolments.live().order_by("pk"):
            _end(enrolment, reason, by=by, now=now)
        with offer.moving_to(Offer.Status.ENDED, by=by, now=now, note=note):
            offer.ended_at, offer.ended_by = now, by


def _end(enrolment: Enrolment, reason: str, *, by, now: datetime) -> None:
    with transaction.atomic():
        enrolment.end(reason, by=by, now=now)
        tell_merchant(KINDS[Reason(reason)], enrolment, now=now)
