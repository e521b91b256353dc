"""A portal that has been in use comes over the tables' changes with its rows."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from applications.invariants import violations
from applications.models import Application, Decision, Registration
from config.accounts.models import User
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.history import StatusChange
from tests.applications.reviewing import reject

pytestmark = pytest.mark.django_db(transaction=True)

REVIEW = "0002_queue"
QUEUE = "0008_confidential_reasons"


@pytest.fixture
def at():
    """The models as they were at a migration; the tables are as they are today again afterwards."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()

    def back_to(name):
        executor = MigrationExecutor(connection)
        executor.migrate([("applications", name)])
        return executor.loader.project_state([("applications", name)]).apps

    yield back_to
    MigrationExecutor(connection).migrate(newest)


def migrate_to_today():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def people(then):
    """An applicant, and two reviewers of a branch."""
    user = then.get_model("accounts", "User")
    branch = then.get_model("accounts", "Branch").objects.create(
        code="B7", name="旧支行", path="/7/", acquirer_code="48022900", area_code="2900"
    )
    applicant = user.objects.create(email="old@shop.example", full_name="旧")
    reviewers = [
        user.objects.create(email=f"r{number}@bank.example", is_staff=True, role="reviewer", branch=branch)
        for number in (1, 2)
    ]
    return branch, applicant, *reviewers


def old_case(then, number, *, branch, applicant, status="submitted", **given):
    now = clock.now()
    columns = {
        "number": f"SQ-20260101-{number:06d}",
        "kind": "registration",
        "status": status,
        "applicant": applicant,
        "filed_by": applicant,
        "branch": branch,
        "round": 1,
        "created_at": now,
        "edited_at": now,
        "submitted_at": now,
    }
    return then.get_model("applications", "Registration").objects.create(**columns | given)


def old_decision(then, case, outcome, by, **given):
    columns = {"round": case.round, "version": 3, "by": by, "at": clock.now()}
    if outcome != "approved":
        columns["public_text"] = "照片反光。"
    return then.get_model("applications", "Decision").objects.create(
        application_id=case.pk, outcome=outcome, **columns | given
    )


def approvals(before, branch, person, first, second):
    """Approvals made before keep that the account was checked: none was possible unless its maker had said so."""
    given = {"branch": branch, "applicant": person}
    made = {"decided_by": first, "decided_at": clock.now()}
    sent = old_case(before, 11, status="approved", **given, **made)
    held = old_case(before, 12, status="under_review", **given, held_since=clock.now(), proposed_by=first)
    released = old_case(before, 13, status="approved", **given, **made | {"decided_by": second})
    returned = old_case(before, 14, status="returned", **given)
    old_decision(before, sent, "approved", first)
    old_decision(before, held, "approved", first, state="held", held_for=["high_risk"])
    answered = {"checker": second, "checked_at": clock.now()}
    old_decision(before, released, "approved", first, state="released", held_for=["high_risk"], **answered)
    old_decision(before, returned, "returned", first)

    def hold():
        wanted = {sent.pk: True, held.pk: True, released.pk: True, returned.pk: False}
        kept = Decision.objects.filter(application__in=wanted).values_list(
            "application_id", "account_verified"
        )
        assert dict(kept) == wanted

    return hold


def case_taken_up_again(before, branch, person, first, second):
    """A case taken up again before is marked with the moment of the answer."""
    case, other = (
        old_case(before, number, status="under_review", branch=branch, applicant=person)
        for number in (21, 22)
    )
    old_decision(before, case, "rejected", first, state="overturned")
    answered_at = clock.now()
    before.get_model("applications", "ReviewRequest").objects.create(
        application_id=case.pk,
        refused_by=first,
        text="店铺并未转让。",
        asked_by=person,
        asked_at=answered_at,
        outcome="reopened",
        answer="重新审核。",
        answered_by=second,
        answered_at=answered_at,
    )

    def is_marked():
        assert Application.objects.get(pk=case.pk).reopened_at == answered_at
        assert Application.objects.get(pk=other.pk).reopened_at is None

    return is_marked


def rounds(before, branch, person, *_reviewers):
    """Only the rounds before the first that was kept count as not kept."""
    kept_since = {31: [1, 2, 3], 32: [2, 3], 33: [3], 34: [], 35: [1, 3]}
    submission = before.get_model("applications", "Submission")
    keys = []
    for number, kept in kept_since.items():
        case = old_case(before, number, branch=branch, applicant=person, round=3)
        keys.append(case.pk)
        for round_ in kept:
            submission.objects.create(application_id=case.pk, round=round_, at=clock.now(), by=person)

    def are_counted():
        rows = Application.objects.filter(pk__in=keys).order_by("number")
        assert list(rows.values_list("rounds_unkept", flat=True)) == [0, 1, 2, 3, 0]
        [gap] = [found.found for found in violations() if found.name == "rounds_handed_in"]
        assert gap == ("SQ-20260101-000035",)

    return are_counted


