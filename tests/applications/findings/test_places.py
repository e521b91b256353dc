"""Points, cities and distances of the places where terminals will stand."""

from decimal import Decimal

import pytest

from merchants.models import Outlet
from tests.applications.factories import (
    RegistrationFactory,
)
from tests.applications.findings.cases import HERE, TODAY, ask_for, case_of, found, in_days, levels, shows
from tests.merchants.factories import onboarded, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return case_of()


PLACE = "placement:1:place"
# The Temple of Heaven in Beijing.
THERE = {"latitude": Decimal("39.8822"), "longitude": Decimal("116.4066"), "coord_system": "gcj02"}


@pytest.mark.parametrize(
    ("point", "code", "level"),
    [
        (HERE, "point_in_division", "ok"),
        (HERE | {"coord_system": "gcj02"}, "point_in_division", "ok"),
        # Just over the border, by less than the two systems differ.
        (HERE | {"longitude": Decimal("122.307")}, "point_in_division", "ok"),
        (HERE | {"longitude": Decimal("122.45")}, "point_outside_division", "warn"),
        (THERE, "point_outside_division", "warn"),
    ],
)
def test_a_point_that_cannot_be_at_its_address(case, point, code, level):
    ask_for(case, **point)

    shows(case, code, level, PLACE)


def test_without_a_point_nothing_is_said_of_it(case):
    assert not {"point_in_division", "point_outside_division"} & set(found(case))


@pytest.mark.parametrize(("division", "is_told"), [("310101", False), ("320505", True), ("110101", True)])
def test_a_terminal_in_another_city_than_the_business(case, division, is_told):
    ask_for(case, division=division)

    assert levels(case, "place_other_city") == ({"warn"} if is_told else set())
    if is_told:
        shows(case, "place_other_city", "warn", PLACE)


def near(metres: int, **changed) -> dict:
    """A point so far north of HERE."""
    return HERE | {"latitude": HERE["latitude"] + Decimal(metres) / 111_195} | changed


@pytest.mark.parametrize(
    ("point", "address", "code"),
    [
        (near(400), "示范路 18 号", "place_near_business"),
        (near(600), "示范路 18 号", "place_far_from_business"),
        # A map and a device tell the same spot up to 700 metres apart.
        (near(1_100, coord_system="gcj02"), "示范路 18 号", "place_near_business"),
        (near(1_300, coord_system="gcj02"), "示范路 18 号", "place_far_from_business"),
        (near(1_900), "样例路 1 号", "place_near_business"),
        (near(2_100), "样例路 1 号", "place_far_from_business"),
        (near(9_000, is_mobile=True), "样例路 1 号", ""),
    ],
)
def test_how_far_a_terminal_stands_from_the_business(point, address, code):
    merchant = onboarded()
    Outlet.objects.create(
        merchant=merchant, name="门店", division_id="310115", address="示范路 18 号", **HERE
    )
    mine = {"merchant": merchant, "applicant": owner_of(merchant), "branch": merchant.branch}
    case = RegistrationFactory(**mine)
    ask_for(
        case, address=address, **{name: round(v, 6) if name == "latitude" else v for name, v in point.items()}
    )

    said = {"place_near_business", "place_far_from_business"} & set(found(case))

    assert said == ({code} if code else set())
    if code:
        shows(case, code, "ok" if code == "place_near_business" else "warn", PLACE)


def test_a_newcomers_terminals_are_compared_with_each_other():
    case = RegistrationFactory(terminals=2)
    case.placements.filter(position=1).update(**HERE)
    case.placements.filter(position=2).update(
        **{k: round(v, 6) if k == "latitude" else v for k, v in near(3_000).items()}
    )

    shows(case, "place_far_from_business", "warn", "placement:2:place")


def test_a_wished_day_that_has_passed(case):
    ask_for(case, expected_install_on=in_days(-1))
    shows(case, "install_date_past", "warn", "placement:1:terms")

    ask_for(case, expected_install_on=TODAY)
    assert levels(case, "install_date_past") == set()
