"""Where the provinces lie, told by cities that everybody can look up."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from config.privacy.divisions import PROVINCE, current_divisions
from merchants.provinces import OFFSET_METRES, box_of, metres_between, provinces_holding

# Latitude and longitude of each capital, and of towns at the far ends of the land.
CITIES = [
    ("110100", 39.90, 116.41),
    ("120100", 39.08, 117.20),
    ("130100", 38.04, 114.51),
    ("130200", 39.63, 118.18),
    ("140100", 37.87, 112.55),
    ("150100", 40.84, 111.75),
    ("150700", 49.21, 119.77),
    ("210100", 41.81, 123.43),
    ("210200", 38.91, 121.61),
    ("220100", 43.82, 125.32),
    ("222400", 42.91, 129.51),
    ("230100", 45.80, 126.53),
    ("230883", 48.36, 134.31),
    ("232701", 52.97, 122.54),
    ("310115", 31.22, 121.54),
    ("310151", 31.62, 121.40),
    ("320100", 32.06, 118.80),
    ("320500", 31.30, 120.59),
    ("330100", 30.27, 120.16),
    ("330922", 30.73, 122.45),
    ("340100", 31.82, 117.23),
    ("350100", 26.07, 119.30),
    ("350200", 24.48, 118.09),
    ("360100", 28.68, 115.86),
    ("370100", 36.65, 117.12),
    ("371082", 37.17, 122.49),
    ("410100", 34.75, 113.63),
    ("420100", 30.59, 114.31),
    ("430100", 28.23, 112.94),
    ("440100", 23.13, 113.26),
    ("440300", 22.54, 114.06),
    ("440800", 21.27, 110.36),
    ("450100", 22.82, 108.37),
    ("460100", 20.04, 110.20),
    ("460200", 18.25, 109.51),
    ("460300", 16.83, 112.34),
    ("500100", 29.56, 106.55),
    ("510100", 30.57, 104.07),
    ("510400", 26.58, 101.72),
    ("520100", 26.65, 106.63),
    ("530100", 25.04, 102.71),
    ("532800", 22.01, 100.80),
    ("540100", 29.65, 91.14),
    ("542500", 32.50, 80.10),
    ("610100", 34.34, 108.94),
    ("620100", 36.06, 103.83),
    ("620900", 39.73, 98.49),
    ("630100", 36.62, 101.78),
    ("640100", 38.49, 106.23),
    ("650100", 43.83, 87.62),
    ("653100", 39.47, 75.99),
    ("710000", 25.03, 121.57),
    ("810000", 22.30, 114.17),
    ("820000", 22.19, 113.54),
]


@pytest.mark.parametrize(("code", "latitude", "longitude"), CITIES)
def test_a_city_lies_in_its_province(code, latitude, longitude):
    box = box_of(code)

    assert box.holds(Decimal(str(latitude)), Decimal(str(longitude)))
    assert f"{code[:2]}0000" in provinces_holding(Decimal(str(latitude)), Decimal(str(longitude)))


@pytest.mark.parametrize(("code", "latitude", "longitude"), CITIES)
def test_the_boxes_are_not_the_whole_land(code, latitude, longitude):
    assert len(provinces_holding(Decimal(str(latitude)), Decimal(str(longitude)))) <= 5


def test_every_province_has_its_box():
    provinces = {row.code for row in current_divisions() if row.level == PROVINCE}

    assert [code for code in sorted(provinces) if box_of(code) is None] == []
    assert {code[:2] for code, _, _ in CITIES} >= {code[:2] for code in provinces}
    assert box_of("") is None


def point(latitude: str, longitude: str, system: str = "wgs84") -> SimpleNamespace:
    return SimpleNamespace(latitude=Decimal(latitude), longitude=Decimal(longitude), coord_system=system)


def test_distances_on_the_ground():
    bund, tower = point("31.2400", "121.4900"), point("31.2397", "121.4998")

    assert 920 < metres_between(bund, tower) < 945
    assert metres_between(bund, bund) == 0
    assert 1_060_000 < metres_between(bund, point("39.9042", "116.4074")) < 1_075_000


def test_two_coordinate_systems_are_given_their_offset():
    one, other = point("31.2400", "121.4900"), point("31.2500", "121.4900", "gcj02")

    assert metres_between(one, other) == metres_between(one, point("31.2500", "121.4900")) - OFFSET_METRES
    assert metres_between(one, point("31.2420", "121.4900", "gcj02")) == 0
