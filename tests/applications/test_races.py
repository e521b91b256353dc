"""Sixteen reviewers, one application. Only PostgreSQL can show these races: SQLite lets one writer in at a time."""

from collections import Counter

import pytest

from applications.models import Registration
from config.kernel import clock
from config.kernel.history import StatusChange, changes_of
from config.kernel.lifecycle import Refused
from terminals.models import Binding, RegistrationCode, Terminal
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.races import all_at_once, without_unique

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

REVIEWERS = 16


def approve_all_at_once(registration) -> list:
    reviewers = [StaffFactory(role="reviewer", branch=registration.branch) for _ in range(REVIEWERS)]
    version = registration.version

    def approve(number):
        case = Registration.objects.get(pk=registration.pk)
        case.approve(by=reviewers[number], now=clock.now(), version=version, account_verified=True)
        return "approved"

    return all_at_once(REVIEWERS, approve)


def test_sixteen_approvals_make_one_set_of_terminals():
    registration = RegistrationFactory(state="under_review", terminals=3)

    answers = approve_all_at_once(registration)

    outcomes = Counter(answer if answer == "approved" else type(answer) for answer in answers)
    assert outcomes == {"approved": 1, Refused: REVIEWERS - 1}
    assert all(str(answer) for answer in answers if isinstance(answer, Refused))
    assert Terminal.objects.count() == 3
    assert Binding.objects.filter(valid_to=None).count() == 3
    assert RegistrationCode.objects.filter(status="issued").count() == 3
    assert changes_of(registration).filter(to_status="approved").count() == 1


def test_the_same_race_is_lost_without_the_lock(settings):
    """The negative control: with locks off and the last barrier, the constraints, taken away, approvals double."""
    settings.RACE_WITHOUT_LOCKS = True
    registration = RegistrationFactory(state="under_review")
    guards = [
        ("terminals_binding", "binding_one_live_per_serial"),
        ("applications_decision", "decision_one_per_round"),
        ("merchants_merchant", "merchant_once_per_uscc"),
    ]

    with without_unique(guards):
        approve_all_at_once(registration)

        approvals = StatusChange.objects.filter(
            to_status="approved", subject_label="applications.application"
        )
        assert approvals.count() > 1


def test_a_withdrawal_and_an_approval_have_one_winner():
    for _ in range(5):
        registration = RegistrationFactory(state="under_review")
        reviewer = StaffFactory(role="reviewer", branch=registration.branch)
        version = registration.version

        def act(number, registration=registration, reviewer=reviewer, version=version):
            case = Registration.objects.get(pk=registration.pk)
            if number:
                case.withdraw(by=registration.applicant, now=clock.now())
            else:
                case.approve(by=reviewer, now=clock.now(), version=version, account_verified=True)
            return case.status

        answers = all_at_once(2, act)

        assert sum(isinstance(answer, Refused) for answer in answers) == 1
        registration.refresh_from_db()
        assert registration.status in answers
