"""What a check is: a shape, rules that block, rules that only warn, each with a sentence that says what to do."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

LONGEST_INPUT = 200
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad"

Rule = Callable[[str, date], str]


def normalise(text: str) -> str:
    """The normal form of an identifier: NFKC, upper case, no spaces, hyphens or invisible characters.

    Idempotent. A text too long to be any identifier is only cut, and fails every check by its length.
    """
    if len(text) > LONGEST_INPUT:
        return text[: LONGEST_INPUT + 1]
    # Taking characters out may bring others together that fold once more
    for _turn in range(4):
        folded = _folded(text)
        if folded == text:
            break
        text = folded
    return text[: LONGEST_INPUT + 1]


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        char
        for char in folded
        if char not in HYPHENS and not char.isspace() and unicodedata.category(char) != "Cf"
    )


def always_good(value: str, on: date) -> str:
    return ""


@dataclass(frozen=True)
class Check:
    """One kind of identifier. `problem` blocks, `warning` is for the reviewer; both are "" where there is nothing to say.

    Both are strict on the normal form: edges `normalise` first. `on` is the day the identifier is judged on; today by default.
    """

    name: str
    label: Any
    shape: str
    advice: Any
    max_length: int
    rule: Rule = always_good
    doubt: Rule = always_good
    inputmode: str = "text"
    autocomplete: str = "off"
    _shape: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_shape", re.compile(self.shape, re.ASCII))

    def problem(self, value: str, *, on: date | None = None) -> str:
        """Why this value can't be accepted and what to do about it, or ""."""
        if len(value) > self.max_length:
            return _("%(label)s has at most %(limit)d characters. Shorten it.") % {
                "label": self.label,
                "limit": self.max_length,
            }
        if not self._shape.fullmatch(value):
            return str(self.advice)
        return self.rule(value, on or timezone.localdate())

    def warning(self, value: str, *, on: date | None = None) -> str:
        """What is doubtful about an acceptable value, or ""."""
        on = on or timezone.localdate()
        return "" if self.problem(value, on=on) else self.doubt(value, on)

    def is_sound(self, value: str, *, on: date | None = None) -> bool:
        """Neither a problem nor a doubt."""
        return not self.problem(value, on=on) and not self.warning(value, on=on)


def date_in(digits: str) -> date | None:
    """The day written as YYYYMMDD, or None where the calendar has no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
