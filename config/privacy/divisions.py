"""Administrative divisions (GB/T 2260) with their years, from the data of python-stdnum.

Cities without districts (441900 东莞, 442000 中山, 620200 嘉峪关, 460400 儋州) are leaves, and counties governed by their province
(429004 仙桃, 659001 石河子) hang under it: a code that ends in "00" may well be the finest there is.
"""

import re
from functools import cache
from typing import Literal, NamedTuple

from stdnum import numdb

Level = Literal["province", "city", "county"]
PROVINCE: Level = "province"
CITY: Level = "city"
COUNTY: Level = "county"


class Division(NamedTuple):
    code: str
    name: str
    level: Level
    parent: str


class Period(NamedTuple):
    """A name and the years it held, both inclusive; None is open."""

    name: str
    since: int | None
    until: int | None

    def holds_in(self, year: int) -> bool:
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


# Abolished long ago, but the data gives them no last year: 随州 is 421300 and 神农架 429021 today
ABOLISHED = frozenset({"422900", "422921", "429001"})
# Not places but headings of the standard: "districts of the city", "counties", "governed by the province"
HEADINGS = frozenset({"市辖区", "县", "省直辖县级行政单位", "自治区直辖县级行政单位"})
PERIOD = re.compile(r"(?:\[([0-9]*)-([0-9]*)\])?(.+)")


def current_divisions() -> list[Division]:
    """Every division of today, provinces first, then cities, then counties; the parent of a province is ""."""
    today = {code: _current_name(code) for code in _periods()}
    places = {code: name for code, name in today.items() if name and name not in HEADINGS}
    rows = [Division(code, name, _level(code), _parent(code, places)) for code, name in places.items()]
    return sorted(rows, key=lambda row: ((PROVINCE, CITY, COUNTY).index(row.level), row.code))


def is_known(code: str) -> bool:
    """Whether the code names or once named a province, city or county."""
    return code in _periods()


def is_valid_in(code: str, *, year: int) -> bool:
    """Whether the code was in use in that year."""
    if code in ABOLISHED and year > 2000:
        return False
    return any(period.holds_in(year) for period in _periods().get(code, ()))


def was_abolished_before(code: str, *, year: int) -> bool:
    """Whether the code was out of use before that year. The data is a year loose, so a year's grace is given."""
    return all(period.until is not None and period.until + 1 < year for period in _periods().get(code, ()))


def province_name(prefix: str) -> str:
    """The name of the province with these first two digits, or ""."""
    return next((period.name for period in _periods().get(f"{prefix}0000", ())), "")


def _level(code: str) -> Level:
    if code.endswith("0000"):
        return PROVINCE
    return CITY if code.endswith("00") else COUNTY


def _parent(code: str, places: dict[str, str]) -> str:
    level = _level(code)
    if level == PROVINCE:
        return ""
    city = f"{code[:4]}00"
    return city if level == COUNTY and city in places else f"{code[:2]}0000"


def _current_name(code: str) -> str:
    if code in ABOLISHED:
        return ""
    return next((period.name for period in reversed(_periods()[code]) if period.until is None), "")


@cache
def _periods() -> dict[str, tuple[Period, ...]]:
    return {
        province + rest: tuple(_period(part) for part in properties["county"].split(","))
        for _length, province, _high, _properties, counties in numdb.get("cn/loc").prefixes
        for _rest_length, rest, _rest_high, properties, _children in counties
    }


def _period(text: str) -> Period:
    found = PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(f"The data of python-stdnum names a place in a way not known here: {text}")
    return Period(found[3], int(found[1]) if found[1] else None, int(found[2]) if found[2] else None)
