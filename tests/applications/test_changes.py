"""What was handed in, round by round, and what changed: for the next reviewer and for the merchant before it is sent."""

import pytest

from applications.changes import changes_of_round, changes_to_submit
from applications.models import Registration, Submission
from applications.papers import attach
from config.kernel import clock
from tests.applications.factories import CARD, RegistrationFactory, consent, photo
from tests.applications.returning import returned_for

pytestmark = pytest.mark.django_db

OTHER_CARD = "6222021000000000017"


def edit(registration, **answers):
    with registration.revising(by=registration.applicant, now=clock.now()):
        for name, value in answers.items():
            setattr(registration, name, value)


def values(rows):
    return [row.value for row in rows]


def test_each_round_keeps_what_was_handed_in():
    registration = returned_for("field:trading_name")
    edit(registration, trading_name="晴川")
    registration.submit(by=registration.applicant, now=clock.now(), consent=consent())

    first, second = Submission.objects.filter(application=registration)

    assert (first.round, second.round) == (1, 2)
    assert (first.by, second.by) == (registration.applicant, registration.applicant)
    assert first.content["answers"]["trading_name"] == "晴川便利店"
    assert second.content["answers"]["trading_name"] == "晴川"
    assert set(second.content["documents"]) == set(
        registration.documents.current().values_list("paper", flat=True)
    )


def test_nothing_has_changed_before_anything_was_changed():
    assert changes_to_submit(returned_for("field:trading_name")) == []
    assert changes_to_submit(RegistrationFactory()) == []
    assert changes_of_round(RegistrationFactory(state="submitted")) == []


def test_old_and_new_stand_side_by_side_before_and_after_it_is_sent():
    registration = returned_for("field:trading_name", "paper:licence")
    before = registration.documents.current().get(paper="licence")
    edit(registration, trading_name="晴川")
    after = attach(registration, "licence", photo("new.jpg"), by=registration.applicant, now=clock.now())
    registration = Registration.objects.get(pk=registration.pk)

    to_submit = changes_to_submit(registration)
    registration.submit(by=registration.applicant, now=clock.now(), consent=consent())
    of_round = changes_of_round(registration)

    assert to_submit == of_round
    name, paper = to_submit
    assert (name.item, values(name.old), values(name.new)) == ("field:trading_name", ["晴川便利店"], ["晴川"])
    assert (paper.item, paper.old_document, paper.new_document) == ("paper:licence", before, after)


def test_numbers_are_masked_and_a_change_behind_the_mask_is_told():
    registration = returned_for("field:account_number")

    edit(registration, account_number=OTHER_CARD)
    (change,) = changes_to_submit(registration)

    shown = str([change.old, change.new])
    assert CARD not in shown
    assert OTHER_CARD not in shown
    assert not change.looks_alike

    edit(registration, account_number="6222031000000000009")
    (change,) = changes_to_submit(registration)
    assert change.looks_alike


def test_a_terminal_that_was_taken_out_is_a_change_without_new():
    registration = returned_for("placement:1:place", terminals=2)

    with registration.revising(by=registration.applicant, now=clock.now()):
        registration.placements.filter(position=1).delete()

    gone = changes_to_submit(registration)
    assert {change.item for change in gone} == {
        f"placement:1:{part}" for part in ("device", "place", "terms")
    }
    assert all(not change.new for change in gone)
