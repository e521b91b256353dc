"""Where a person is signed in: seen by its owner, ended one by one or all but this, and worth nothing afterwards."""

from datetime import timedelta

import pytest
from django.test import Client

from config.accounts.device_words import device_words
from config.accounts.models import BrowserSession
from config.accounts.signed_in import signed_in
from config.kernel import clock
from config.kernel.audit import AuditEvent
from tests.accounts.factories import PASSWORD, MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db
DEVICES = "/accounts/devices/"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0"


def signed_in_with(person, agent) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def is_in(client) -> bool:
    return client.get(DEVICES).status_code == 200


@pytest.fixture
def person(db):
    return MerchantUserFactory()


def lines(client) -> list:
    return client.get(DEVICES).context["lines"]


def test_a_person_sees_their_own_devices_this_one_first(person):
    phone, desktop = signed_in_with(person, PHONE), signed_in_with(person, DESKTOP)
    signed_in_with(MerchantUserFactory(), DESKTOP)

    assert [(line.device, line.is_this) for line in lines(phone)] == [
        ("Chrome，Android", True),
        ("Firefox，Windows", False),
    ]
    assert lines(desktop)[0].device == "Firefox，Windows"


def test_one_is_signed_out_and_the_others_go_on(person):
    here, there, third = (signed_in_with(person, agent) for agent in (PHONE, DESKTOP, DESKTOP))
    stranger = signed_in_with(MerchantUserFactory(), DESKTOP)
    name = next(
        line.name for line in lines(there) if line.is_this
    )  # the name by which the other browser is known here

    here.post(f"{DEVICES}{name}/ending/")

    assert (is_in(here), is_in(there), is_in(third), is_in(stranger)) == (True, False, True, True)
    assert AuditEvent.objects.of(person).filter(action="session_ended", by=person).count() == 1


def test_all_others_are_signed_out_at_once(person):
    here, there, third = (signed_in_with(person, agent) for agent in (PHONE, DESKTOP, DESKTOP))
    stranger = signed_in_with(MerchantUserFactory(), DESKTOP)

    here.post(f"{DEVICES}ending/")

    assert (is_in(here), is_in(there), is_in(third), is_in(stranger)) == (True, False, False, True)
    event = AuditEvent.objects.of(person).get(action="other_sessions_ended")
    assert event.detail == {"count": 2}


def test_nobody_ends_a_session_of_somebody_else(person):
    stranger = signed_in_with(MerchantUserFactory(), DESKTOP)
    name = lines(stranger)[0].name

    answer = signed_in_with(person, PHONE).post(f"{DEVICES}{name}/ending/", follow=True)

    assert is_in(stranger)
    assert "已退出" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="session_ended").exists()


def test_the_key_of_a_session_is_on_no_page(person):
    here, there = signed_in_with(person, PHONE), signed_in_with(person, DESKTOP)

    page = here.get(DEVICES).content.decode()

    assert not [client for client in (here, there) if client.session.session_key in page]


def test_a_session_that_a_new_password_ended_is_not_shown(person):
    here, _there = signed_in_with(person, PHONE), signed_in_with(person, DESKTOP)
    person.session_generation += 1
    person.save(update_fields=["session_generation"])

    assert signed_in(person, this=here.session.session_key, now=clock.now()) == []


@pytest.mark.parametrize(("make", "idle", "shown"), [(StaffFactory, 16, 0), (MerchantUserFactory, 16, 1)])
def test_what_the_clock_has_ended_is_not_shown(make, idle, shown):
    person = make()
    client = signed_in_with(person, PHONE)
    later = clock.now() + timedelta(minutes=idle)

    found = signed_in(person, this=client.session.session_key, now=later)
    assert len(found) == shown
    assert signed_in(person, this="", now=clock.now() + timedelta(hours=13)) == []


def test_the_row_of_a_session_follows_its_key(person):
    client = signed_in_with(person, PHONE)
    client.post("/accounts/logout/")

    assert not BrowserSession.objects.filter(user=person).exists()
    assert signed_in_with(person, DESKTOP).session.session_key
    assert BrowserSession.objects.get(user=person).device


def test_more_devices_cost_no_more_queries(person, django_assert_max_num_queries):
    here = signed_in_with(person, PHONE)

    def queries() -> int:
        with django_assert_max_num_queries(30) as asked:
            here.get(DEVICES)
        return len(asked)

    before = queries()
    for _number in range(3):
        signed_in_with(person, DESKTOP)
    assert queries() == before


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", ""),
        ("curl/8.0", ""),
        (f"{PHONE} MicroMessenger/8.0", "WeChat，Android"),
        ("<script>Firefox/</script>", "Firefox"),
        ("x" * 100_000 + "Chrome/1", ""),
    ],
)
def test_a_device_is_called_by_words_of_ours(agent, words):
    assert device_words(agent) == words
