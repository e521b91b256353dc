from datetime import timedelta

import pytest

from applications.draft_reminders import warn_of_deletion
from applications.sweeps import discard_old_drafts
from config.accounts.models import Role
from config.kernel import clock
from config.kernel.outbox import Channel, OutboxMessage
from config.kernel.switches import switch
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory

pytestmark = pytest.mark.django_db


def told():
    return OutboxMessage.objects.filter(kind="application_draft_expiring")


def left_for(**age):
    return RegistrationFactory(now=clock.now() - timedelta(**age))


def test_three_days_before_a_draft_is_deleted_its_applicant_is_told_once():
    draft, now = left_for(days=27), clock.now()
    left_for(days=26, hours=23)

    assert warn_of_deletion(now) == 1
    assert warn_of_deletion(now + timedelta(minutes=1)) == 0

    message = told().get(channel=Channel.INBOX)
    assert message.recipient == draft.applicant
    assert message.context == {"number": draft.number, "days_left": 3}
    assert message.title("en") == f"Draft {draft.number} will be deleted in 3 days"


def test_a_draft_that_was_taken_up_and_left_again_is_told_of_again():
    draft, now = left_for(days=28), clock.now()
    warn_of_deletion(now)
    with draft.revising(by=draft.applicant, now=now):
        draft.trading_name = "还在填"

    assert warn_of_deletion(now) == 0
    assert warn_of_deletion(now + timedelta(days=28)) == 1

    assert told().filter(channel=Channel.INBOX).count() == 2


def test_what_is_gone_or_filed_is_not_told_of():
    left_for(days=31)
    RegistrationFactory(now=clock.now() - timedelta(days=28), state="submitted")
    discard_old_drafts(clock.now())

    assert warn_of_deletion(clock.now()) == 0


def test_nobody_gets_two_mails_where_the_inbox_is_switched_off(settings):
    settings.GATEWAYS = {"email": "config.kernel.gateways.FileGateway", "sms": ""}
    draft, now = left_for(days=28), clock.now()
    clerk = StaffFactory(role=Role.ADMINISTRATOR)
    switch("application_draft_expiring", Channel.INBOX, to=False, by=clerk, now=now)

    warn_of_deletion(now)
    warn_of_deletion(now + timedelta(minutes=1))

    assert told().get().recipient == draft.applicant
