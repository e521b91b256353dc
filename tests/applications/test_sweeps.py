"""What time alone does, and what it may not do behind somebody's back."""

from datetime import timedelta

import pytest

from applications.filing import begin_again, discard
from applications.models import Application, Registration
from applications.papers import attach
from applications.sweeps import discard_old_drafts, lapse_overdue, remind_corrections
from config.accounts.models import User
from config.files.models import StoredFile
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from config.kernel.policy import current_policy
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, consent, mend, photo

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


# -- reminders and the end of the time for correction ------------------------------------------------------------------------


def told(registration, kind):
    return OutboxMessage.objects.filter(
        recipient=registration.applicant, kind=f"application_{kind}", channel="inbox"
    )


def test_a_correction_is_reminded_of_at_half_time_and_two_days_before_its_end_once_each():
    returned = RegistrationFactory(state="returned")
    half = returned.remind_at
    last = returned.correction_due_at - timedelta(days=2)
    assert half < last

    reminded = [
        remind_corrections(moment)
        for moment in (
            half - timedelta(seconds=1),
            half,
            half + timedelta(minutes=1),
            last - timedelta(seconds=1),
            last,
            last + timedelta(minutes=1),
            returned.correction_due_at,
        )
    ]

    assert reminded == [0, 1, 0, 0, 1, 0, 0]
    assert [message.context["days_left"] for message in told(returned, "lapsing").order_by("id")] == [
        (clock.local_date(returned.correction_due_at) - clock.local_date(half)).days,
        2,
    ]


def test_nobody_is_reminded_of_what_is_over_or_sent_again():
    over, sent = RegistrationFactory(state="returned"), RegistrationFactory(state="returned")
    mend(sent)
    sent.submit(by=sent.applicant, now=clock.now(), consent=consent())

    assert remind_corrections(over.correction_due_at + timedelta(seconds=1)) == 0
    assert not told(over, "lapsing").exists()
    assert not told(sent, "lapsing").exists()


def test_a_lapse_tells_the_merchant_and_stands_in_nobodys_way():
    returned = RegistrationFactory(state="returned")
    serial = returned.placements.get().serial_number

    lapse_overdue(returned.correction_due_at + timedelta(seconds=1))

    assert told(returned, "lapsed").count() == 1
    again = begin_again(Registration.objects.get(pk=returned.pk), by=returned.applicant, now=clock.now())
    assert again.placements.get().serial_number == serial
    assert again.status == "draft"


def test_the_clock_calls_every_sweep_of_this_room(settings):
    assert {
        "applications.sweeps.remind_corrections",
        "applications.sweeps.lapse_overdue",
        "applications.sweeps.discard_old_drafts",
    } <= set(settings.PERIODIC_SWEEPS)


# -- who lets a draft go -----------------------------------------------------------------------------------------------------


def test_a_draft_is_let_go_by_its_people_and_the_clock_only():
    draft = RegistrationFactory()
    strangers = [
        MerchantUserFactory(),
        StaffFactory(role="account_manager", branch=draft.branch),
        StaffFactory(role="reviewer", branch=draft.branch, is_superuser=True),
    ]

    for stranger in strangers:
        with pytest.raises(Refused) as refusal:
            discard(draft, by=stranger, now=clock.now())
        assert refusal.value.code == "not_yours"

    assert Application.objects.filter(pk=draft.pk).exists()
    discard(draft, by=draft.applicant, now=clock.now())
    assert not Application.objects.filter(pk=draft.pk).exists()


def test_a_customers_draft_is_let_go_by_whoever_fills_in_for_the_customer():
    first = RegistrationFactory(state="approved")
    draft = RegistrationFactory(applicant=first.applicant, branch=first.branch, merchant=first.merchant)
    operator = MerchantUserFactory()
    first.merchant.memberships.create(user=operator, role="operator", since=clock.now())

    with pytest.raises(Refused):
        discard(draft, by=MerchantUserFactory(), now=clock.now())
    discard(draft, by=operator, now=clock.now())

    assert not Application.objects.filter(pk=draft.pk).exists()
