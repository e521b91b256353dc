"""Where an answer leads: the page that puts it right, with everything filled in that is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.kinds import REQUESTS
from applications.models import Application
from applications.support.checking.advice import Door
from applications.support.checking.questions import Since
from applications.support.checking.told import advice_of, words_of
from applications.support.checking.tree import Outcome
from applications.support.models import SelfCheck

Kind = Application.Kind


class Way(NamedTuple):
    """A button: a link, or, with `again`, the form that asks once more."""

    words: str
    url: str = ""
    again: bool = False


def main_way(check: SelfCheck) -> Way:
    """The one main button of this answer."""
    advice = advice_of(check)
    if advice.door == Door.TICKET and "ticket" in check.facts:
        return person(check)
    words = str(advice.action) % words_of(check.facts)
    if advice.door == Door.AGAIN:
        return Way(words, again=True)
    if url := _url(advice.door, check):
        return Way(words, url)
    # What it leads to is not there: a person helps.
    return person(check) if advice.door != Door.BRANCH else _call(check)


def other_ways(check: SelfCheck) -> list[Way]:
    """A number that was right after all is registered; where all is in order at the bank, what can be filed, first what fits since when."""
    if check.outcome == Outcome.NEAR_MISS:
        return [Way(_("The number is right: register this terminal"), _url(Door.REGISTRATION, check))]
    if check.outcome != Outcome.FOR_A_PERSON or check.terminal is None:
        return []
    ways = {
        Since.SWAP: Way(_("The device was swapped: file the replacement"), _filing(Kind.REPLACEMENT, check)),
        Since.MOVE: Way(_("The shop moved: file the move"), _filing(Kind.RELOCATION, check)),
        Since.CHANGE: Way(_("Particulars changed: file the change"), _filing(Kind.CHANGE, check)),
    }
    in_order = sorted(ways.items(), key=lambda item: item[0] != check.since)
    return [way for _since, way in in_order if way.url]


def person(check: SelfCheck) -> Way:
    """To a person with this result, as a ticket: the one that opened by itself, or a new one."""
    if number := check.facts.get("ticket"):
        return Way(_("See ticket %(number)s") % {"number": number}, reverse("support:ticket", args=[number]))
    return Way(_("Hand it to a person"), _ticket(check))


def _ticket(check: SelfCheck) -> str:
    return f"{reverse('support:new_ticket')}?check={check.number}"


def _call(check: SelfCheck) -> Way:
    phone = check.branch.phone if check.branch else ""
    if not phone:
        return Way(_("Call the help line"), "#help-contact")
    return Way(_("Call the branch: %(phone)s") % {"phone": phone}, f"tel:{phone}")


def _url(door: Door, check: SelfCheck) -> str:
    """The address behind the door, or "" where there is none for this answer."""
    opens = DOORS.get(door)
    return opens(check) if opens else ""


def _suggestion(check: SelfCheck) -> str:
    asked = {"terminal": check.facts["near"], "screen": check.screen, "code": check.code}
    return f"{reverse('check')}?{urlencode(asked)}"


def _registration(check: SelfCheck) -> str:
    """A number that is no terminal of the merchant's is taken for the serial number on the label."""
    serial = "" if check.terminal else check.typed
    return f"{reverse('applications:new')}?{urlencode({'serial': serial})}"


def _page(check: SelfCheck) -> str:
    return reverse("terminals:terminal", args=[check.terminal.number]) if check.terminal else ""


def _filing(kind: str, check: SelfCheck) -> str:
    """To where this is asked for, unless it cannot be asked for now: nobody is sent before a closed door."""
    terminal, merchant = check.terminal, check.merchant
    if terminal is None or merchant is None:
        return ""
    if REQUESTS[kind].objection_to_begin(merchant=merchant, terminal=terminal):
        return ""
    known = {"merchant": merchant.number} if kind == Kind.CHANGE else {"terminal": terminal.number}
    return f"{reverse('applications:new_request', args=[kind])}?{urlencode(known)}"


def _by_fact(name: str, fact: str) -> Callable[[SelfCheck], str]:
    """To the page of what the answer names by this fact."""
    return lambda check: reverse(name, args=[check.facts[fact]]) if fact in check.facts else ""


DOORS: dict[Door, Callable[[SelfCheck], str]] = {
    Door.SUGGESTION: _suggestion,
    Door.REGISTRATION: _registration,
    Door.DRAFT: _by_fact("applications:draft", "application"),
    Door.APPLICATION: _by_fact("applications:status", "application"),
    Door.TERMINAL: _page,
    Door.NEW_CODE: lambda check: f"{_page(check)}?ask=code#ask",
    Door.REPLACEMENT: lambda check: _filing(Kind.REPLACEMENT, check),
    Door.RELOCATION: lambda check: _filing(Kind.RELOCATION, check),
    Door.CHANGE: lambda check: _filing(Kind.CHANGE, check),
    Door.CHARGE: _by_fact("returns:charge", "charge"),
    Door.SUCCESSOR: _by_fact("terminals:terminal", "successor"),
    Door.NOTICE: _by_fact("notices:notice", "notice"),
    Door.TICKET: _ticket,
}
