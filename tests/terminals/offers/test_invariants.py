"""Offers asked by themselves: silent about what the verbs made, by name about what a raw UPDATE breaks."""

import pytest

from config.kernel import clock
from terminals.models import Terminal
from terminals.offers.ending import end_with_stop
from terminals.offers.invariants import OF_OFFERS
from terminals.offers.models import Enrolment, Offer
from tests.accounts.factories import StaffFactory
from tests.terminals.offers.factories import drafted, ended, enrolled, published, shop, stopped

pytestmark = pytest.mark.django_db


def broken() -> set[str]:
    return {name for name in OF_OFFERS if list(OF_OFFERS[name][1]())}


def by_itself() -> Enrolment:
    """A terminal of two that takes part."""
    merchant = shop(terminals=2)
    offer = published(branch=merchant.branch, is_per_terminal=True)
    return enrolled(offer, merchant, terminals=[merchant.terminals.first().number])


def test_what_the_verbs_made_holds():
    drafted()
    ended()
    enrolled()
    alone = by_itself()
    end_with_stop(alone.merchant, [alone.terminal], by=StaffFactory(), now=clock.now())
    stopped(alone.terminal)

    assert broken() == set()


def miscount() -> None:
    Offer.objects.filter(pk=enrolled().offer_id).update(enrolled_count=2)


def unpublish(unconstrained) -> None:
    unconstrained(Offer, "offer_enrols_once_published")
    said = {"status": "ended", "ended_at": clock.now(), "ended_by": StaffFactory()}
    Offer.objects.filter(pk=enrolled().offer_id).update(**said)


def leave_too_few() -> None:
    Offer.objects.filter(pk=enrolled().offer_id).update(min_terminals=2)


def stop_behind_its_back() -> None:
    stopped(by_itself().terminal)


def turn_round() -> None:
    Offer.objects.filter(pk=enrolled().offer_id).update(is_per_terminal=True)


def give_away() -> None:
    enrolment = by_itself()
    spare = shop(terminals=2)
    Terminal.objects.filter(pk=enrolment.terminal_id).update(merchant=spare)


BREACHES = [
    ("places_are_counted", miscount),
    ("enrolled_in_published", unpublish),
    ("enrolled_with_terminals", leave_too_few),
    ("enrolled_terminals_live", stop_behind_its_back),
    ("enrolled_as_offered", turn_round),
    ("enrolled_as_offered", give_away),
]


@pytest.mark.parametrize(("name", "breach"), BREACHES)
def test_what_is_broken_is_named(name, breach, unconstrained):
    breach(unconstrained) if breach is unpublish else breach()

    assert broken() == {name}


def test_every_invariant_has_its_breach():
    assert {name for name, _breach in BREACHES} == set(OF_OFFERS)
