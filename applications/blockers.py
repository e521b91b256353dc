"""What stands in the way of a stop, or has still to be done: said before anything is filled in, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from applications.models.application import Application, ApplicationTerminal
from applications.terminals_to_stop import Settled
from config.kernel.templatetags.frame import help_phone
from terminals.models import Device, Terminal

if TYPE_CHECKING:
    from applications.models.deactivation import Deactivation

Kind, Status = Application.Kind, Application.Status
WITH_SOMEBODY = (Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED)
AT_THE_MERCHANT = (Device.Status.ISSUED, Device.Status.INSTALLED)
CAN_CLOSE_FOR_A_TIME = (Terminal.Status.ACTIVE, Terminal.Status.DORMANT_REVIEW)


class Blocker(NamedTuple):
    """One thing about one terminal. A hard one forbids the submission; `number` is the application it speaks of, or ""."""

    terminal: Terminal
    sentence: str
    is_hard: bool
    number: str = ""


def blockers_of(case: Deactivation) -> list[Blocker]:
    """Of the terminals it names; of all that its merchant has, where it names none yet."""
    terminals = list(case.terminals_claimed())
    if not terminals and case.merchant is not None:
        terminals = list(case.merchant.terminals.live().order_by("pk"))
    others = _other_applications(case, terminals)
    return [
        blocker
        for terminal in terminals
        for blocker in _of_terminal(case, terminal, others.get(terminal.pk, []))
    ]


def hard_blockers(case: Deactivation) -> list[Blocker]:
    """What forbids the submission of what is chosen now."""
    return [blocker for blocker in blockers_of(case) if blocker.is_hard] if case.terminals_claimed() else []


def _of_terminal(case: Deactivation, terminal: Terminal, others: list[Application]) -> Iterator[Blocker]:
    name = {"terminal": f"{terminal.label} {terminal.number}".strip()}
    if terminal.status in Terminal.ENDED:
        yield Blocker(terminal, _("%(terminal)s has ended already. Take it off the list.") % name, True)
        return
    if terminal.status == Terminal.Status.SETTLE_ONLY and not case.is_emergency:
        sentence = _("%(terminal)s is being stopped already and only settles. Take it off the list.")
        yield Blocker(terminal, sentence % name, True)
        return
    yield from _of_others(case, terminal, others, name)
    if case.is_temporary:
        if terminal.status not in CAN_CLOSE_FOR_A_TIME:
            sentence = _(
                "%(terminal)s is not in use, so it cannot be closed for a time. Take it off the list."
            )
            yield Blocker(terminal, sentence % name, True)
        return
    yield from _to_be_done(case, terminal, name)


def _of_others(
    case: Deactivation, terminal: Terminal, others: list[Application], name: dict[str, str]
) -> Iterator[Blocker]:
    for other in others:
        told = name | {"number": other.number}
        if other.kind != Kind.DEACTIVATION:
            if not case.is_temporary:
                sentence = _("%(terminal)s: application %(number)s is open and will be closed by the stop.")
                yield Blocker(terminal, sentence % told, False, other.number)
        elif stands_above(other.as_kind(), case):
            if other.is_banks_own and not case.is_banks_own:
                # That the bank itself is about to stop a terminal is not told before it does: only whom to ask.
                sentence = _("To have %(terminal)s stopped please call the branch: %(phone)s.")
                yield Blocker(terminal, sentence % (name | {"phone": _phone_of(terminal)}), True)
            else:
                sentence = _(
                    "%(terminal)s: its stop is asked for already by application %(number)s. Open that one."
                )
                yield Blocker(terminal, sentence % told, True, other.number)
        else:
            sentence = _("%(terminal)s: application %(number)s asks for its stop and will be closed by this.")
            yield Blocker(terminal, sentence % told, False, other.number)


def _phone_of(terminal: Terminal) -> str:
    return terminal.branch.phone or help_phone()


def _to_be_done(case: Deactivation, terminal: Terminal, name: dict[str, str]) -> Iterator[Blocker]:
    if terminal.status == Terminal.Status.PENDING_ACTIVATION:
        sentence = _("%(terminal)s was never in use: its registration code becomes void, nothing is settled.")
        yield Blocker(terminal, sentence % name, False)
    said = {line.number: line.settled for line in case.lines}.get(terminal.number, "")
    if said == Settled.NO and not case.is_unusable and not case.is_banks_own:
        sentence = _(
            "%(terminal)s: the last batch is not settled. Settle it on the terminal, then choose “settled” here."
        )
        yield Blocker(terminal, sentence % name, True)
    binding = terminal.binding
    if binding is not None and binding.device.status in AT_THE_MERCHANT:
        sentence = _(
            "%(terminal)s: give back device %(serial)s with all accessories and cards that came with it."
        )
        yield Blocker(terminal, sentence % (name | {"serial": binding.serial_number}), False)


def stands_above(other: Any, case: Deactivation) -> bool:
    """Whether another stop of the same terminal stays, and this one waits for it; else this one takes its place."""
    return RANK[other.initiator] >= RANK[case.initiator]


# Whose word goes before whose.
RANK = {"merchant": 0, "system": 0, "bank": 1, "authority": 2}


def _other_applications(case: Deactivation, terminals: Iterable[Terminal]) -> dict[int, list[Application]]:
    """The other applications about each terminal that are with somebody, or granted and waiting for their day."""
    links = ApplicationTerminal.objects.filter(
        terminal__in=list(terminals), application__status__in=[*WITH_SOMEBODY, Status.APPROVED]
    ).exclude(application=case.pk)
    found: dict[int, list[Application]] = {}
    for link in links.select_related("application").order_by("application_id"):
        other = link.application
        if other.status in WITH_SOMEBODY or getattr(other.as_kind(), "waits_for_its_moment", False):
            found.setdefault(link.terminal_id or 0, []).append(other)
    return found
