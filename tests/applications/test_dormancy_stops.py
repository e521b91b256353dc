"""Terminals that nobody has used for twelve months: the system asks for their stop, once, and a reviewer grants it."""

from datetime import timedelta

import pytest

from applications.dormancy_stops import file_due
from applications.models import Deactivation, ReasonCode
from config.accounts.models import User
from config.kernel import clock
from config.kernel.message import OutboxMessage
from config.kernel.policy import current_policy
from terminals.dormancy import hear_of_transactions
from terminals.models import Terminal
from tests.applications.factories import reviewer_for
from tests.applications.requests import approve, requested
from tests.merchants.factories import owner_of
from tests.terminals.factories import activated

pytestmark = pytest.mark.django_db


def unused(days=400, **given):
    """In use once, and without a transaction since so many days."""
    terminal, _done = activated(**given)
    ago = clock.now() - timedelta(days=days)
    Terminal.objects.filter(pk=terminal.pk).update(activated_at=ago, last_transaction_at=ago)
    # Nothing counts as unused beyond what the host has reported.
    hear_of_transactions({}, reaches_to=clock.today(), by=User.objects.system("cron"), now=clock.now())
    terminal.refresh_from_db()
    return terminal


def filed():
    file_due(clock.now())
    return Deactivation.objects.get()


def test_the_system_asks_for_the_stop_once():
    terminal = unused()

    assert (file_due(clock.now()), file_due(clock.now())) == (1, 0)

    one = Deactivation.objects.get()
    assert (one.initiator, one.reason_id, one.status) == ("system", "d1_unused_12_months", "submitted")
    assert [each.number for each in one.terminals_claimed()] == [terminal.number]
    assert one.filed_by == User.objects.system("cron")


@pytest.mark.parametrize("given", [{"days": 300}, {"is_spare": True}])
def test_what_was_used_and_what_is_kept_as_a_spare_is_left_alone(given):
    unused(**given)

    assert file_due(clock.now()) == 0


def test_what_its_merchant_asked_for_already_is_not_asked_for_again():
    requested("deactivation", terminal=unused(), state="submitted")

    assert file_due(clock.now()) == 0


def test_its_merchant_hears_and_sees_nothing_of_it_before_the_notice():
    terminal = unused()
    one = filed()

    assert one not in Deactivation.objects.visible_to(owner_of(terminal.merchant))
    assert not OutboxMessage.objects.filter(subject_id=one.pk, kind__startswith="application").exists()


def test_a_reviewer_grants_it_and_gives_nothing_back():
    unused()
    one = filed()
    one.claim(by=reviewer_for(one), now=clock.now())

    assert "系统" in one.objection("returned", by=one.assignee, now=clock.now())
    assert approve(one).state == "sent"


def test_refused_it_is_asked_for_again_only_after_the_days_of_the_policy():
    unused()
    one = filed()
    one.claim(by=reviewer_for(one), now=clock.now())
    reason = ReasonCode.objects.get(pk="duplicate")
    one.reject(by=one.assignee, now=clock.now(), version=one.version, reason=reason)

    days = current_policy().unused_again_days
    assert file_due(clock.now() + timedelta(days=days - 1)) == 0
    assert file_due(clock.now() + timedelta(days=days + 1)) == 1


def test_revoked_it_is_not_asked_for_the_next_night():
    terminal = unused()
    one = filed()
    one.claim(by=reviewer_for(one), now=clock.now())
    approve(one)
    later = clock.now() + timedelta(days=30)
    one.carry_out(by=User.objects.system("cron"), now=later)
    one.ask_revocation(by=reviewer_for(one), now=later, note="商户确认继续使用")
    one.revoke(by=reviewer_for(one), now=later)

    terminal.refresh_from_db()
    assert terminal.status == "active"
    assert file_due(later + timedelta(days=1)) == 0
