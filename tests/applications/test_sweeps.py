"""What time alone does, and what it may not do behind somebody's back."""

from datetime import timedelta

import pytest

from applications.filing import discard
from applications.models import Application
from applications.papers import attach
from applications.sweeps import discard_old_drafts, lapse_overdue
from config.accounts.models import User
from config.files.models import StoredFile
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from tests.applications.factories import RegistrationFactory, consent, photo

pytestmark = pytest.mark.django_db


def test_an_untouched_draft_goes_with_its_papers_after_its_days():
    now = clock.now()
    old = RegistrationFactory(now=now - timedelta(days=31))
    young = RegistrationFactory(now=now - timedelta(days=29))

    assert discard_old_drafts(now) == 1
    assert discard_old_drafts(now) == 0

    assert list(Application.objects.all()) == [young.application_ptr]
    assert not StoredFile.objects.filter(uploaded_by=old.applicant).exists()


def test_a_draft_edited_a_moment_ago_stays():
    now = clock.now()
    draft = RegistrationFactory(now=now - timedelta(days=31))
    with draft.revising(by=draft.applicant, now=now):
        draft.trading_name = "还在填"

    with pytest.raises(Refused):
        discard(draft, by=User.objects.system("cron"), now=now, untouched_since=now - timedelta(days=30))

    assert Application.objects.filter(pk=draft.pk).exists()


def test_a_return_lapses_after_its_deadline_and_not_before():
    returned = RegistrationFactory(state="returned")

    assert lapse_overdue(returned.correction_due_at) == 0
    assert lapse_overdue(returned.correction_due_at + timedelta(seconds=1)) == 1

    assert Application.objects.get(pk=returned.pk).status == "lapsed"


def test_a_paper_that_comes_too_late_leaves_no_photograph_behind():
    registration = RegistrationFactory()
    as_opened = type(registration).objects.get(pk=registration.pk)
    registration.submit(by=registration.applicant, now=clock.now(), consent=consent())
    before = StoredFile.objects.count()

    with pytest.raises(Refused):
        attach(as_opened, "licence", photo(), by=registration.applicant, now=clock.now())

    assert StoredFile.objects.count() == before


def test_what_was_approved_is_kept_for_whole_calendar_years():
    approved = RegistrationFactory(state="approved")

    decided = clock.local_date(approved.decided_at)
    assert approved.keep_until == clock.years_after(decided, current_policy().retention_years)
    assert set(approved.documents.values_list("keep_until", flat=True)) == {approved.keep_until}
