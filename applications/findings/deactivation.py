"""The checks of a stop: what is declared against what is known, and what else is open about these terminals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications import blockers
from applications.findings.finding import WHOLE, Finding, bad, of_field, of_paper, ok, warn
from applications.models.paper import Paper
from applications.terminals_to_stop import Settled
from terminals.models import Binding, RiskCase, Terminal

if TYPE_CHECKING:
    from applications.models.deactivation import Deactivation


def findings_of_deactivation(case: Deactivation, *, on: date) -> Iterator[Finding]:
    terminals = list(case.terminals_spoken_of())
    yield from _declared(case, terminals)
    yield from _lost_without_receipt(case)
    yield from _risk_cases(terminals)
    yield from _left_behind(case, terminals)
    yield from _others(case)
    if case.reason is not None and case.reason.opens_violation:
        yield warn("violation", of_field("reason"), _("The stop opens a case of violation as well"))


def _declared(case: Deactivation, terminals: list[Terminal]) -> Iterator[Finding]:
    """What the merchant says of the last batch, against its own declaration and what the host has seen."""
    if case.initiator != case.Initiator.MERCHANT or case.is_temporary:
        return
    item, clean = of_field("chosen"), True
    for terminal in terminals:
        line = next((line for line in case.lines if line.number == terminal.number), None)
        said = line.settled if line else ""
        told = {"terminal": terminal.number}
        if said == Settled.NO and case.declares_settled:
            clean = False
            sentence = _("Terminal %(terminal)s: declared as settled, and its last batch as not settled")
            yield bad("settled_contradicts", item, sentence % told)
        elif terminal.activated_at is None and line and line.batch:
            clean = False
            sentence = _("Terminal %(terminal)s: a batch is declared, and it was never in use")
            yield bad("batch_contradicts", item, sentence % told)
        elif terminal.activated_at is not None and said in ("", Settled.NO, Settled.UNKNOWN):
            clean = False
            sentence = _("Terminal %(terminal)s: nobody says that its last batch is settled")
            yield warn("settled_unknown", item, sentence % told)
    if clean:
        yield ok("settled_declared", item, _("Every last batch is declared as settled"))


def _lost_without_receipt(case: Deactivation) -> Iterator[Finding]:
    if not case.is_lost:
        return
    paper = of_paper(Paper.POLICE_RECEIPT)
    if case.documents.current().filter(paper=Paper.POLICE_RECEIPT).exists():
        yield ok("lost_with_receipt", paper, _("The loss was reported to the police"))
    else:
        yield warn(
            "lost_without_receipt", paper, _("The device is lost, and no receipt of the police is on file")
        )


def _risk_cases(terminals: list[Terminal]) -> Iterator[Finding]:
    serials = Binding.objects.filter(terminal__in=terminals).values("serial_number")
    found = RiskCase.objects.filter(serial_number__in=serials).order_by("pk")
    for case in found:
        told = {"serial": case.serial_number, "kind": case.get_kind_display()}
        yield warn("risk_case", WHOLE, _("Device %(serial)s: risk case “%(kind)s”") % told)
    if not found:
        yield ok("no_risk_case", WHOLE, _("No risk case speaks of these devices"))


def _left_behind(case: Deactivation, terminals: list[Terminal]) -> Iterator[Finding]:
    """Whether something stays live, or nothing does: then somebody should ask whether the agreement ends."""
    if case.merchant is None or case.is_temporary:
        return
    item = of_field("chosen")
    left = case.merchant.terminals.live().exclude(pk__in=[terminal.pk for terminal in terminals])
    settling = left.filter(status=Terminal.Status.SETTLE_ONLY).count()
    if case.scope == case.Scope.WHOLE:
        yield ok("whole", item, _("Every terminal of the merchant stops, and then the agreement ends"))
    elif left.count() == settling:
        yield warn(
            "last_terminals", item, _("The merchant has no other terminal in use: does the agreement end?")
        )


def _others(case: Deactivation) -> Iterator[Finding]:
    for each in blockers.blockers_of(case):
        if each.number:
            yield warn("other_application", WHOLE, each.sentence, (each.number,))
