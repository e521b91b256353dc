"""Where the terminals will stand: whether the point can be at its address, and how far from the business that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications.findings.finding import Finding, of_place, ok, warn
from applications.models.placement import Placement
from merchants.models import Outlet
from merchants.models.outlet import Place
from merchants.provinces import box_of, metres_between

if TYPE_CHECKING:
    from applications.models.registration import Registration

# Two points of one address are a mall apart at most; a shop of its own has its own address.
PART_AT_ONE_ADDRESS = 4


def points(placements: list[Placement]) -> Iterator[Finding]:
    """Each point against the province of its division."""
    for placement in placements:
        if placement.latitude is None or placement.longitude is None or not placement.division_id:
            continue
        box, item = box_of(placement.division_id), of_place(placement.position)
        if box is None or box.holds(placement.latitude, placement.longitude):
            yield ok("point_in_division", item, _("The point lies in the province of the address"))
        else:
            yield warn(
                "point_outside_division", item, _("The point lies outside the province of the address")
            )


def cities(case: Registration, placements: list[Placement]) -> Iterator[Finding]:
    """A terminal in another city than the business: it may be a second shop, and it may be a terminal lent out."""
    if not case.business_division_id:
        return
    for placement in placements:
        if placement.division_id and placement.division_id[:4] != case.business_division_id[:4]:
            said = _("The terminal will stand in another city than the business: %(place)s")
            yield warn("place_other_city", of_place(placement.position), said % {"place": placement.division})


def distances(case: Registration, placements: list[Placement], *, far: int) -> Iterator[Finding]:
    """Each point against the point of the business, where one is known: `far` metres are too many. At most one query."""
    pointed = [placement for placement in placements if placement.latitude is not None]
    business = _point_of_business(case, pointed) if pointed else None
    if business is None:
        return
    for placement in pointed:
        # A terminal that moves about is watched while it works.
        if placement is business or placement.is_mobile:
            continue
        metres, item = metres_between(business, placement), of_place(placement.position)
        is_same = (placement.division_id, placement.address) == (business.division_id, business.address)
        if metres > (far // PART_AT_ONE_ADDRESS if is_same else far):
            said = _("The point lies %(metres)s m from the business address")
            yield warn("place_far_from_business", item, said % {"metres": f"{metres:,}"})
        else:
            yield ok("place_near_business", item, _("The point lies near the business address"))


def _point_of_business(case: Registration, pointed: list[Placement]) -> Place | None:
    """The customer's outlet at the business address, else the first terminal asked for there."""
    at = {"division": case.business_division_id, "address": case.business_address}
    if case.merchant_id:
        known = Outlet.objects.filter(merchant=case.merchant_id, latitude__isnull=False, **at).first()
        if known is not None:
            return known
    there = (case.business_division_id, case.business_address)
    return next((each for each in pointed if (each.division_id, each.address) == there), None)
