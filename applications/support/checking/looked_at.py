"""What the bank looked at for an answer, line by line, in the order of the tree."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.support.checking.told import moment_of, words_of
from applications.support.checking.tree import IN_USE, CodeState, Evidence, Filed, Known, Place
from applications.support.models import SelfCheck
from config.kernel.templatetags.formats import moment
from terminals.models import Terminal

State = Terminal.Status
ICONS = {"ok": "check-circle", "warn": "exclamation-triangle", "unasked": "minus-circle"}
FILED = {
    Filed.NONE: gettext_lazy("No registration of it is in hand"),
    Filed.DRAFT: gettext_lazy("The registration has not been submitted"),
    Filed.IN_REVIEW: gettext_lazy("The registration is being reviewed"),
    Filed.RETURNED: gettext_lazy("The registration was returned for correction"),
    Filed.REFUSED: gettext_lazy("The registration was refused"),
}
CODES = {
    CodeState.NONE: gettext_lazy("There is no registration code"),
    CodeState.VALID: gettext_lazy("The registration code has not been used yet"),
    CodeState.EXPIRED: gettext_lazy("The registration code has expired"),
    CodeState.REVOKED: gettext_lazy("The registration code was revoked"),
    CodeState.LOCKED: gettext_lazy("The registration code is locked"),
    CodeState.USED: gettext_lazy("The registration code has been used"),
}
# What the terminal reports: the fact, its name, and what it is where all is well.
REPORTS = (
    ("connected_today", gettext_lazy("Connection to the bank today"), Known.YES),
    ("serial_differs", gettext_lazy("Device and serial number on record"), Known.NO),
    ("moved", gettext_lazy("Place of use and registered address"), Known.NO),
    ("parameters_old", gettext_lazy("Parameters in the terminal"), Known.NO),
    ("report_pending", gettext_lazy("Report to the clearing house"), Known.NO),
)


class Line(NamedTuple):
    """Something that was looked at: ok, warn, or unasked for what is not known or was not asked."""

    tone: str
    title: str
    text: str = ""

    @property
    def icon(self) -> str:
        return ICONS[self.tone]


def looked_at(check: SelfCheck) -> list[Line]:
    """The lines of this answer. Numbers that are not the person's own read alike."""
    evidence, facts = check.evidence, check.facts
    first = _systems(evidence, facts)
    match evidence.place:
        case Place.APPLIED:
            return [first, *_applied_for(evidence, facts)]
        case Place.REPLACED:
            title = _("The device is no longer tied to a terminal of yours")
            return [first, Line("warn", title, facts.get("successor", ""))]
        case Place.OWN:
            return [first, *_own(evidence, facts), *_of_a_sale(check)]
    return [
        first,
        Line("warn", _("No terminal of yours has this number"), check.typed),
        Line(
            "unasked",
            _("Registration, activation, suspension and stop"),
            _("Looked at for your own terminals only"),
        ),
    ]


def _systems(evidence: Evidence, facts: dict[str, Any]) -> Line:
    if evidence.incident:
        return Line("warn", words_of(facts)["bulletin_title"], _("Announced by the bank"))
    return Line("ok", _("The bank's systems run normally"), _("No upgrade and no fault is announced"))


def _applied_for(evidence: Evidence, facts: dict[str, Any]) -> list[Line]:
    return [
        Line("ok", _("The device stands in an application of yours"), facts.get("application", "")),
        Line("warn", str(FILED[evidence.filed])),
        Line("unasked", _("Activation, suspension and stop"), _("Looked at after the approval")),
    ]


def _own(evidence: Evidence, facts: dict[str, Any]) -> list[Line]:
    serial = facts.get("serial", "")
    lines = [
        Line(
            "ok",
            _("The terminal belongs to your merchant"),
            _("Registered serial number %(serial)s") % {"serial": serial} if serial else "",
        ),
        Line("ok", _("The registration was approved"), moment(moment_of(facts.get("registered")))),
    ]
    if evidence.terminal == State.PENDING_ACTIVATION:
        return [
            *lines,
            Line("warn", _("The terminal is not activated"), str(CODES[evidence.code])),
            Line("unasked", _("Suspension, stop and changes"), _("Looked at after the activation")),
        ]
    if evidence.terminal not in IN_USE or not evidence.merchant_served:
        state = State.SUSPENDED if evidence.terminal in IN_USE else State(evidence.terminal)
        return [*lines, Line("warn", _("State of the terminal"), str(state.label))]
    return [*lines, Line("ok", _("The terminal was activated")), *_in_use(evidence, facts)]


def _of_a_sale(check: SelfCheck) -> list[Line]:
    """Where one transaction is missing, what the host has said of the terminal's last one."""
    if check.screen != SelfCheck.Screen.MISSING_SALE:
        return []
    title = _("Last transaction that the host has reported")
    last = moment_of(check.facts.get("last_transaction"))
    return [Line("ok", title, moment(last)) if last else Line("unasked", title, _("None so far"))]


def _in_use(evidence: Evidence, facts: dict[str, Any]) -> list[Line]:
    ahead = Line("ok", _("Neither suspended nor being stopped"))
    if evidence.planned:
        ahead = Line("warn", words_of(facts)["planned_title"])
    change = Line("ok", _("No change of it is in hand"))
    if evidence.filed != Filed.NONE:
        change = Line("warn", _("A change of it is in hand"), facts.get("application", ""))
    return [ahead, change, *_reported(evidence)]


def _reported(evidence: Evidence) -> list[Line]:
    """What is known of the device itself, and in one line what is not."""
    lines, unknown = [], []
    for name, title, good in REPORTS:
        known = getattr(evidence, name)
        if known == Known.UNKNOWN:
            unknown.append(str(title))
        else:
            fits = known == good
            words = _("As it should be") if fits else _("Not as it should be")
            lines.append(Line("ok" if fits else "warn", str(title), words))
    if unknown:
        lines.append(Line("unasked", _("The terminal does not report this yet"), _("; ").join(unknown)))
    return lines
