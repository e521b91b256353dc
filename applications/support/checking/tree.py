"""The tree of the self-check: from what was asked and what the bank knows to one outcome, without the database.

The first branch that fits wins. What the bank does not know yet is `Known.UNKNOWN` and turns no branch, so that the tree ends in
exactly one outcome whatever is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from applications.support.checking.questions import Screen
from terminals.models import RegistrationCode, Terminal

State = Terminal.Status
IN_USE = (State.ACTIVE, State.DORMANT_REVIEW)


class Outcome(StrEnum):
    """O-01 to O-33; what each says to the merchant stands in `advice`."""

    INCIDENT = "O-01"
    CARD = "O-02"
    NETWORK = "O-03"
    NEAR_MISS = "O-04"
    ELSEWHERE = "O-05"
    NOT_IN_REGISTRY = "O-06"
    NO_APPLICATION = "O-07"
    DRAFT = "O-08"
    IN_REVIEW = "O-09"
    RETURNED = "O-10"
    REFUSED = "O-11"
    CODE_VALID = "O-12"
    CODE_EXPIRED = "O-13"
    CODE_LOCKED = "O-14"
    BEING_REPORTED = "O-15"
    SERIAL_DIFFERS = "O-16"
    MOVED = "O-17"
    CHANGE_IN_HAND = "O-18"
    PARAMETERS_OLD = "O-19"
    FOR_A_PERSON = "O-20"
    DOCUMENTS_EXPIRED = "O-21"
    UNUSED = "O-22"
    ACCOUNT = "O-23"
    UNSPECIFIC = "O-24"
    FEE_OVERDUE = "O-25"
    END_OF_LIFE = "O-26"
    PLANNED = "O-27"
    LEFT_TO_DO = "O-28"
    BEING_STOPPED = "O-29"
    STOPPED_ON_REQUEST = "O-30"
    REPLACED = "O-31"
    STOPPED_BY_BANK = "O-32"
    MISSING_SALE = "O-33"


class Known(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where the number that was given was found."""

    OWN = "own"  # a terminal of the merchant's
    APPLIED = "applied"  # a device in an application of the merchant's that has not become a terminal
    REPLACED = "replaced"  # the former device of a terminal of the merchant's
    NEAR = "near"  # one character off a number of the merchant's
    ELSEWHERE = "elsewhere"  # somebody else's
    NOT_IN_REGISTRY = "not_in_registry"
    FREE = "free"  # in the registry, and nobody has asked for it


class Filed(StrEnum):
    """How far the application stands: of the device that was applied for, or what is in hand of a terminal."""

    NONE = "none"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    REFUSED = "refused"


class CodeState(StrEnum):
    NONE = "none"
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    LOCKED = "locked"
    USED = "used"


class Pause(StrEnum):
    """Why a terminal is suspended, as far as its merchant may know. What may not be told is like what is not specified."""

    NONE = "none"
    DOCUMENTS = "documents"
    UNUSED = "unused"
    ACCOUNT = "account"
    FEE = "fee"
    END_OF_LIFE = "end_of_life"
    PLANNED = "planned"
    UNSPECIFIC = "unspecific"