def test_cases_that_were_in_the_queue_come_over(at):
    """Together, because the way back and forth takes longer than all that is looked at."""
    before = at(QUEUE)
    hands = people(before)
    stories = [tell(before, *hands) for tell in (approvals, case_taken_up_again, rounds)]

    migrate_to_today()

    for holds in stories:
        holds()


# The steps that the verbs of then had taken, with a decision of the round where there was one.
HISTORIES = {
    "draft": [],
    "submitted": ["submitted"],
    "under_review": ["submitted", "under_review"],
    "returned": ["submitted", "under_review", "returned"],
    "rejected": ["submitted", "under_review", "rejected"],
    "withdrawn": ["submitted", "withdrawn"],
    "lapsed": ["submitted", "under_review", "returned", "lapsed"],
    "back": ["submitted", "under_review", "returned", "submitted"],
}


def live_through(then, number, steps, *, branch, applicant, reviewer):
    """A case as the portal of then left it: its columns, its steps and its decisions, without what is kept today."""
    now = clock.now()
    status, day = (steps or ["draft"])[-1], {"keep_until": clock.today()}
    columns = {
        "submitted": {"due_at": now},
        "under_review": {"due_at": now, "assignee": reviewer, "assigned_at": now},
        "returned": {"correction_due_at": now},
        "rejected": {"decided_by": reviewer, "decided_at": now, **day},
        "withdrawn": day,
        "lapsed": day,
    }
    consent = then.get_model("applications", "ConsentText").objects.first()
    agreed = (
        {"consent_text": consent, "consented_at": now} if steps else {"branch": None, "submitted_at": None}
    )
    given = {"branch": branch, "applicant": applicant, "version": len(steps) + 2} | agreed
    given |= columns.get(status, {}) | {"round": steps.count("submitted")}
    case = old_case(then, number, status=status, **given)
    for place, (origin, target) in enumerate(pairwise(["draft", *steps])):
        by = User.objects.get(
            pk=(reviewer if target in ("under_review", "returned", "rejected") else applicant).pk
        )
        at, label = now + timedelta(seconds=place), "applications.application"
        if target in ("returned", "rejected"):
            decision = old_decision(then, case, target, reviewer, at=at, round=1)
            if target == "returned":
                decision.items.create(item="page:business", text="请核对。")
        StatusChange.objects.create(
            subject_label=label, subject_id=case.pk, from_status=origin, to_status=target, at=at, by=by
        )
        event = {"action": "status_changed", "subject_label": label, "subject_id": case.pk}
        AuditEvent.objects.create(at=at, by=by, detail={"from": origin, "to": target}, **event)
    return case


def test_nothing_is_found_fault_with_that_was_filed_before(at):
    """Nor with what becomes of it from now on; a submission lost since is found all the same."""
    before = at(REVIEW)
    branch, applicant, reviewer, _other = people(before)
    before.get_model("applications", "ConsentText").objects.get_or_create(
        version="old", defaults={"effective_on": date(2026, 1, 1)}
    )
    hands = {"branch": branch, "applicant": applicant, "reviewer": reviewer}
    cases = {
        name: live_through(before, number, steps, **hands)
        for number, (name, steps) in enumerate(HISTORIES.items(), start=1)
    }

    migrate_to_today()

    assert list(violations()) == []
    # A consent given before is the applicant's.
    consents = set(Registration.objects.exclude(consented_at=None).values_list("consented_by", flat=True))
    assert consents == {applicant.pk}
    unkept = dict(Application.objects.values_list("number", "rounds_unkept"))
    assert {name: unkept[case.number] for name, case in cases.items()} == {
        name: steps.count("submitted") for name, steps in HISTORIES.items()
    }

    reviewer = User.objects.get(pk=reviewer.pk)
    for name in ("submitted", "back"):
        case = Registration.objects.get(pk=cases[name].pk)
        case.claim(by=reviewer, now=clock.now() + timedelta(minutes=1))
        reject(case, by=reviewer, now=clock.now() + timedelta(minutes=2))
    assert list(violations()) == []

    Application.objects.filter(pk=cases["submitted"].pk).update(round=2)
    assert "rounds_handed_in" in {found.name for found in violations()}
