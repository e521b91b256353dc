"""What tells one business of a rehearsal from all others: numbers with right check digits, names, a branch, a reviewer, a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

from stdnum.iso7064 import mod_11_2

from applications.demo import numbers
from applications.scale import names
from applications.scale.pattern import Clone, moved
from applications.scale.specimens import Specimen
from config.accounts.models import Branch

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BORN_FROM, BIRTHDAYS = date(1955, 1, 1), 16_000


class Inventor:
    """Makes clones of specimens. Nothing that it gives away is given twice, or is a specimen's own."""

    # The last four of the fifteen signs of a merchant number.
    MOST_MERCHANTS = len(DIGITS) ** 4 - 100

    def __init__(self, specimens: list[Specimen], places: list[Branch], reviewers: list[int]) -> None:
        self._luck = Random(20261124)  # noqa: S311 - the same register every time
        self._places, self._reviewers = places, reviewers
        self._taken = {text for specimen in specimens for text in specimen.marks.values()}
        self._people, self._shops = count(1), count(1)
        self._serials, self._terminals, self._merchants = count(1), count(1), count(1)
        self._of_the_day: Counter[str] = Counter()
        self._slips: Counter[tuple[str, int]] = Counter()

    def clones(self, specimen: Specimen, *, number: int, span: int) -> Iterator[Clone]:
        """So many more of the specimen, spread evenly over `span` days that end on its own day, the oldest first."""
        for at in range(number):
            days = -span + at * span // number
            branch = self._luck.choice(self._places)
            yield Clone(
                at=at,
                days=days,
                marks={name: self._mark(name, text, days, branch) for name, text in self._whole(specimen)},
                branch_key=branch.pk,
                reviewer_key=self._luck.choice(self._reviewers),
            )

    def close_series(self, series: Any, name: str) -> None:
        """The next slip of each branch and year comes after the last one given away here."""
        for (scope, year), last in self._slips.items():
            series.objects.update_or_create(series=name, scope=scope, year=year, defaults={"last": last})

    def _whole(self, specimen: Specimen) -> Iterator[tuple[str, str]]:
        """The marks of one clone. People and shops are drawn once for each and then spelled in several ways."""
        self._issued_on = specimen.issued_on
        self._shop = names.shop(self._luck, rare=next(self._shops) % 100_000 == 0)
        self._person = names.person(self._luck)
        self._order = next(self._people)
        yield from specimen.marks.items()

    def _mark(self, name: str, text: str, days: int, branch: Branch) -> str:
        return self._SPELLED[name.split(maxsplit=1)[0]](self, text, days, branch)

    # -- each mark in its own form; `text` is the specimen's ---------------------------------------------------------

    def _application(self, text: str, days: int, branch: Branch) -> str:
        day = moved(f"{text[3:7]}-{text[7:9]}-{text[9:11]}", days).replace("-", "")

        def drawn() -> str:
            self._of_the_day[day] += 1
            return f"{text[:3]}{day}-{self._of_the_day[day] - 1:06d}"

        return self._free(drawn)

    def _slip(self, text: str, days: int, branch: Branch) -> str:
        year = int(moved(self._issued_on, days)[:4])
        self._slips[branch.code, year] += 1
        return f"HZ-{branch.code}-{year}-{self._slips[branch.code, year]:05d}"

    def _registered_name(self, text: str, days: int, branch: Branch) -> str:
        return f"商户_{self._person}" if text.startswith("商户_") else self._shop

    def _account(self, text: str, days: int, branch: Branch) -> str:
        return numbers.card(f"62999{self._order:013d}")

    def _id_number(self, text: str, days: int, branch: Branch) -> str:
        # At most 999 are born in a place on a day: 001 to 999. The demonstration's people are each 000 of their day.
        born = BORN_FROM + timedelta(days=self._order // 999 % BIRTHDAYS)
        front = f"310115{born:%Y%m%d}{self._order % 999 + 1:03d}"
        return front + mod_11_2.calc_check_digit(front)

    def _uscc(self, text: str, days: int, branch: Branch) -> str:
        # With a letter, which no specimen and no business of the demonstration has there.
        return numbers.credit_code("92", "310115", f"G{self._order:07d}")

    def _merchant(self, text: str, days: int, branch: Branch) -> str:
        return self._free(lambda: text[:11] + _in_36(next(self._merchants)))

    _SPELLED: dict[str, Callable[..., str]] = {
        "application": _application,
        "slip": _slip,
        "registered_name": _registered_name,
        "trading_name": lambda self, *_: self._shop[:20],
        "person": lambda self, *_: self._person,
        "email": lambda self, *_: f"person{self._order:07d}@scale.example",
        "mobile": lambda self, *_: f"166{self._order:08d}",
        "account": _account,
        "id_number": _id_number,
        "uscc": _uscc,
        "merchant": _merchant,
        "serial": lambda self, *_: f"S9{next(self._serials):09d}",
        "terminal": lambda self, *_: self._free(lambda: f"{next(self._terminals):08d}"),
    }

    def _free(self, draw: Callable[[], str]) -> str:
        while (text := draw()) in self._taken:
            pass
        return text


def _in_36(number: int) -> str:
    signs = ""
    for _ in range(4):
        number, rest = divmod(number, 36)
        signs = DIGITS[rest] + signs
    return signs
