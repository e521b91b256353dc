"""The form of an advice: what a page says of an outcome, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Raised with every change of a text or of the tree; an answer keeps the version that it was given by.
VERSION = 2
Words = str | Promise


class Acts(StrEnum):
    MERCHANT = "merchant"
    BANK = "bank"
    BOTH = "both"
    SYSTEM = "system"


WHO: dict[Acts, Words] = {
    Acts.MERCHANT: _("You"),
    Acts.BANK: _("The bank"),
    Acts.BOTH: _("You, then the bank"),
    Acts.SYSTEM: _("Nobody: it goes on by itself"),
}


class Door(StrEnum):
    """Where the one main button leads; `doors` knows the address."""

    AGAIN = "again"
    SUGGESTION = "suggestion"
    REGISTRATION = "registration"
    DRAFT = "draft"
    APPLICATION = "application"
    TERMINAL = "terminal"
    NEW_CODE = "new_code"
    REPLACEMENT = "replacement"
    RELOCATION = "relocation"
    CHANGE = "change"
    CHARGE = "charge"
    SUCCESSOR = "successor"
    NOTICE = "notice"
    TICKET = "ticket"
    BRANCH = "branch"


@dataclass(frozen=True)
class Advice:
    """At most four steps. Texts may name facts of the answer, as in `%(due)s`."""

    title: Words
    cause: Words
    steps: tuple[Words, ...]
    who: Acts
    recheck: Words
    door: Door
    action: Words
    tone: str = "warn"

    def told(self, facts: dict[str, Any]) -> ToldAdvice:
        def say(words: Words) -> str:
            return str(words) % facts

        return ToldAdvice(
            say(self.title), say(self.cause), [say(step) for step in self.steps], say(self.recheck)
        )


@dataclass(frozen=True)
class ToldAdvice:
    title: str
    cause: str
    steps: list[str]
    recheck: str
