"""Roughly where the provinces lie: for noticing a point that cannot be at its address, not for drawing borders."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data" / "provinces.csv"
# Degrees added on every side, about two kilometres: what GCJ-02 and WGS-84 differ by (at most 700 m), and the rounding.
TOLERANCE = Decimal("0.02")
# The most that two points may be apart only because one is of a Chinese map and the other of a device.
OFFSET_METRES = 700
EARTH_METRES = 6_371_009


class Box(NamedTuple):
    """The outermost west, south, east and north of a province, in degrees."""

    west: Decimal
    south: Decimal
    east: Decimal
    north: Decimal

    def holds(self, latitude: Decimal, longitude: Decimal) -> bool:
        """Whether the point is inside, with tolerance."""
        return (
            self.west - TOLERANCE <= longitude <= self.east + TOLERANCE
            and self.south - TOLERANCE <= latitude <= self.north + TOLERANCE
        )


def box_of(division_code: str) -> Box | None:
    """The box of the province that a division of any level belongs to, or None for no code."""
    return _boxes().get(division_code[:2])


def provinces_holding(latitude: Decimal, longitude: Decimal) -> list[str]:
    """Codes of the provinces in whose boxes the point lies; boxes overlap, so there may be several."""
    return [f"{code}0000" for code, box in _boxes().items() if box.holds(latitude, longitude)]


def metres_between(one, other) -> int:
    """The distance on the ground between two places with points, less what their coordinate systems may differ by.

    Great circle on the mean sphere: right to half a per cent, which is far finer than any threshold asks.
    """
    north, east = radians(float(one.latitude)), radians(float(one.longitude))
    north_2, east_2 = radians(float(other.latitude)), radians(float(other.longitude))
    half = sin((north_2 - north) / 2) ** 2 + cos(north) * cos(north_2) * sin((east_2 - east) / 2) ** 2
    apart = 2 * EARTH_METRES * asin(sqrt(half))
    allowed = 0 if one.coord_system == other.coord_system else OFFSET_METRES
    return max(round(apart) - allowed, 0)


@cache
def _boxes() -> dict[str, Box]:
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["code"][:2]: Box(*(Decimal(row[side]) for side in ("west", "south", "east", "north")))
            for row in rows
        }