class Stop(StrEnum):
    """Who ended the terminal, or is about to."""

    NONE = "none"
    MERCHANT = "merchant"
    BANK = "bank"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the bank knew at the moment of the question. Plain values, so that it can be kept with the answer."""

    incident: bool = False
    card_code: bool = False
    place: Place = Place.NOT_IN_REGISTRY
    terminal: str = ""  # Terminal.Status
    filed: Filed = Filed.NONE
    code: CodeState = CodeState.NONE
    pause: Pause = Pause.NONE
    stop: Stop = Stop.NONE
    planned: bool = False  # a stop, or the verification of an unused terminal, lies ahead
    left_to_do: bool = False  # by the merchant, before the terminal ends
    merchant_served: bool = True
    connected_today: Known = Known.UNKNOWN
    serial_differs: Known = Known.UNKNOWN
    moved: Known = Known.UNKNOWN
    parameters_old: Known = Known.UNKNOWN
    report_pending: Known = Known.UNKNOWN  # at the clearing house


_NOT_OWN = {
    Place.NEAR: Outcome.NEAR_MISS,
    Place.ELSEWHERE: Outcome.ELSEWHERE,
    Place.NOT_IN_REGISTRY: Outcome.NOT_IN_REGISTRY,
    Place.FREE: Outcome.NO_APPLICATION,
    Place.REPLACED: Outcome.REPLACED,
}
_APPLIED = {
    Filed.NONE: Outcome.NO_APPLICATION,
    Filed.DRAFT: Outcome.DRAFT,
    Filed.IN_REVIEW: Outcome.IN_REVIEW,
    Filed.RETURNED: Outcome.RETURNED,
    Filed.REFUSED: Outcome.REFUSED,
}
_CODE = {
    CodeState.VALID: Outcome.CODE_VALID,
    CodeState.LOCKED: Outcome.CODE_LOCKED,
    CodeState.USED: Outcome.BEING_REPORTED,
}
_PAUSED = {
    Pause.DOCUMENTS: Outcome.DOCUMENTS_EXPIRED,
    Pause.UNUSED: Outcome.UNUSED,
    Pause.ACCOUNT: Outcome.ACCOUNT,
    Pause.FEE: Outcome.FEE_OVERDUE,
    Pause.END_OF_LIFE: Outcome.END_OF_LIFE,
    Pause.PLANNED: Outcome.PLANNED,
}


def diagnose(screen: str, evidence: Evidence) -> Outcome:
    """The one outcome. A fault of the bank's comes first, then what has nothing to do with the terminal, then its state."""
    before_all_else = (
        (evidence.incident, Outcome.INCIDENT),
        (evidence.card_code, Outcome.CARD),
        (screen == Screen.MISSING_SALE, Outcome.MISSING_SALE),
        (screen == Screen.NO_CONNECTION or _is_silent(evidence), Outcome.NETWORK),
    )
    for holds, outcome in before_all_else:
        if holds:
            return outcome
    if evidence.place == Place.APPLIED:
        return _APPLIED[evidence.filed]
    if evidence.place != Place.OWN:
        return _NOT_OWN[evidence.place]
    return _of_state(evidence)


def code_state(code: RegistrationCode | None, *, is_due: bool) -> CodeState:
    """A code in force whose time is over counts as expired, whether or not that was written down already."""
    if code is None:
        return CodeState.NONE
    if is_due:
        return CodeState.EXPIRED
    return CodeState.VALID if code.status == RegistrationCode.Status.ISSUED else CodeState(code.status)


def _is_silent(evidence: Evidence) -> bool:
    """In use, and not heard of today. A terminal that was never activated has nothing to say yet."""
    return (
        evidence.place == Place.OWN and evidence.terminal in IN_USE and evidence.connected_today == Known.NO
    )


def _of_state(evidence: Evidence) -> Outcome:
    match evidence.terminal:
        case State.PENDING_ACTIVATION:
            return _CODE.get(evidence.code, Outcome.CODE_EXPIRED)
        case State.SUSPENDED:
            return _PAUSED.get(evidence.pause, Outcome.UNSPECIFIC)
        case State.SETTLE_ONLY:
            return Outcome.LEFT_TO_DO if evidence.left_to_do else Outcome.BEING_STOPPED
        case State.DEACTIVATED | State.CANCELLED:
            return Outcome.STOPPED_ON_REQUEST if evidence.stop == Stop.MERCHANT else Outcome.STOPPED_BY_BANK
    return _in_use(evidence)


def _in_use(evidence: Evidence) -> Outcome:
    branches = (
        (not evidence.merchant_served, Outcome.UNSPECIFIC),
        # What is on its way to be put right comes before the advice to ask for it.
        (evidence.filed == Filed.RETURNED, Outcome.RETURNED),
        (evidence.filed == Filed.IN_REVIEW, Outcome.CHANGE_IN_HAND),
        (evidence.serial_differs == Known.YES, Outcome.SERIAL_DIFFERS),
        (evidence.moved == Known.YES, Outcome.MOVED),
        (evidence.parameters_old == Known.YES, Outcome.PARAMETERS_OLD),
        (evidence.report_pending == Known.YES, Outcome.BEING_REPORTED),
        (evidence.planned, Outcome.PLANNED),
    )
    return next((outcome for holds, outcome in branches if holds), Outcome.FOR_A_PERSON)
