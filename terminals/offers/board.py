"""How offers stand for somebody's merchants: who takes part, who may, and why the others may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from merchants.models import Merchant
from terminals.offers.eligibility import Reason, reasons_against
from terminals.offers.models import Enrolment, Offer
from terminals.offers.models.offer import on_the_way_to
from terminals.offers.standing import facts_of, names_for


class Line(NamedTuple):
    """One offer for one merchant. `closed` is why nobody can enrol; `reasons` why this merchant cannot."""

    offer: Offer
    merchant: Merchant
    enrolments: list[Enrolment]
    closed: str
    reasons: list[Reason]

    @property
    def may_enrol(self) -> bool:
        """Whether this merchant, or another terminal of it, can enrol now."""
        if self.closed or self.reasons:
            return False
        return self.offer.is_per_terminal or not self.takes_part

    @property
    def takes_part(self) -> bool:
        return any(each.status == Enrolment.Status.ENROLLED for each in self.enrolments)


def lines_of(offers: Iterable[Offer], merchants: Sequence[Merchant], *, now: datetime) -> list[Line]:
    """Each offer for each of the merchants that its branch serves; by as many queries however many there are."""
    offers, facts = list(offers), facts_of(merchants)
    names = names_for(offers, facts.values())
    own: dict[tuple[int, int], list[Enrolment]] = defaultdict(list)
    rows = Enrolment.objects.filter(offer__in=offers, merchant__in=merchants).select_related("terminal")
    for enrolment in rows.order_by("-pk"):
        own[enrolment.offer_id, enrolment.merchant_id].append(enrolment)
    return [
        Line(
            offer,
            merchant,
            own[offer.pk, merchant.pk],
            offer.objection_to_anybody(now=now),
            reasons_against(offer, facts[merchant.pk], names=names),
        )
        for offer in offers
        for merchant in merchants
        if offer.branch_id in on_the_way_to([merchant.branch.path])
    ]
