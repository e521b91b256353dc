"""What must never be false of offers and enrolments, each by the name of its constraint."""

import pytest
from django.db import IntegrityError, transaction

from config.kernel import clock
from config.kernel.constraints import broken_constraint
from terminals.offers.models import Enrolment, Offer
from tests.accounts.factories import StaffFactory
from tests.terminals.offers.factories import DAY, drafted, enrolled, published, shop

pytestmark = pytest.mark.django_db


def breaks(name, row, **values) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**values)
    assert broken_constraint(error.value).name == name


def again(name, row) -> None:
    row.pk = None
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save(force_insert=True)
    assert broken_constraint(error.value).name == name


def test_offer_places_not_oversold():
    breaks("offer_places_not_oversold", published(quota=1), enrolled_count=2)


def test_offer_enrols_once_published():
    breaks("offer_enrols_once_published", drafted(), enrolled_count=1)


OF_DRAFTS = {
    "offer_status_known": [{"status": "asleep"}],
    "offer_has_places": [{"quota": 0}],
    "offer_needs_a_terminal": [{"min_terminals": 0}],
    "offer_rate_is_a_share": [{"rate_bp": 10_001}],
    "offer_period_in_order": [{"starts_on": clock.today() + 101 * DAY}],
    "offer_enrolment_in_order": [
        {"enrol_from": clock.today() + 31 * DAY},
        {"enrol_until": clock.today() + 101 * DAY},
    ],
    "offer_rewritten_whole": [{"rewritten_at": clock.now()}],
    "offer_published_whole": [{"status": "published"}, {"published_at": clock.now()}],
    "offer_ended_whole": [{"ended_at": clock.now()}],
}


@pytest.mark.parametrize(
    ("name", "values"), [(name, one) for name, many in OF_DRAFTS.items() for one in many]
)
def test_of_a_draft(name, values):
    breaks(name, drafted(), **values)


def test_offer_ended_whole():
    breaks("offer_ended_whole", published(), status="ended")


@pytest.mark.parametrize("column", ["written_by", "rewritten_by"])
def test_offer_published_by_second(column):
    offer = published()
    whole = {"rewritten_at": clock.now()} if column == "rewritten_by" else {}

    breaks("offer_published_by_second", offer, **{column: offer.published_by}, **whole)


def test_enrolment_once_per_merchant():
    again("enrolment_once_per_merchant", enrolled())


def test_enrolment_once_per_terminal():
    merchant = shop()
    offer = published(branch=merchant.branch, is_per_terminal=True)

    again(
        "enrolment_once_per_terminal", enrolled(offer, merchant, terminals=[merchant.terminals.get().number])
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("enrolment_left_whole", {"status": "withdrawn"}),
        ("enrolment_left_whole", {"left_at": clock.now()}),
        ("enrolment_ended_for_a_reason", {"reason": "over"}),
    ],
)
def test_of_an_enrolment(name, values):
    breaks(name, enrolled(), **values)


def test_enrolment_status_known():
    said = {"status": "asleep", "left_at": clock.now(), "left_by": StaffFactory()}

    breaks("enrolment_status_known", enrolled(), **said)


def test_an_enrolment_that_ended_says_why():
    said = {"status": "ended", "left_at": clock.now(), "left_by": StaffFactory()}

    breaks("enrolment_ended_for_a_reason", enrolled(), **said)


def test_every_constraint_has_its_test():
    named = {constraint.name for model in (Offer, Enrolment) for constraint in model._meta.constraints}
    tested = {
        *OF_DRAFTS,
        "offer_places_not_oversold",
        "offer_enrols_once_published",
        "offer_published_by_second",
        "enrolment_once_per_merchant",
        "enrolment_once_per_terminal",
        "enrolment_status_known",
        "enrolment_left_whole",
        "enrolment_ended_for_a_reason",
    }

    assert named == tested
