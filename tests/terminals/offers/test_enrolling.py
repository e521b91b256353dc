"""A merchant enrols, withdraws, and what ends its enrolment; every step through the verbs, told and on record."""

from datetime import timedelta

import pytest

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from merchants.people import admit
from terminals.models import SuspensionReason
from terminals.offers.ending import end_offer, end_what_is_over, end_with_stop, would_end
from terminals.offers.enrolling import enrol
from terminals.offers.models import Enrolment, Offer
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.merchants.factories import owner_of
from tests.terminals.offers.factories import DAY, answers, drafted, ended, enrolled, published, shop

pytestmark = pytest.mark.django_db


def refused(act) -> Refused:
    with pytest.raises(Refused) as found:
        act()
    return found.value


def try_to_enrol(offer, merchant, **changed):
    said = {"agrees": True, "by": owner_of(merchant), "now": clock.now()} | changed
    return lambda: enrol(offer, merchant, **said)


def told(kind: str) -> list[str]:
    return [message.context["number"] for message in OutboxMessage.objects.filter(kind=kind, channel="inbox")]


# -- writing and publishing -----------------------------------------------------------------------------------------------


def test_whoever_wrote_or_changed_it_does_not_publish_it():
    offer = drafted()
    writer, other = offer.written_by, StaffFactory(role="supervisor")
    last = StaffFactory(role="supervisor")
    offer.rewrite(answers(), by=other, now=clock.now())
    offer.rewrite(answers(title_zh="改过"), by=last, now=clock.now())

    for person in (writer, other, last):
        assert "同事" in refused(lambda person=person: offer.publish(by=person, now=clock.now())).sentence
    offer.publish(by=StaffFactory(role="supervisor"), now=clock.now())

    assert (offer.status, offer.title_zh) == ("published", "改过")


def test_what_is_published_is_not_written_anew():
    offer = published()

    assert refused(lambda: offer.rewrite(answers(), by=StaffFactory(), now=clock.now())).code == "wrong_state"


def test_an_offer_nobody_could_enrol_in_is_not_published():
    offer = drafted(enrol_from=clock.today() - 9 * DAY, enrol_until=clock.today() - DAY)

    refused(lambda: offer.publish(by=StaffFactory(), now=clock.now()))


def test_days_out_of_order_are_told_by_their_constraint():
    with pytest.raises(Refused) as found:
        drafted(ends_on=clock.today() - DAY)

    assert found.value.code == "constraint"


def test_a_draft_can_be_discarded_and_nothing_else():
    offer = drafted()
    offer.discard(by=offer.written_by, now=clock.now())

    assert refused(lambda: offer.publish(by=StaffFactory(), now=clock.now())).code == "wrong_state"


# -- enrolling ------------------------------------------------------------------------------------------------------------


def test_an_owner_enrols_the_merchant():
    merchant = shop()
    offer = published(branch=merchant.branch, quota=2)

    enrolment = enrolled(offer, merchant)

    offer.refresh_from_db()
    assert (enrolment.status, enrolment.enrolled_by, offer.enrolled_count) == (
        "enrolled",
        owner_of(merchant),
        1,
    )
    assert told("offer_enrolled") == [offer.number]
    assert AuditEvent.objects.of(enrolment).filter(action="offer_enrolled").count() == 1
    assert refused(try_to_enrol(offer, merchant)).code == "wrong_state"


def test_an_operator_and_a_stranger_do_not():
    merchant, operator = shop(), MerchantUserFactory()
    admit(operator, merchant, "operator", by=owner_of(merchant), now=clock.now())
    offer = published(branch=merchant.branch)

    for person in (operator, MerchantUserFactory(), StaffFactory()):
        assert refused(try_to_enrol(offer, merchant, by=person)).code == "not_yours"
    assert not Enrolment.objects.exists()


def test_without_the_agreement_nothing_happens():
    merchant = shop()

    assert (
        refused(try_to_enrol(published(branch=merchant.branch), merchant, agrees=False)).code == "disagrees"
    )


def test_outside_its_time_an_offer_accepts_nobody():
    merchant = shop()
    branch, today = merchant.branch, clock.today()
    later = published(branch=branch, enrol_from=today + 2 * DAY)
    past = published(branch=branch, enrol_until=today + DAY)
    offers = [drafted(branch=branch), ended(branch=branch), later]

    for offer in offers:
        assert refused(try_to_enrol(offer, merchant)).code == "wrong_state"
    assert refused(try_to_enrol(past, merchant, now=clock.now() + 2 * DAY)).code == "wrong_state"
    assert refused(try_to_enrol(past, merchant, now=clock.now() + 200 * DAY)).code == "wrong_state"
    assert not Enrolment.objects.exists()


def test_who_is_not_eligible_reads_every_reason():
    merchant = shop()
    offer = published(branch=merchant.branch, min_terminals=2, categories=["5812"])

    assert len(refused(try_to_enrol(offer, merchant)).sentence.splitlines()) == 2


def test_the_last_place_is_taken_once():
    offer = published(quota=1)
    enrolled(offer)
    late = shop(branch=offer.branch)

    assert "名额" in refused(try_to_enrol(offer, late)).sentence


