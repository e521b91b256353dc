"""A stop says which enrolments in offers it ends, ends them when it comes true, and tells the merchant; nothing brings them back."""

from datetime import timedelta

import pytest

from applications.models import Application
from applications.scheduled_effects import carry_out_due
from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from terminals.offers.models import Offer
from tests.applications.factories import reviewer_for
from tests.applications.portal import signed_in
from tests.applications.requests import approve, bank_stop, requested
from tests.applications.test_dormancy_stops import filed, unused
from tests.merchants.factories import onboarded
from tests.terminals.offers.factories import enrolled, published, shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    """Of a merchant with one terminal."""
    return enrolled()


def on_its_day() -> None:
    assert carry_out_due(clock.now() + timedelta(days=30)) == 1


def check_of(one) -> str:
    return signed_in(one.applicant).get(f"/applications/{one.number}/draft/check/").content.decode()


def state_of(enrolment) -> tuple[str, str]:
    enrolment.refresh_from_db()
    return enrolment.status, enrolment.reason


def told() -> int:
    return OutboxMessage.objects.filter(kind="offer_enrolment_ended", channel="inbox").count()


def test_the_page_before_the_submission_says_which_offers_end(enrolment):
    one = requested("deactivation", terminal=enrolment.merchant.terminals.get())

    page = check_of(one)

    assert "随本次停用终止的优惠活动" in page
    assert enrolment.offer.title in page
    assert state_of(enrolment) == ("enrolled", "")


def test_it_says_nothing_where_enough_terminals_are_left():
    merchant = shop(terminals=2)
    enrolment = enrolled(published(branch=merchant.branch), merchant)
    one = requested("deactivation", terminal=merchant.terminals.first())

    assert enrolment.offer.title not in check_of(one)


def test_other_applications_say_nothing_of_offers(enrolment):
    one = requested("relocation", terminal=enrolment.merchant.terminals.get())

    assert enrolment.offer.title not in check_of(one)


def test_a_closure_for_a_time_ends_nothing(enrolment):
    one = requested(
        "deactivation",
        terminal=enrolment.merchant.terminals.get(),
        is_temporary=True,
        resume_on=clock.today() + timedelta(days=40),
        return_way="",
    )

    assert enrolment.offer.title not in check_of(one)


def test_a_stop_ends_it_on_its_day_and_not_before(enrolment):
    requested("deactivation", terminal=enrolment.merchant.terminals.get(), state="approved")

    assert state_of(enrolment) == ("enrolled", "")
    on_its_day()

    assert state_of(enrolment) == ("ended", "too_few")
    enrolment.offer.refresh_from_db()
    assert enrolment.offer.enrolled_count == 0
    assert told() == 1


def test_a_stop_of_two_leaves_what_one_is_enough_for():
    merchant = shop(terminals=2)
    first, _second = merchant.terminals.order_by("pk")
    stays = enrolled(published(branch=merchant.branch), merchant)
    needs_two = enrolled(published(branch=merchant.branch, min_terminals=2), merchant)
    alone = enrolled(
        published(branch=merchant.branch, is_per_terminal=True), merchant, terminals=[first.number]
    )
    requested("deactivation", terminal=first, state="approved")
    on_its_day()

    assert [state_of(each) for each in (stays, needs_two, alone)] == [
        ("enrolled", ""),
        ("ended", "too_few"),
        ("ended", "terminal_stopped"),
    ]


def test_an_emergency_ends_it_at_once(enrolment):
    terminal = enrolment.merchant.terminals.get()
    one = bank_stop(terminal, "authority", is_emergency=True, state="under_review")
    approve(one)
    assert state_of(enrolment) == ("enrolled", "")
    one.release_decision(by=reviewer_for(one), now=clock.now(), version=one.version)

    assert one.status == Application.Status.APPROVED
    assert state_of(enrolment) == ("ended", "too_few")


def test_a_stop_for_want_of_use_ends_it_as_well():
    """The system files it and a reviewer approves: a stop like any other."""
    merchant = onboarded()
    unused(merchant=merchant)
    enrolment = enrolled(published(branch=merchant.branch), merchant)
    one = filed()
    one.claim(by=reviewer_for(one), now=clock.now())
    approve(one)
    carry_out_due(clock.now() + timedelta(days=60))

    assert one.initiator == "system"
    assert state_of(enrolment) == ("ended", "too_few")


def test_stop_and_end_are_one_transaction(enrolment):
    """Where the places do not add up the enrolment cannot end, and then the terminal is not stopped either."""
    terminal = enrolment.merchant.terminals.get()
    requested("deactivation", terminal=terminal, state="approved")
    Offer.objects.update(enrolled_count=0)

    assert carry_out_due(clock.now() + timedelta(days=30)) == 0

    terminal.refresh_from_db()
    assert (terminal.status, state_of(enrolment), told()) == ("active", ("enrolled", ""), 0)


def test_a_revoked_stop_brings_no_enrolment_back(enrolment):
    one = requested("deactivation", terminal=enrolment.merchant.terminals.get(), state="approved")
    on_its_day()
    one.refresh_from_db()
    one.ask_revocation(by=reviewer_for(one), now=clock.now(), note="误办")
    one.revoke(by=reviewer_for(one), now=clock.now())

    assert enrolment.merchant.terminals.get().status == "active"
    assert state_of(enrolment) == ("ended", "too_few")
    assert enrolled(enrolment.offer, enrolment.merchant).status == "enrolled"
