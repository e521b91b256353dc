"""The tree by itself: one test for each branch, and every combination of what can be known ends in exactly one outcome."""

from itertools import product

import pytest

from applications.support.checking.advice import ADVICE
from applications.support.checking.questions import Screen
from applications.support.checking.tree import (
    CodeState,
    Evidence,
    Filed,
    Known,
    Outcome,
    Pause,
    Place,
    Stop,
    diagnose,
)
from terminals.models import Terminal

State = Terminal.Status
OWN = {"place": Place.OWN}
ACTIVE = OWN | {"terminal": State.ACTIVE}
WAITING = OWN | {"terminal": State.PENDING_ACTIVATION}
PAUSED = OWN | {"terminal": State.SUSPENDED}
ENDED = OWN | {"terminal": State.DEACTIVATED}
APPLIED = {"place": Place.APPLIED}
YES, NO, UNKNOWN = Known.YES, Known.NO, Known.UNKNOWN

BRANCHES = [
    ({"incident": True, "card_code": True}, Screen.MISSING_SALE, "O-01"),
    (ACTIVE | {"card_code": True}, Screen.OTHER, "O-02"),
    (ACTIVE, Screen.MISSING_SALE, "O-33"),
    (ACTIVE, Screen.NO_CONNECTION, "O-03"),
    (ACTIVE | {"connected_today": NO}, Screen.NOT_REGISTERED, "O-03"),
    (WAITING | {"connected_today": NO, "code": CodeState.VALID}, Screen.NOT_REGISTERED, "O-12"),
    ({"place": Place.NEAR}, Screen.NOT_REGISTERED, "O-04"),
    ({"place": Place.ELSEWHERE}, Screen.NOT_REGISTERED, "O-05"),
    ({"place": Place.NOT_IN_REGISTRY}, Screen.NOT_REGISTERED, "O-06"),
    ({"place": Place.FREE}, Screen.NOT_REGISTERED, "O-07"),
    (APPLIED | {"filed": Filed.NONE}, Screen.NOT_REGISTERED, "O-07"),
    (APPLIED | {"filed": Filed.DRAFT}, Screen.NOT_REGISTERED, "O-08"),
    (APPLIED | {"filed": Filed.IN_REVIEW}, Screen.NOT_REGISTERED, "O-09"),
    (APPLIED | {"filed": Filed.RETURNED}, Screen.NOT_REGISTERED, "O-10"),
    (APPLIED | {"filed": Filed.REFUSED}, Screen.NOT_REGISTERED, "O-11"),
    (WAITING | {"code": CodeState.VALID}, Screen.NOT_REGISTERED, "O-12"),
    (WAITING | {"code": CodeState.EXPIRED}, Screen.NOT_REGISTERED, "O-13"),
    (WAITING | {"code": CodeState.REVOKED}, Screen.NOT_REGISTERED, "O-13"),
    (WAITING | {"code": CodeState.NONE}, Screen.NOT_REGISTERED, "O-13"),
    (WAITING | {"code": CodeState.LOCKED}, Screen.NOT_REGISTERED, "O-14"),
    (WAITING | {"code": CodeState.USED}, Screen.NOT_REGISTERED, "O-15"),
    (ACTIVE | {"report_pending": YES}, Screen.NOT_REGISTERED, "O-15"),
    (ACTIVE | {"serial_differs": YES, "moved": YES}, Screen.NOT_REGISTERED, "O-16"),
    (ACTIVE | {"moved": YES, "parameters_old": YES}, Screen.NOT_REGISTERED, "O-17"),
    (ACTIVE | {"filed": Filed.IN_REVIEW, "serial_differs": YES}, Screen.NOT_REGISTERED, "O-18"),
    (ACTIVE | {"filed": Filed.RETURNED, "serial_differs": YES}, Screen.NOT_REGISTERED, "O-10"),
    (ACTIVE | {"parameters_old": YES, "report_pending": YES}, Screen.NOT_REGISTERED, "O-19"),
    (ACTIVE, Screen.NOT_REGISTERED, "O-20"),
    (ACTIVE | {"filed": Filed.DRAFT}, Screen.NOT_REGISTERED, "O-20"),
    (PAUSED | {"pause": Pause.DOCUMENTS}, Screen.STOPPED, "O-21"),
    (PAUSED | {"pause": Pause.UNUSED}, Screen.STOPPED, "O-22"),
    (PAUSED | {"pause": Pause.ACCOUNT}, Screen.STOPPED, "O-23"),
    (PAUSED | {"pause": Pause.UNSPECIFIC}, Screen.STOPPED, "O-24"),
    (PAUSED | {"pause": Pause.NONE}, Screen.STOPPED, "O-24"),
    (ACTIVE | {"merchant_served": False}, Screen.MERCHANT_UNKNOWN, "O-24"),
    (PAUSED | {"pause": Pause.FEE}, Screen.STOPPED, "O-25"),
    (PAUSED | {"pause": Pause.END_OF_LIFE}, Screen.STOPPED, "O-26"),
    (PAUSED | {"pause": Pause.PLANNED}, Screen.STOPPED, "O-27"),
    (ACTIVE | {"planned": True}, Screen.NOT_REGISTERED, "O-27"),
    (OWN | {"terminal": State.DORMANT_REVIEW, "planned": True}, Screen.NOT_REGISTERED, "O-27"),
    (OWN | {"terminal": State.SETTLE_ONLY, "left_to_do": True}, Screen.STOPPED, "O-28"),
    (OWN | {"terminal": State.SETTLE_ONLY}, Screen.STOPPED, "O-29"),
    (ENDED | {"stop": Stop.MERCHANT}, Screen.STOPPED, "O-30"),
    ({"place": Place.REPLACED}, Screen.NOT_REGISTERED, "O-31"),
    (ENDED | {"stop": Stop.BANK}, Screen.STOPPED, "O-32"),
    (ENDED | {"stop": Stop.NONE}, Screen.STOPPED, "O-32"),
    (OWN | {"terminal": State.CANCELLED}, Screen.STOPPED, "O-32"),
]