def test_terminals_enrol_each_by_itself():
    merchant = shop(terminals=3)
    numbers = list(merchant.terminals.order_by("pk").values_list("number", flat=True))
    offer = published(branch=merchant.branch, is_per_terminal=True, quota=2)

    assert refused(try_to_enrol(offer, merchant)).code == "no_terminal"
    assert refused(try_to_enrol(offer, merchant, terminals=["ZZ999999"])).code == "no_terminal"
    assert refused(try_to_enrol(offer, merchant, terminals=numbers)).code == "wrong_state"
    enrol(offer, merchant, agrees=True, terminals=numbers[:2], by=owner_of(merchant), now=clock.now())
    assert refused(try_to_enrol(offer, merchant, terminals=numbers[2:])).code == "wrong_state"

    offer.refresh_from_db()
    assert offer.enrolled_count == 2
    assert sorted(offer.enrolments.values_list("terminal__number", flat=True)) == sorted(numbers[:2])


def test_a_terminal_of_another_merchant_is_not_enrolled():
    branch = BranchFactory()
    merchant, other = shop(branch=branch), shop(branch=branch)
    offer = published(branch=branch, is_per_terminal=True)
    foreign = other.terminals.get().number

    assert refused(try_to_enrol(offer, merchant, terminals=[foreign])).code == "no_terminal"


# -- withdrawing ----------------------------------------------------------------------------------------------------------


def test_an_owner_withdraws_before_the_offer_begins_and_the_place_is_free():
    offer = published(quota=1)
    enrolment = enrolled(offer)
    owner = owner_of(enrolment.merchant)

    enrolment.withdraw(by=owner, now=clock.now())

    offer.refresh_from_db()
    assert (enrolment.status, enrolment.left_by, offer.enrolled_count) == ("withdrawn", owner, 0)
    assert enrolled(offer, enrolment.merchant).status == "enrolled"


def test_once_it_has_begun_nobody_withdraws():
    enrolment = enrolled()
    owner = owner_of(enrolment.merchant)

    assert refused(lambda: enrolment.withdraw(by=owner, now=clock.now() + 10 * DAY)).code == "wrong_state"
    assert refused(lambda: enrolment.withdraw(by=StaffFactory(), now=clock.now())).code == "wrong_state"
    assert Enrolment.objects.get().status == "enrolled"


# -- ending ---------------------------------------------------------------------------------------------------------------


def test_the_end_of_its_time_ends_an_offer_once():
    offer = published(quota=5)
    gone = enrolled(offer)
    gone.withdraw(by=owner_of(gone.merchant), now=clock.now())
    enrolment = enrolled(offer)
    after = clock.now() + 101 * DAY

    assert end_what_is_over(clock.now() + 99 * DAY) == 0
    assert [end_what_is_over(after), end_what_is_over(after + DAY)] == [1, 0]

    offer.refresh_from_db()
    enrolment.refresh_from_db()
    gone.refresh_from_db()
    assert (offer.status, offer.enrolled_count) == ("ended", 0)
    assert (enrolment.status, enrolment.reason, gone.status) == ("ended", "over", "withdrawn")
    assert told("offer_over") == [offer.number]
    assert changes_of(offer).filter(to_status="ended").count() == 1


def test_the_bank_ends_an_offer_early():
    offer = published()
    enrolment = enrolled(offer)

    end_offer(offer, by=StaffFactory(), now=clock.now(), note="预算用完")

    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.reason) == ("ended", "called_off")
    assert told("offer_called_off") == [offer.number]
    assert (
        refused(lambda: end_offer(offer, by=StaffFactory(), now=clock.now(), note="")).code == "wrong_state"
    )


def test_a_stop_ends_what_the_terminal_takes_part_in_and_what_needs_more_than_are_left():
    merchant = shop(terminals=2)
    first, second = merchant.terminals.order_by("pk")
    needs_two = enrolled(published(branch=merchant.branch, min_terminals=2), merchant)
    needs_one = enrolled(published(branch=merchant.branch), merchant)
    by_itself = published(branch=merchant.branch, is_per_terminal=True)
    of_first = enrolled(by_itself, merchant, terminals=[first.number])
    of_second = enrolled(by_itself, merchant, terminals=[second.number])

    before = [(each.enrolment.pk, each.reason) for each in would_end(merchant, [first])]
    end_with_stop(merchant, [first], by=StaffFactory(), now=clock.now())

    assert before == [(needs_two.pk, "too_few"), (of_first.pk, "terminal_stopped")]
    assert set(Enrolment.objects.live()) == {needs_one, of_second}
    assert sorted(told("offer_enrolment_ended")) == sorted([needs_two.offer.number, by_itself.number])
    assert Offer.objects.get(pk=by_itself.pk).enrolled_count == 1


def test_a_suspension_ends_nothing():
    enrolment = enrolled()
    [terminal] = enrolment.merchant.terminals.all()
    reason = SuspensionReason.objects.filter(needs_notice=False).first()
    terminal.suspend(by=StaffFactory(), now=clock.now(), reason=reason, note="")

    end_with_stop(enrolment.merchant, [], by=StaffFactory(), now=clock.now())

    assert Enrolment.objects.live().get() == enrolment


def test_the_sweep_goes_past_one_that_breaks():
    offer, other = published(), published()
    enrolled(offer)
    Offer.objects.filter(pk=offer.pk).update(enrolled_count=0)

    done = end_what_is_over(clock.now() + timedelta(days=101))

    other.refresh_from_db()
    assert (done, other.status) == (1, "ended")
