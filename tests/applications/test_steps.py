"""Steps of a registration, each whole. Every status against every step of every kind: `test_every_kind`."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.items import reviewed_items
from applications.models import Application, Decision, ReasonCode, Registration
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from terminals.models import Binding, RegistrationCode, RiskCase, Terminal
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import (
    RegistrationFactory,
    consent,
    decider,
    fault,
    mend,
    particulars,
    reviewer_for,
)

pytestmark = pytest.mark.django_db

Status = Application.Status


def submit(registration):
    mend(registration)
    registration.submit(by=registration.applicant, now=clock.now(), consent=consent())


def claim(registration):
    registration.claim(by=reviewer_for(registration), now=clock.now())


def return_for_correction(registration):
    registration.return_for_correction(
        by=decider(registration),
        now=clock.now(),
        version=registration.version,
        public_text="请补拍。",
        verdicts=all_in_order(registration) | {"paper:licence": fault("glare")},
    )


def approve(registration):
    registration.approve(
        by=decider(registration),
        now=clock.now(),
        version=registration.version,
        verdicts=all_in_order(registration),
        account_verified=True,
    )


def reject(registration):
    registration.reject(
        by=decider(registration),
        now=clock.now(),
        version=registration.version,
        reason=ReasonCode.objects.get(pk="duplicate"),
    )


def withdraw(registration):
    registration.withdraw(by=registration.applicant, now=clock.now())


def test_approval_makes_terminal_binding_and_code_for_every_placement():
    registration = RegistrationFactory(state="under_review", terminals=3)

    registration.approve(
        by=registration.assignee,
        now=clock.now(),
        version=registration.version,
        verdicts=all_in_order(registration),
        account_verified=True,
    )

    terminals = Terminal.objects.filter(merchant=registration.merchant)
    assert {terminal.status for terminal in terminals} == {Terminal.Status.PENDING_ACTIVATION}
    assert Binding.objects.filter(terminal__in=terminals, valid_to=None).count() == 3
    codes = RegistrationCode.objects.filter(terminal__in=terminals)
    assert [code.status for code in codes] == ["issued"] * 3
    assert {code.application_number for code in codes} == {registration.number}
    assert registration.merchant.memberships.get().user == registration.applicant
    assert all(placement.terminal for placement in registration.placements.all())


def test_approval_that_cannot_take_effect_changes_nothing():
    registration = RegistrationFactory(state="under_review")
    placement = registration.placements.get()
    placement.serial_number = "UNKNOWN00001"
    placement.save()

    with pytest.raises(Refused):
        approve(registration)

    registration.refresh_from_db()
    assert registration.status == Status.UNDER_REVIEW
    assert registration.merchant is None
    assert not Terminal.objects.exists()
    assert not Decision.objects.filter(application=registration).exists()


@pytest.mark.parametrize("step", [return_for_correction, approve, reject], ids=lambda step: step.__name__)
def test_a_decision_on_a_version_that_has_changed_is_refused(step):
    as_read = RegistrationFactory(state="under_review")
    current = Registration.objects.get(pk=as_read.pk)
    return_for_correction(current)
    submit(current)
    current.claim(by=as_read.assignee, now=clock.now())

    with pytest.raises(Refused) as refusal:
        step(as_read)

    assert refusal.value.code == "stale"
    assert Application.objects.get(pk=as_read.pk).status == Status.UNDER_REVIEW


def test_an_edit_raises_the_version_and_remembers_the_editor():
    registration = RegistrationFactory()
    editor = StaffFactory(role="account_manager", branch=registration.branch)
    version = registration.version

    with registration.revising(by=editor, now=clock.now()):
        registration.trading_name = "新店名"

    registration.refresh_from_db()
    assert registration.version == version + 1
    assert registration.trading_name == "新店名"
    assert registration.is_maker(editor)


@pytest.mark.parametrize("is_superuser", [False, True])
@pytest.mark.parametrize("step", [claim, return_for_correction, approve, reject], ids=lambda s: s.__name__)
def test_nobody_decides_on_what_they_edited(step, is_superuser, monkeypatch):
    registration = RegistrationFactory()
    reviewer = StaffFactory(role="reviewer", branch=registration.branch, is_superuser=is_superuser)
    with registration.revising(by=reviewer, now=clock.now()):
        registration.trading_name = "改过"
    submit(registration)
    if step is not claim:
        claim(registration)
        registration.release(by=registration.assignee, now=clock.now())
    monkeypatch.setattr("tests.applications.test_steps.reviewer_for", lambda _: reviewer)
    monkeypatch.setattr("tests.applications.test_steps.decider", lambda _: reviewer)

    with pytest.raises(Refused):
        step(registration)

    assert Application.objects.get(pk=registration.pk).decided_by is None


def test_the_decider_must_be_a_reviewer_of_the_branch():
    registration = RegistrationFactory(state="submitted")
    strangers = [
        StaffFactory(role="reviewer", branch=BranchFactory()),
        StaffFactory(role="storekeeper", branch=registration.branch),
        registration.applicant,
    ]

    for stranger in strangers:
        with pytest.raises(Refused):
            registration.claim(by=stranger, now=clock.now())

    assert Application.objects.get(pk=registration.pk).status == Status.SUBMITTED


def test_an_incomplete_draft_is_refused_with_everything_that_is_missing():
    registration = RegistrationFactory(filled=False)

    with pytest.raises(Refused) as refusal:
        submit(registration)

    assert refusal.value.code == "incomplete"
    pages = {missing.page for missing in refusal.value.params["missing"]}
    assert pages == {"business", "responsible", "papers", "placements"}


def test_submission_starts_the_clock_and_keeps_the_consent():
    registration = RegistrationFactory()

    submit(registration)

    assert registration.round == 1
    assert registration.due_at > registration.submitted_at
    assert (registration.consent_text, registration.consented_at) == (consent(), registration.submitted_at)


def test_a_serial_number_is_in_one_open_application_only():
    first = RegistrationFactory(state="submitted")
    second = RegistrationFactory(branch=first.branch)
    placement = second.placements.get()
    placement.serial_number = first.placements.get().serial_number
    placement.save()

    with pytest.raises(Refused):
        submit(second)
    withdraw(first)
    submit(second)

    assert second.status == Status.SUBMITTED


@pytest.mark.parametrize("state", ["approved", "rejected", "withdrawn", "lapsed"])
def test_a_closed_application_frees_its_terminals_and_says_how_long_it_is_kept(state):
    registration = RegistrationFactory(state=state)

    assert not registration.terminal_links.filter(is_open=True).exists()
    assert registration.keep_until > clock.today()
    assert {document.keep_until for document in registration.documents.all()} == {registration.keep_until}


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("submitted", {"application_submitted"}),
        ("returned", {"application_submitted", "application_accepted", "application_returned"}),
        ("approved", {"application_submitted", "application_accepted", "application_approved"}),
        ("rejected", {"application_submitted", "application_accepted", "application_rejected"}),
    ],
)
def test_the_applicant_hears_of_each_step_once(state, kinds):
    registration = RegistrationFactory(state=state)

    messages = OutboxMessage.objects.filter(recipient=registration.applicant, kind__startswith="application_")

    heard = messages.filter(channel="inbox").values_list("kind", flat=True)
    assert sorted(heard) == sorted(kinds)


def test_a_second_application_of_a_customer_adds_terminals_to_the_same_merchant():
    first = RegistrationFactory(state="approved")

    second = RegistrationFactory(
        applicant=first.applicant, branch=first.branch, merchant=first.merchant, state="approved"
    )

    assert second.merchant == first.merchant
    assert Terminal.objects.filter(merchant=first.merchant).count() == 2


def test_a_credit_code_that_is_a_customer_is_refused_to_a_stranger():
    customer = RegistrationFactory(state="approved")
    stranger = RegistrationFactory(state="under_review", answers=particulars(uscc=customer.uscc))

    with pytest.raises(Refused):
        approve(stranger)

    assert Application.objects.get(pk=stranger.pk).status == Status.UNDER_REVIEW


def test_a_device_that_works_for_somebody_else_is_refused_and_the_risk_desk_knows():
    first = RegistrationFactory(state="approved")
    other = RegistrationFactory(state="under_review", branch=first.branch)
    placement = other.placements.get()
    placement.serial_number = first.placements.get().serial_number
    placement.save()

    with pytest.raises(Refused) as refusal:
        approve(other)

    assert refusal.value.code == "serial_active_elsewhere"
    assert Application.objects.get(pk=other.pk).status == Status.UNDER_REVIEW
    assert RiskCase.objects.get().application_number == other.number


def test_a_customers_particulars_are_not_given_back_in_a_registration():
    first = RegistrationFactory(state="approved")
    second = RegistrationFactory(
        applicant=first.applicant, branch=first.branch, merchant=first.merchant, state="under_review"
    )

    with pytest.raises(Refused) as refusal:
        second.return_for_correction(
            by=second.assignee,
            now=clock.now(),
            version=second.version,
            public_text="请改。",
            verdicts=all_in_order(second) | {"field:account_number": fault("number_differs")},
        )

    assert refusal.value.code == "not_correctable"
    items = {item.key for item in reviewed_items(second)}
    assert "placement:1:place" in items
    assert not any(key.startswith("field:") for key in items)


def test_an_approval_holds_every_device_before_it_takes_a_slip_number():
    """Branch-wide slip numbers last: else two approvals wait for each other, one for a device, one for a number."""
    registration = RegistrationFactory(state="under_review", terminals=3)

    with CaptureQueriesContext(connection) as asked:
        approve(registration)

    devices = [place for place, query in enumerate(asked) if 'FROM "terminals_device"' in query["sql"]]
    numbers = [place for place, query in enumerate(asked) if "kernel_numberseries" in query["sql"]]
    assert len(devices) >= 3
    assert devices[-1] < numbers[0]
