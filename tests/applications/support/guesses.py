"""Numbers as somebody guesses them: of other merchants' terminals and devices, of devices in stock, of nothing at all; and what is to
be had from sending them."""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter, defaultdict
from functools import cache

from constance import config
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.support.models import SelfCheck
from tests.applications.portal import signed_in
from tests.applications.support.situations import fresh_serial, in_use, owner_of, somebody_elses, unlike
from tests.applications.support.test_privacy import alike

KINDS = ("foreign", "free", "unknown")
OUTCOMES = {"foreign": "O-05", "free": "O-07", "unknown": "O-06"}
# Of each kind so many rows are there to be hit.
MANY = 6
LITERAL = re.compile(r"'[^']*'|\d+")


def a_guesser(*, most: int = 100_000) -> Client:
    """Somebody with one terminal, who may ask so often in an hour."""
    config.self_checks_per_hour = most
    browser = signed_in(owner_of(in_use(label="我的").merchant))
    _rows.cache_clear()
    return browser


def number_of(kind: str) -> str:
    """A number of this kind, of the same length as every other one, and far from all of them."""
    return fresh_serial() if kind == "unknown" else secrets.choice(_rows(kind))


def guess(browser: Client, number: str):
    return browser.post("/check/", {"typed": number, "screen": "not_registered"})


class Guesses:
    """Guesses that were really sent, each with its page; everything that could tell one kind from another, as sets."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser
        self.answers, self.pages, self.sizes = set(), set(), set()
        # What the portal does now and then for itself, whatever the number, is no kind's usual question.
        self.asked: dict[str, Counter] = defaultdict(Counter)
        self.wrong: list[str] = []
        self.seconds: dict[str, list[float]] = defaultdict(list)
        for kind in KINDS:
            # The rows are made, and whatever is read once only has been.
            browser.get(guess(browser, number_of(kind)).url)

    def send(self, turn: int) -> None:
        """One guess of each kind; each kind is first, second and third equally often."""
        for kind in (KINDS * 2)[turn % 3 : turn % 3 + 3]:
            number = number_of(kind)
            # The log of queries is of a bounded length; what is beyond it would not be seen.
            reset_queries()
            with CaptureQueriesContext(connection) as asking:
                began = time.perf_counter()
                answer = guess(self.browser, number)
                page = self.browser.get(answer.url)
                self.seconds[kind].append(time.perf_counter() - began)
            self.answers.add((answer.status_code, page.status_code, len(answer.url), answer.content))
            shapes = tuple(LITERAL.sub("?", query["sql"]) for query in asking.captured_queries)
            assert shapes, "nothing was asked of the database"
            self.asked[kind][shapes] += 1
            self.pages.add(alike(page, number))
            self.sizes.add(len(page.content))
            if SelfCheck.objects.latest("pk").outcome != OUTCOMES[kind]:
                self.wrong.append(number)

    @property
    def sent(self) -> int:
        return sum(map(len, self.seconds.values()))

    @property
    def questions(self) -> set[tuple]:
        """The questions to the database that each kind usually leads to."""
        return {shapes.most_common(1)[0][0] for shapes in self.asked.values()}

    @property
    def told_apart(self) -> dict[str, int]:
        """How many different ones there are of each thing that can be seen; 1 where nothing is learnt."""
        return {name: len(getattr(self, name)) for name in ("answers", "questions", "pages", "sizes")}


@cache
def _rows(kind: str) -> list[str]:
    serials = [fresh_serial() for _each in range(MANY)]
    for serial in serials:
        somebody_elses(serial) if kind == "foreign" else unlike(serial)
    return serials
