"""What a terminal may do in its state: one table for the device and for the words its merchant reads."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terminals.models import Terminal

Status = Terminal.Status
Service = Terminal.Service

TAKES_PAYMENTS = frozenset({Status.ACTIVE, Status.DORMANT_REVIEW})
# Beside the services agreed for it; a terminal that only winds up its business has no others.
ALWAYS_WITH_PAYMENTS = ["settlement", "reversal"]
WINDING_UP = ["settlement", "reversal", "refund", "sign_off"]

WORDS: dict[str, str | Promise] = {
    **{service.value: service.label for service in Service},
    "settlement": _("settlement"),
    "reversal": _("reversal"),
    "sign_off": _("sign-off"),
}


class Deed(NamedTuple):
    """Something a terminal does, in words, and whether it may now."""

    words: str
    may: bool


def allowed(terminal: Terminal) -> list[str]:
    """The names of what it may do now, as the device knows them."""
    if terminal.status in TAKES_PAYMENTS:
        return [*terminal.services, *ALWAYS_WITH_PAYMENTS]
    return WINDING_UP if terminal.status == Status.SETTLE_ONLY else []


def deeds(terminal: Terminal) -> list[Deed]:
    """All that was agreed for it and all that it may do, first what it may."""
    may = allowed(terminal)
    names = [*may, *(name for name in terminal.services if name not in may)]
    return [Deed(str(WORDS.get(name, name)), name in may) for name in names]
