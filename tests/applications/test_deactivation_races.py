"""A stop beside what else happens to its terminal at the same moment. Shown on PostgreSQL: SQLite lets one writer in at a time.

Each race is run twice: as the portal runs, where the terminal always ends up stopping, and with the locks off, where it must
be lost sometimes, or the first run would prove nothing.
"""

import pytest

from applications.models import Application, Deactivation
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals.activation import activate
from terminals.models import Terminal
from terminals.rebinding import swap
from tests.accounts.factories import StaffFactory
from tests.applications.requests import requested
from tests.races import all_at_once
from tests.terminals.factories import DeviceFactory, activated, code_of, digits_of, placement, provisioned

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
TRIES = 6
# What no order of events may leave behind.
STOPPING = {"settle_only", "cancelled"}


def stop_of_today(terminal) -> Deactivation:
    """A stop under review whose day has come, so that its approval takes effect at once."""
    one = requested("deactivation", terminal=terminal, state="under_review")
    Deactivation.objects.filter(pk=one.pk).update(stop_on=clock.today())
    return one


def grant(one) -> None:
    case = Application.objects.get(pk=one.pk).as_kind()
    case.approve(
        by=case.assignee,
        now=clock.now(),
        version=case.version,
        verdicts=all_in_order(case),
        account_verified=True,
    )


def outcome(step) -> str:
    """ "done", the code of the refusal, or what broke."""
    try:
        step()
    except Refused as refused:
        return refused.code
    except Exception as error:  # noqa: BLE001 - what broke is the answer
        return type(error).__name__
    return "done"


def at_once(*steps) -> list[str]:
    return all_at_once(len(steps), lambda number: outcome(steps[number]))


def wrong(terminal) -> list[str]:
    """Everything that is wrong with a terminal whose stop was granted."""
    terminal.refresh_from_db()
    live = terminal.bindings.filter(valid_to=None).count()
    return [
        *([f"it is {terminal.status}"] if terminal.status not in STOPPING else []),
        *([f"{live} live bindings"] if live > (terminal.status == "settle_only") else []),
        *(["a code in force"] if terminal.codes.filter(status="issued").exists() else []),
        *(
            ["a key of a cancelled terminal"]
            if terminal.status == "cancelled" and terminal.keys.filter(revoked_at=None).exists()
            else []
        ),
    ]


def beside_an_activation():
    terminal = provisioned()
    one, serial, right = stop_of_today(terminal), code_of(terminal).serial_number, digits_of(terminal)
    answers = at_once(
        lambda: grant(one),
        lambda: activate(serial_number=serial, registration_code=right, ip="192.0.2.7", now=clock.now()),
    )
    return terminal, answers


def beside_a_move():
    terminal, _done = activated()
    one = stop_of_today(terminal)
    moving = requested("relocation", terminal=terminal, state="under_review")
    return terminal, at_once(lambda: grant(one), lambda: grant(moving))


def beside_a_swap():
    terminal, _done = activated()
    one = stop_of_today(terminal)
    line = placement(device=DeviceFactory(branch=terminal.branch))
    by = StaffFactory(branch=terminal.branch)

    def change_device():
        row = Terminal.objects.get(pk=terminal.pk)
        swap(row, line=line, application_number="HJ-20260911-003824", by=by, now=clock.now())

    return terminal, at_once(lambda: grant(one), change_device)


RACES = [beside_an_activation, beside_a_move, beside_a_swap]


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_whatever_happens_beside_it_the_terminal_stops_and_nothing_of_it_stays_live(race):
    for _ in range(TRIES):
        terminal, answers = race()

        assert answers[0] == "done", answers
        assert not {"OperationalError", "IntegrityError", "DeadlockDetected"} & set(answers), answers
        assert wrong(terminal) == []


@pytest.mark.parametrize("race", [beside_an_activation, beside_a_swap], ids=lambda race: race.__name__)
def test_without_locks_something_is_left_wrong(race, settings):
    """The negative control."""
    settings.RACE_WITHOUT_LOCKS = True
    found = []
    for _ in range(4 * TRIES):
        terminal, answers = race()
        found += wrong(terminal) or [answer for answer in answers if answer.endswith("Error")]
        if found:
            return

    pytest.fail("With the locks off nothing went wrong, so the races above show nothing.")
