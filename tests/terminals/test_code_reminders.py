from datetime import timedelta

import pytest

from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from terminals import codes
from terminals.code_reminders import warn_of_expiry
from terminals.codes import expire_due
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import owner_of
from tests.terminals.factories import activated, code_of, provisioned

pytestmark = pytest.mark.django_db


def told():
    return OutboxMessage.objects.filter(kind="code_expiring", channel="inbox")


def just_before(code, **short):
    return code.expires_at - timedelta(**short)


def test_two_days_before_everybody_who_may_collect_is_told_once():
    terminal = provisioned()
    code, operator = code_of(terminal), MerchantUserFactory()
    terminal.merchant.memberships.create(user=operator, role="operator", since=clock.now())

    assert warn_of_expiry(just_before(code, days=2, minutes=1)) == 0
    assert warn_of_expiry(just_before(code, days=2)) == 1
    assert warn_of_expiry(just_before(code, days=1)) == 0

    assert {message.recipient for message in told()} == {owner_of(terminal.merchant), operator}
    message = told().first()
    assert message.context == {"terminal_number": terminal.number, "days_left": 2}
    assert message.title("en") == f"Terminal {terminal.number}: its registration code expires in 2 days"


def test_a_worker_that_comes_late_counts_the_days_that_are_left():
    code = code_of(provisioned())

    warn_of_expiry(just_before(code, hours=3))

    assert told().get().context["days_left"] == 1
    assert told().get().title("en").endswith("in 1 day")


def test_a_new_code_is_told_of_anew():
    terminal = provisioned()
    warn_of_expiry(just_before(code_of(terminal), days=1))
    new = codes.reissue(terminal, by=owner_of(terminal.merchant), now=clock.now())

    warn_of_expiry(just_before(new, days=1))

    assert told().count() == 2


def test_nobody_is_told_of_a_code_that_was_used_revoked_or_has_expired():
    used, _done = activated()
    revoked, late = provisioned(), provisioned()
    codes.revoke(code_of(revoked), by=owner_of(revoked.merchant), now=clock.now(), note="lost")
    expire_due(code_of(late).expires_at)

    for terminal in (used, revoked, late):
        warn_of_expiry(just_before(terminal.codes.get(), days=1))

    assert not told().exists()


def test_a_code_that_was_never_good_for_longer_gets_no_warning():
    code = code_of(provisioned())
    code.issued_at = just_before(code, days=2)
    code.save()

    assert warn_of_expiry(just_before(code, days=1)) == 0


def test_neither_staff_nor_closed_accounts_among_the_members_are_told():
    terminal = provisioned()
    owner = owner_of(terminal.merchant)
    for person in (StaffFactory(), MerchantUserFactory(is_active=False)):
        terminal.merchant.memberships.create(user=person, role="owner", since=clock.now())

    warn_of_expiry(just_before(code_of(terminal), days=1))

    assert told().get().recipient == owner
