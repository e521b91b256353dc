"""A merchant enrols: with its agreement, while there is a place, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from config.accounts.roles import MemberRight
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order
from merchants.models import Merchant
from merchants.people import objection_to
from terminals.models import Terminal
from terminals.offers.models import Enrolment, Offer
from terminals.offers.standing import reasons_for, terminals_for
from terminals.offers.telling import tell_merchant


def enrol(
    offer: Offer, merchant: Merchant, *, agrees: bool, terminals: Sequence[str] = (), by, now: datetime
) -> list[Enrolment]:
    """The merchant takes part, or each of the named terminals does; the places are taken in the same transaction.

    A stop of its terminals waits meanwhile, and the other way round: both hold the merchant. Raises `Refused`: "not_yours",
    "disagrees", "no_terminal", "wrong_state" with every reason that stands against it, "constraint" where a place is gone.
    """
    with told_as_refusals(), transaction.atomic():
        lock_in_order(merchant, offer)
        if sentence := objection_to(MemberRight.ENROL_IN_OFFERS, by, merchant):
            raise Refused(sentence, code="not_yours")
        if sentence := "\n".join(objections(offer, merchant, now=now)):
            raise Refused(sentence, code="wrong_state")
        chosen = _chosen(offer, merchant, terminals)
        if not agrees:
            raise Refused(_("Tick the box to agree to the terms of the offer."), code="disagrees")
        if offer.places_left is not None and offer.places_left < len(chosen):
            raise Refused(
                _("Only %(left)d places are left. Choose fewer terminals.") % {"left": offer.places_left},
                code="wrong_state",
            )
        _take_places(offer, len(chosen))
        return [_enrolled(offer, merchant, terminal, by=by, now=now) for terminal in chosen]


def objections(offer: Offer, merchant: Merchant, *, now: datetime) -> list[str]:
    """Every sentence that stands against an enrolment of this merchant now: the offer's own first, then who may."""
    if sentence := offer.objection_to_anybody(now=now):
        return [sentence]
    if not offer.is_per_terminal and offer.enrolments.live().filter(merchant=merchant).exists():
        return [_("You are enrolled already.")]
    return [reason.why for reason in reasons_for(offer, merchant)]


def terminals_to_enrol(offer: Offer, merchant: Merchant) -> QuerySet[Terminal]:
    """The merchant's terminals that the offer is for and that do not take part yet."""
    taking_part = offer.enrolments.live().filter(terminal__isnull=False).values("terminal")
    return terminals_for(offer).filter(merchant=merchant).exclude(pk__in=taking_part).order_by("pk")


def _chosen(offer: Offer, merchant: Merchant, numbers: Sequence[str]) -> list[Terminal | None]:
    if not offer.is_per_terminal:
        return [None]
    wanted = set(numbers)
    found = [terminal for terminal in terminals_to_enrol(offer, merchant) if terminal.number in wanted]
    if not wanted:
        raise Refused(_("Choose the terminals that take part."), code="no_terminal")
    if len(found) < len(wanted):
        raise Refused(
            _("One of these terminals cannot take part any more. Look at the list and choose again."),
            code="no_terminal",
        )
    return list(found)


def _take_places(offer: Offer, count: int) -> None:
    # Counted by the database: whoever else takes a place, its CHECK sees the true sum.
    Offer.objects.filter(pk=offer.pk).update(enrolled_count=F("enrolled_count") + count)


def _enrolled(offer: Offer, merchant: Merchant, terminal: Terminal | None, *, by, now: datetime) -> Enrolment:
    enrolment = Enrolment.objects.create(
        offer=offer,
        merchant=merchant,
        branch=merchant.branch,
        terminal=terminal,
        enrolled_at=now,
        enrolled_by=by,
    )
    record("offer_enrolled", by=by, now=now, subject=enrolment)
    tell_merchant("offer_enrolled", enrolment, now=now)
    return enrolment
