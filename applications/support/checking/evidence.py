"""Reading what the bank knows at the moment of the question: the evidence that the tree turns on, and the facts that its words name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from applications.corrections import corrections_of
from applications.filing import draft_expires_on
from applications.models import Application, Deactivation, DeactivationNotice
from applications.scheduled_effects import effect_due_at, granted_and_waiting
from applications.support.checking.codes import is_about_the_card, meaning_of
from applications.support.checking.lookup import FILED, Found, look_up
from applications.support.checking.reports import reports_of
from applications.support.checking.tree import Evidence, Filed, Known, Pause, Place, Stop, code_state
from config.kernel.clock import local_date
from config.kernel.policy import current_policy
from terminals.announcing import About
from terminals.bulletins import incident_of, running_now
from terminals.carriers import carrier_of
from terminals.dormancy import announced, known_until
from terminals.models import Bulletin, Terminal
from terminals.returns.models import Charge
from terminals.settlement.clearance import what_is_left

Kind, State = Application.Kind, Terminal.Status
# By the code of the reason; every other reason, and every one that may not be told, is not specified.
PAUSES = {
    "documents_expired": Pause.DOCUMENTS,
    "not_attested": Pause.DOCUMENTS,
    "unused": Pause.UNUSED,
    "account": Pause.ACCOUNT,
    "fee_overdue": Pause.FEE,
    "end_of_life": Pause.END_OF_LIFE,
    "planned_closure": Pause.PLANNED,
}
CHANGES = (Kind.RELOCATION, Kind.REPLACEMENT, Kind.CHANGE)


@dataclass
class Gathered:
    """Facts are plain values: they are kept with the answer, and put into words in the language of whoever reads it."""

    evidence: Evidence
    found: Found
    facts: dict[str, Any] = field(default_factory=dict)
    # Of the SIM card in the device of a terminal of the person's own.
    carrier: str = ""


def gather(text: str, code: str, *, reader: Any, now: datetime) -> Gathered:
    """What is known of the terminal with this number, or serial number, for this person."""
    found = look_up(text, reader=reader)
    facts: dict[str, Any] = {}
    known: dict[str, Any] = {"place": found.place, "card_code": is_about_the_card(code)}
    if code and meaning_of(code) is None:
        facts["code_unknown"] = True
    bulletin = _incident(found.terminal, code, now)
    if bulletin is not None:
        facts["bulletin"] = _bulletin(bulletin)
    if found.near:
        facts["near"] = found.near
    if found.registration is not None:
        known["filed"] = FILED[found.registration.status]
        facts |= _application(found.registration)
    if found.place == Place.REPLACED and found.terminal is not None:
        facts["successor"] = found.terminal.number
    if found.place == Place.OWN and found.terminal is not None:
        about, told = _own(found.terminal, reader, now)
        known |= about
        facts |= told
    evidence = Evidence(incident=bulletin is not None, **known)
    return Gathered(evidence, found, facts, carrier_of(facts.pop("sim_iccid", "")))


def _incident(terminal: Terminal | None, code: str, now: datetime) -> Bulletin | None:
    if terminal is not None:
        return incident_of(terminal, code=code, now=now)
    everywhere = running_now(now=now).filter(Q(code="") | Q(code=code))
    return everywhere.order_by("starts_at", "id").first()


def _bulletin(bulletin: Bulletin) -> dict[str, Any]:
    end = bulletin.expected_end_at
    names = ("number", "title_zh", "title_en", "text_zh", "text_en")
    return {name: getattr(bulletin, name) for name in names} | {"end": end.isoformat() if end else ""}


def _application(one: Application) -> dict[str, Any]:
    facts: dict[str, Any] = {"application": one.number}
    if one.status == Application.Status.DRAFT:
        facts["draft_until"] = draft_expires_on(one).isoformat()
    if one.due_at:
        facts["due"] = one.due_at.isoformat()
    if one.status == Application.Status.RETURNED and one.correction_due_at:
        facts["corrections"] = len(corrections_of(one))
        facts["correction_due"] = one.correction_due_at.isoformat()
    return facts


def _own(terminal: Terminal, reader: Any, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    known: dict[str, Any] = {
        "terminal": str(terminal.status),
        "merchant_served": terminal.merchant.status == "active",
        **reports_of(terminal, now=now),
    }
    facts: dict[str, Any] = {"registered": terminal.provisioned_at.isoformat()}
    if binding := terminal.binding:
        facts |= {"serial": binding.serial_number, "sim_iccid": binding.device.sim_iccid}
    if terminal.last_transaction_at:
        facts["last_transaction"] = terminal.last_transaction_at.isoformat()
    if known.get("report_pending") == Known.YES:
        facts["report_minutes"] = current_policy().self_check_report_minutes
    match terminal.status:
        case State.PENDING_ACTIVATION:
            code = terminal.codes.order_by("-id").first()
            known["code"] = code_state(code, is_due=bool(code and code.is_due_to_expire(now)))
            facts |= {"code_until": code.expires_at.isoformat()} if code else {}
        case State.SUSPENDED:
            known["pause"] = _pause(terminal, facts)
            if known["pause"] == Pause.FEE:
                facts |= _charge(terminal)
        case State.SETTLE_ONLY:
            facts["to_settle"] = sum(left.is_yours for left in what_is_left(terminal))
            facts["to_give_back"] = terminal.returns.awaited().count()
            known["left_to_do"] = bool(facts["to_settle"] or facts["to_give_back"])
        case State.DEACTIVATED | State.CANCELLED:
            known["stop"] = _stop(terminal)
            facts |= _notice(terminal, reader)
        case _:
            known |= _in_use(terminal, reader, now, facts)
    return known, facts


def _pause(terminal: Terminal, facts: dict[str, Any]) -> Pause:
    pause = terminal.suspension
    if pause is None or pause.reason.is_confidential:
        return Pause.UNSPECIFIC
    if pause.until:
        facts |= {"planned": "closure", "day": pause.until.isoformat()}
    return PAUSES.get(pause.reason_id, Pause.UNSPECIFIC)


def _charge(terminal: Terminal) -> dict[str, Any]:
    charge = Charge.objects.filter(merchant=terminal.merchant_id).due().order_by("id").first()
    return {"charge": str(charge), "amount_fen": charge.amount_fen} if charge else {}


def _stop(terminal: Terminal) -> Stop:
    stops = Deactivation.objects.filter(
        terminal_links__terminal=terminal, status=Application.Status.APPROVED, is_temporary=False
    )
    stop = stops.order_by("-id").first()
    is_merchants = stop is not None and stop.initiator == Deactivation.Initiator.MERCHANT
    return Stop.MERCHANT if is_merchants else Stop.BANK


def _notice(terminal: Terminal, reader: Any) -> dict[str, Any]:
    notices = DeactivationNotice.objects.visible_to(reader)
    notice = notices.filter(application__terminal_links__terminal=terminal).order_by("-id").first()
    return {"notice": str(notice.reference)} if notice else {}


def _in_use(terminal: Terminal, reader: Any, now: datetime, facts: dict[str, Any]) -> dict[str, Any]:
    """The change in hand of a terminal in use, and what lies ahead of it."""
    known: dict[str, Any] = {"filed": Filed.NONE}
    mine = Application.objects.visible_to(reader)
    about = Q(terminal_links__terminal=terminal) | Q(kind=Kind.CHANGE, merchant=terminal.merchant_id)
    open_ones = Q(status__in=["submitted", "under_review", "returned"]) | granted_and_waiting()
    change = mine.filter(about, open_ones, kind__in=CHANGES).order_by("-id").first()
    if change is not None:
        known["filed"] = FILED.get(change.status, Filed.IN_REVIEW)
        facts |= _application(change)
    stops = mine.filter(granted_and_waiting(), kind=Kind.DEACTIVATION, terminal_links__terminal=terminal)
    stop = stops.annotate(effect_at=effect_due_at()).order_by("-id").first()
    on = local_date(now)
    near = announced(terminal, on=on, policy=current_policy(), known=known_until())
    if stop is not None:
        facts |= {"planned": "stop", "day": local_date(stop.effect_at).isoformat()}
    elif near is not None:
        what = "unused_stop" if near.about == About.STOP else "verification"
        facts |= {"planned": what, "day": near.due_on.isoformat()}
    elif terminal.status == State.DORMANT_REVIEW:
        facts["planned"] = "dormant"
    known["planned"] = "planned" in facts
    return known
