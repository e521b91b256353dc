"""Many hands at the last places, and a stop beside an enrolment. What holds is the lock, and behind it the CHECK."""

import pytest
from django.db import connection, transaction

from config.kernel import clock
from config.kernel.lifecycle import Refused, lock_in_order
from terminals.models import Terminal
from terminals.offers.ending import end_with_stop
from terminals.offers.enrolling import enrol
from terminals.offers.invariants import OF_OFFERS
from terminals.offers.models import Enrolment, Offer
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.factories import owner_of
from tests.races import all_at_once
from tests.terminals.offers.factories import enrolled, published, shop

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
HANDS, PLACES = 8, 3
CHECK = "offer_places_not_oversold"


@pytest.fixture
def crowd():
    branch = BranchFactory()
    return [shop(branch=branch) for _number in range(HANDS)]


def at_once(offer, crowd) -> list:
    """What each merchant's owner got for enrolling at the same moment."""
    owners = [owner_of(merchant) for merchant in crowd]

    def act(number):
        said = {"agrees": True, "by": owners[number], "now": clock.now()}
        return enrol(Offer.objects.get(pk=offer.pk), crowd[number], **said)

    return all_at_once(HANDS, act)


def sold(offer) -> tuple[int, int]:
    return Offer.objects.get(pk=offer.pk).enrolled_count, Enrolment.objects.live().filter(offer=offer).count()


def test_the_last_places_are_not_oversold(crowd):
    offer = published(branch=crowd[0].branch, quota=PLACES)

    answers = at_once(offer, crowd)

    assert sold(offer) == (PLACES, PLACES)
    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(lost) == HANDS - PLACES
    assert all(isinstance(answer, Refused) and "名额" in answer.sentence for answer in lost)


def test_without_the_lock_the_database_holds_the_places(crowd, settings):
    settings.RACE_WITHOUT_LOCKS = True
    offer = published(branch=crowd[0].branch, quota=PLACES)

    answers = at_once(offer, crowd)

    assert sold(offer) == (PLACES, PLACES)
    assert all(isinstance(answer, Refused) for answer in answers if isinstance(answer, Exception))


def test_without_lock_and_check_it_is_oversold(crowd, settings):
    """The negative control: what the two tests above rest on."""
    settings.RACE_WITHOUT_LOCKS = True
    offer = published(branch=crowd[0].branch, quota=PLACES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [CHECK])
        definition = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE offers_offer DROP CONSTRAINT {CHECK}")
    try:
        at_once(offer, crowd)
        count, rows = sold(offer)
    finally:
        Enrolment.objects.all().delete()
        Offer.objects.update(enrolled_count=0)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE offers_offer ADD CONSTRAINT {CHECK} {definition}")

    assert count == rows > PLACES


def test_pressed_many_times_at_once_a_merchant_is_enrolled_once():
    merchant = shop()
    offer, owner = published(branch=merchant.branch), owner_of(merchant)

    def act(_number):
        return enrol(Offer.objects.get(pk=offer.pk), merchant, agrees=True, by=owner, now=clock.now())

    all_at_once(HANDS, act)

    assert sold(offer) == (1, 1)


def test_withdrawn_many_times_at_once_gives_one_place_back():
    offer = published(quota=5)
    enrolment = enrolled(offer)
    enrolled(offer)
    owner = owner_of(enrolment.merchant)

    all_at_once(HANDS, lambda _n: Enrolment.objects.get(pk=enrolment.pk).withdraw(by=owner, now=clock.now()))

    assert sold(offer) == (1, 1)


def test_a_stop_beside_an_enrolment_leaves_none_without_a_terminal():
    merchant = shop()
    offer, owner, clerk = published(branch=merchant.branch), owner_of(merchant), StaffFactory()

    def stop() -> None:
        with transaction.atomic():
            lock_in_order(merchant)
            [terminal] = Terminal.objects.filter(merchant=merchant)
            terminal.wind_up(by=clerk, now=clock.now(), note="停用")
            end_with_stop(merchant, [terminal], by=clerk, now=clock.now())

    def act(number):
        if number:
            return enrol(Offer.objects.get(pk=offer.pk), merchant, agrees=True, by=owner, now=clock.now())
        return stop()

    all_at_once(2, act)

    assert not Enrolment.objects.live().exists()
    assert not [name for name, (_said, found) in OF_OFFERS.items() if list(found())]