@pytest.mark.parametrize(("known", "screen", "outcome"), BRANCHES)
def test_each_branch_leads_where_it_is_drawn(known, screen, outcome):
    assert diagnose(screen, Evidence(**known)) == outcome


def test_every_outcome_has_a_branch_and_an_advice():
    assert {outcome for _known, _screen, outcome in BRANCHES} == set(Outcome)
    assert set(ADVICE) == set(Outcome)
    assert [str(outcome) for outcome in Outcome] == [f"O-{number:02d}" for number in range(1, 34)]


def test_every_combination_of_states_ends_in_one_outcome_of_its_state():
    """Terminal x code x application x suspension x stop x what is planned or left x what the screen says."""
    reached = set()
    states = product(
        State, CodeState, Filed, Pause, Stop, (False, True), (False, True), (False, True), Screen
    )
    for terminal, code, filed, pause, stop, planned, left, served, screen in states:
        outcome = diagnose(
            screen,
            Evidence(
                place=Place.OWN, terminal=terminal, code=code, filed=filed, pause=pause, stop=stop,
                planned=planned, left_to_do=left, merchant_served=served,
            ),
        )  # fmt: skip
        assert outcome in OF_STATE[terminal] | OF_SCREEN.get(screen, set())
        reached.add(outcome)
    assert reached == set().union(*OF_STATE.values(), *OF_SCREEN.values())


def test_every_combination_of_what_desks_may_report_ends_in_one_outcome():
    """Known, not so, and unknown, for each of the five facts, in every state and place."""
    facts = ("connected_today", "serial_differs", "moved", "parameters_old", "report_pending")
    cases = product(Place, State, Filed, Screen, (False, True), (False, True))
    for place, terminal, filed, screen, incident, card in cases:
        for known in product(Known, repeat=len(facts)) if place == Place.OWN and not incident else [()]:
            evidence = Evidence(
                place=place, terminal=terminal, filed=filed, incident=incident, card_code=card,
                **dict(zip(facts, known, strict=False)),
            )  # fmt: skip
            outcome = diagnose(screen, evidence)
            assert isinstance(outcome, Outcome)
            assert (outcome == Outcome.INCIDENT) == incident
            assert (outcome == Outcome.CARD) == (card and not incident)


OF_SCREEN = {Screen.MISSING_SALE: {Outcome.MISSING_SALE}, Screen.NO_CONNECTION: {Outcome.NETWORK}}
OF_IN_USE = {
    Outcome.UNSPECIFIC,
    Outcome.RETURNED,
    Outcome.CHANGE_IN_HAND,
    Outcome.PLANNED,
    Outcome.FOR_A_PERSON,
}
OF_ENDED = {Outcome.STOPPED_ON_REQUEST, Outcome.STOPPED_BY_BANK}
OF_STATE = {
    State.PENDING_ACTIVATION: {
        Outcome.CODE_VALID,
        Outcome.CODE_EXPIRED,
        Outcome.CODE_LOCKED,
        Outcome.BEING_REPORTED,
    },
    State.ACTIVE: OF_IN_USE,
    State.DORMANT_REVIEW: OF_IN_USE,
    State.SUSPENDED: {
        Outcome.DOCUMENTS_EXPIRED,
        Outcome.UNUSED,
        Outcome.ACCOUNT,
        Outcome.UNSPECIFIC,
        Outcome.FEE_OVERDUE,
        Outcome.END_OF_LIFE,
        Outcome.PLANNED,
    },
    State.SETTLE_ONLY: {Outcome.LEFT_TO_DO, Outcome.BEING_STOPPED},
    State.DEACTIVATED: OF_ENDED,
    State.CANCELLED: OF_ENDED,
}
