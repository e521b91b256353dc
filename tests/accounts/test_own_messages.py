"""Which messages a person wants: what is switched off does not come that way, and what is about security always comes."""

import pytest
from django.db import IntegrityError, transaction

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.constraints import broken_constraint
from config.kernel.message import OutboxMessage
from config.kernel.message_kinds import KINDS, Reader
from config.kernel.outbox import enqueue
from config.kernel.own_switches import WARNINGS, OwnSwitch, always_comes, choose, offered
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.portal import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/accounts/messages/"
KIND = "terminal_activated"


@pytest.fixture(autouse=True)
def gateways(settings):
    settings.GATEWAYS = dict.fromkeys(("email", "sms"), "config.kernel.gateways.FileGateway")


@pytest.fixture
def person(db):
    return MerchantUserFactory(mobile="13900139000", mobile_verified_at=clock.now())


def ways(person, kind=KIND) -> list[str]:
    context = dict.fromkeys(KINDS[kind].keys, "10240017")
    enqueue(kind, recipient=person, subject=person, context=context, now=clock.now())
    return sorted(OutboxMessage.objects.filter(recipient=person, kind=kind).values_list("channel", flat=True))


def everything(person) -> set[tuple[str, str]]:
    return {(kind, way) for kind in offered(person) for way in ("email", "sms")}


def test_everything_comes_until_something_is_switched_off(person):
    assert ways(person) == ["email", "inbox", "sms"]


def test_what_is_switched_off_comes_to_the_portal_only_there_where_it_is_wanted(person):
    choose(person, everything(person) - {(KIND, "sms")}, now=clock.now())

    assert ways(person) == ["email", "inbox"]
    assert OwnSwitch.objects.count() == 1


def test_another_person_is_told_as_before(person):
    choose(person, set(), now=clock.now())

    assert ways(MerchantUserFactory()) == ["email", "inbox"]
    assert ways(person) == ["inbox"]


@pytest.mark.parametrize("kind", [name for name in KINDS if always_comes(name)])
def test_what_is_about_security_always_comes(person, kind):
    choose(person, set(), now=clock.now())
    OwnSwitch.objects.create(person=person, kind=kind, channel="sms")

    assert ways(person, kind) == ["email", "inbox", "sms"]


def test_what_warns_of_an_intruder_is_among_it():
    of_the_account = {name for name, row in KINDS.items() if row.reader == Reader.EVERYBODY}

    assert {name for name in KINDS if always_comes(name)} == of_the_account | WARNINGS
    assert set(KINDS) >= WARNINGS


def test_the_page_keeps_what_was_chosen(person):
    browser = signed_in(person)
    assert f'value="{KIND}:sms" checked' in browser.get(PAGE).content.decode()
    wanted = [f"{kind}:{way}" for kind, way in everything(person) - {(KIND, "sms")}]

    browser.post(PAGE, {"wanted": wanted})

    page = browser.get(PAGE).content.decode()
    assert f'value="{KIND}:sms">' in page
    assert f'value="{KIND}:email" checked' in page
    assert AuditEvent.objects.of(person).get(action="own_messages_switched").detail == {"off": 1}


@pytest.mark.parametrize(
    "forged", ["account_password_changed:sms", f"{KIND}:inbox", "x", ":", "\x00", "x" * 9999]
)
def test_names_that_no_switch_has_change_nothing(person, forged):
    wanted = [f"{kind}:{way}" for kind, way in everything(person)]

    answer = signed_in(person).post(PAGE, {"wanted": [*wanted, forged]})

    assert answer.status_code == 302
    assert not OwnSwitch.objects.exists()


def test_staff_choose_among_what_staff_are_told():
    page = signed_in(StaffFactory()).get(PAGE).content.decode()

    assert "application_overdue:email" in page
    assert "application_overdue:sms" not in page
    assert KIND not in page


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("own_switch_once", {"kind": KIND, "channel": "sms"}),
        ("own_switch_outside_only", {"kind": KIND, "channel": "inbox"}),
    ],
)
def test_what_the_database_refuses(person, name, values):
    OwnSwitch.objects.create(person=person, kind=KIND, channel="sms")

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        OwnSwitch.objects.create(person=person, **values)

    assert broken_constraint(error.value).name == name
