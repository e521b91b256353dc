"""Who may enrol in an offer: every reason why somebody may not, each with what would make it so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from merchants.models import Merchant
from merchants.particulars import MerchantType

if TYPE_CHECKING:
    from terminals.offers.models import Offer


class Facts(NamedTuple):
    """What is asked of a merchant. `places` are the divisions of its terminals in use, one for each terminal."""

    status: str
    branch_path: str
    merchant_type: str
    category: str
    places: tuple[str, ...]
    has_open_violation: bool


class Reason(NamedTuple):
    """Why a merchant may not enrol, and what would make it so."""

    code: str
    why: str
    remedy: str


def reasons_against(offer: Offer, facts: Facts, *, names: Mapping[str, str]) -> list[Reason]:
    """All reasons at once, none where the merchant may enrol; it asks nothing but what it is given.

    `names` has the words for codes of categories and divisions; a code without words stands for itself.
    """
    return [
        *_of_the_contract(offer, facts),
        *_of_the_business(offer, facts, names),
        *_of_terminals(offer, facts, names),
    ]


def stands_in(division: str, areas: Iterable[str]) -> bool:
    """Whether a division is one of the areas or a part of one; an offer without areas is for everywhere."""
    begins = tuple(trimmed(area) for area in areas)
    return not begins or division.startswith(begins)


def trimmed(area: str) -> str:
    """What the codes of all parts of an area begin with: 31 of 310000, 3101 of 310100, all of 310115."""
    return area.removesuffix("00").removesuffix("00")


def _of_the_contract(offer: Offer, facts: Facts) -> Iterator[Reason]:
    if facts.status != Merchant.Status.ACTIVE:
        yield Reason(
            "contract",
            _("Your contract with the bank is “%(status)s”.")
            % {"status": Merchant.Status(facts.status).label},
            _("Please call the branch. Once the contract is active you can enrol."),
        )
    if not facts.branch_path.startswith(offer.branch.path):
        yield Reason(
            "branch",
            _("It is offered to customers of %(branch)s and the branches below it.")
            % {"branch": offer.branch},
            _("Ask your own branch what it offers."),
        )
    if offer.bars_violations and facts.has_open_violation:
        yield Reason(
            "violation",
            _("A violation of the agreement is still open."),
            _("Make your statement and settle what is due. Once the case is closed you can enrol."),
        )


def _of_the_business(offer: Offer, facts: Facts, names: Mapping[str, str]) -> Iterator[Reason]:
    if offer.merchant_types and facts.merchant_type not in offer.merchant_types:
        labels = dict(MerchantType.choices)
        yield Reason(
            "type",
            _("It is for: %(wanted)s. You are on record as: %(own)s.")
            % {
                "wanted": listed(offer.merchant_types, labels),
                "own": labels.get(facts.merchant_type, facts.merchant_type),
            },
            _(
                "The type follows your licence. If the licence has changed, apply for a change of particulars."
            ),
        )
    if offer.categories and facts.category not in offer.categories:
        yield Reason(
            "category",
            _("It is for the trades: %(wanted)s. Yours is on record as: %(own)s.")
            % {"wanted": listed(offer.categories, names), "own": names.get(facts.category, facts.category)},
            _("If your trade on record is not right any more, apply for a change of particulars."),
        )


def _of_terminals(offer: Offer, facts: Facts, names: Mapping[str, str]) -> Iterator[Reason]:
    there = sum(stands_in(place, offer.divisions) for place in facts.places)
    if offer.divisions and not there:
        yield Reason(
            "area",
            _("It is for terminals in: %(areas)s. None of yours in use stands there.")
            % {"areas": listed(offer.divisions, names)},
            _("Register a terminal there, or apply to move one there."),
        )
    if there < offer.min_terminals:
        yield _too_few(offer, there)


def _too_few(offer: Offer, own: int) -> Reason:
    """Of an offer for an area only the terminals there count, and it says so."""
    needed, lacking = offer.min_terminals, offer.min_terminals - own
    if offer.divisions:
        why = ngettext(
            "It needs at least %(count)d terminal in use there; you have %(own)d.",
            "It needs at least %(count)d terminals in use there; you have %(own)d.",
            needed,
        )
    else:
        why = ngettext(
            "It needs at least %(count)d terminal in use; you have %(own)d.",
            "It needs at least %(count)d terminals in use; you have %(own)d.",
            needed,
        )
    remedy = ngettext(
        "Register and activate %(count)d more. A suspended terminal does not count until it is in use again.",
        "Register and activate %(count)d more. Suspended terminals do not count until they are in use again.",
        lacking,
    )
    return Reason("terminals", why % {"count": needed, "own": own}, remedy % {"count": lacking})


def listed(codes: Iterable[str], names: Mapping[str, Any]) -> str:
    """The words of some codes, as a list is written."""
    return pgettext("list", ", ").join(str(names.get(code, code)) for code in codes)
