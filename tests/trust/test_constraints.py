"""What must never be false, each by the name of its constraint, with the sentence a person would read.

Merchants, terminals and accounts show theirs beside their other tests; here are the rest, and the search for any left out.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation

from applications.models import (
    Absence,
    Application,
    ApplicationTerminal,
    Document,
    ItemReview,
    Placement,
    Registration,
    ReviewDraft,
    ReviewRequest,
    SkippedCase,
)
from config.accounts.models import Branch
from config.kernel import clock
from config.kernel.audit import AuditSeal
from config.kernel.constraints import broken_constraint, sentence_for
from tests.house.tree import ROOMS

OURS = [config for config in apps.get_app_configs() if config.name.split(".")[0] in ROOMS]
CONSTRAINTS = {c.name: c for config in OURS for model in config.get_models() for c in model._meta.constraints}


def change(model, row, **values):
    model._base_manager.filter(pk=row.pk).update(**values)


def again(row, **values):
    """The same row once more."""
    copy = type(row)._base_manager.get(pk=row.pk)
    copy.pk = None
    for name, value in values.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)


def seal(number: int = 1):
    AuditSeal.objects.create(
        table="t", number=number, first_id=1, last_id=1, row_count=1, row_digests=b"", digest="d",
        sealed_at=clock.now(),
    )  # fmt: skip


def link(application, **values):
    return ApplicationTerminal.objects.create(application=application, kind="registration", **values)


def draft_of_a_review(case):
    ReviewDraft.objects.create(application=case, reviewer=case.assignee, round=1, saved_at=clock.now())


def request(case, **answer):
    said = {"text": "x", "asked_by": case.applicant, "asked_at": clock.now(), "refused_by": case.decided_by}
    ReviewRequest.objects.create(application_id=case.pk, **said, **answer)


def skip(case):
    SkippedCase.objects.create(application=case, reviewer=case.applicant, at=clock.now())


# name: what breaks it, given merchant A
BREACHES = {
    "audit_seal_number_once": lambda a: (seal(), seal()),
    "branch_not_its_own_parent": lambda a: change(Branch, a.branch, parent=a.branch),
    "application_decided_whole": lambda a: change(Application, a.approved, decided_at=None),
    "application_checker_is_not_maker": lambda a: change(Application, a.approved, decided_by=a.owner),
    "application_assigned_whole": lambda a: change(Application, a.under_review, assigned_at=None),
    "application_lease_has_holder": lambda a: change(Application, a.submitted, lease_until=clock.now()),
    "application_held_is_whole": lambda a: change(Application, a.under_review, held_since=clock.now()),
    "application_second_is_not_first": lambda a: change(Application, a.approved, proposed_by=F("decided_by")),
    "application_filed_is_whole": lambda a: change(Application, a.submitted, submitted_at=None),
    "maker_once": lambda a: again(a.draft.maker_rows.get()),
    "one_open_application_per_serial": lambda a: again(a.submitted.terminal_links.get()),
    "one_open_application_per_terminal": lambda a: [link(a.draft, terminal=a.terminal) for _ in range(2)],
    "application_terminal_names_one": lambda a: link(a.draft),
    "decision_gives_reason": lambda a: a.returned.decisions.update(public_text=""),
    "decision_approval_checked_account": lambda a: a.approved.decisions.update(account_verified=False),
    "decision_one_per_round": lambda a: again(a.returned.decisions.get()),
    "decision_state_known": lambda a: a.returned.decisions.update(state="asleep"),
    "decision_checked_whole": lambda a: a.returned.decisions.update(checked_at=clock.now()),
    "decision_checker_is_not_maker": lambda a: a.returned.decisions.update(
        checker=F("by"), checked_at=clock.now()
    ),
    "decision_released_by_somebody": lambda a: a.returned.decisions.update(state="released"),
    "decision_held_is_not_sent": lambda a: a.returned.decisions.update(held_for=["high_risk"]),
    "item_review_once": lambda a: again(a.returned.decisions.get().items.first()),
    "item_review_gives_reason": lambda a: ItemReview.objects.filter(is_ok=False).update(reason=None),
    "review_draft_once": lambda a: [draft_of_a_review(a.under_review) for _ in range(2)],
    "review_request_answered_whole": lambda a: request(a.approved, outcome="upheld"),
    "review_request_answered_by_another": lambda a: request(
        a.approved, outcome="upheld", answered_by=a.approved.decided_by, answered_at=clock.now()
    ),
    "submission_once_per_round": lambda a: again(a.submitted.submissions.get()),
    "skipped_case_once": lambda a: [skip(a.submitted) for _ in range(2)],
    "absence_ends_after_it_begins": lambda a: Absence.objects.create(
        person=a.owner, first_day=clock.today(), last_day=clock.today() - timedelta(days=1)
    ),
    "document_one_current_per_paper": lambda a: again(a.draft.documents.first()),
    "placement_point_is_whole": lambda a: a.draft.placements.update(latitude=31),
    "placement_line_once": lambda a: again(a.draft.placements.get(), serial_number="OTHER0001"),
    "placement_serial_once": lambda a: again(a.draft.placements.get(), position=99),
    "placement_names_device": lambda a: a.draft.placements.update(serial_number="", device_model=None),
    "registration_consent_whole": lambda a: change(Registration, a.submitted, consented_at=None),
}


@pytest.mark.parametrize("name", BREACHES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_broken_constraint_says_its_sentence(world, name, language):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        BREACHES[name](world.a)

    with translation.override(language):
        assert broken_constraint(error.value).name == name
        assert sentence_for(error.value) == str(CONSTRAINTS[name].get_violation_error_message())
        assert len(sentence_for(error.value)) > 5


def test_application_status_known(world):
    """Which of two broken constraints a database names is its own affair, so this one is asked by itself."""
    row = Application.objects.get(pk=world.a.draft.pk)
    row.status = "asleep"

    with pytest.raises(ValidationError):
        CONSTRAINTS["application_status_known"].validate(Application, row)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(Application, row, status="asleep")


@pytest.mark.parametrize("name", sorted(CONSTRAINTS))
def test_every_named_constraint_has_a_test_by_its_name(name):
    tests = Path(settings.BASE_DIR, "tests").rglob("*.py")

    assert any(name in path.read_text(encoding="utf-8") for path in tests)


def test_what_is_broken_here_are_rows_that_could_be(world):
    """The rows the breaches start from are there."""
    assert Document.objects.exists()
    assert Placement.objects.exists()
    assert set(BREACHES) <= set(CONSTRAINTS)
