"""What devices are told of bulletins: a notice beside every answer, and 503 instead of a refusal that is the bank's own trouble."""

from datetime import timedelta

import pytest
from django.test import Client

from config.kernel import clock
from terminals import api
from terminals.models import Terminal
from tests.accounts.factories import BranchFactory
from tests.merchants.factories import onboarded
from tests.terminals.bulletins import WORDS, ended, head_office, planned, published
from tests.terminals.devices import Device, post
from tests.terminals.factories import (
    DeviceFactory,
    activated,
    code_of,
    cut_off,
    digits_of,
    provisioned,
    wrong_digits,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def ask(terminal, code=None, **headers):
    said = {
        "serial_number": code_of(terminal).serial_number,
        "registration_code": code or digits_of(terminal),
    }
    return post(said, **headers)


def device_of(done) -> Device:
    return Device(done.key_id, done.secret)


def here():
    """A terminal of a branch below the head office."""
    return provisioned(merchant=onboarded(branch=BranchFactory(parent=head_office())))


def test_without_a_bulletin_there_is_no_notice():
    terminal, done = activated()
    ended()
    planned()

    assert "notice" not in device_of(done).me().json()
    assert "notice" not in ask(terminal, "407193528617").json()


def test_an_activation_says_what_touches_the_terminal():
    terminal = here()
    bulletin = published(branch=terminal.branch)

    answer = ask(terminal)

    assert answer.status_code == 201
    assert answer.json()["notice"] == {
        "number": bulletin.number,
        "kind": "fault",
        "title": WORDS["title_zh"],
        "title_en": WORDS["title_en"],
        "text": WORDS["text_zh"],
        "text_en": WORDS["text_en"],
        "starts_at": bulletin.starts_at.isoformat(timespec="seconds"),
        "expected_end_at": bulletin.expected_end_at.isoformat(timespec="seconds"),
        "is_late": False,
    }


def test_the_notice_is_of_this_moment_also_where_the_answer_is_the_first_again():
    terminal, by = provisioned(), None
    digits = digits_of(terminal)
    bulletin = published()
    first = ask(terminal, digits, **{"Idempotency-Key": "k1"})
    bulletin.end(by=by or bulletin.written_by, now=clock.now())

    again = ask(terminal, digits, **{"Idempotency-Key": "k1"})

    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json()["notice"]["number"] == bulletin.number
    assert "notice" not in again.json()
    assert again.json()["device_key"] == first.json()["device_key"]


def test_me_says_it_and_that_it_takes_longer():
    _terminal, done = activated()
    published(starts_at=clock.now() - 5 * HOUR, now=clock.now() - 4 * HOUR)

    notice = device_of(done).me().json()["notice"]

    assert notice["is_late"] is True


def test_me_of_another_branch_or_carrier_says_nothing():
    merchant = onboarded(branch=BranchFactory(parent=head_office()))
    card = DeviceFactory(branch=merchant.branch, sim_iccid="89860312345678901234")
    _terminal, done = activated(merchant=merchant, device=card)
    published(branch=BranchFactory(parent=head_office()))
    published(carrier="mobile")
    device = device_of(done)
    assert "notice" not in device.me().json()

    bulletin = published(carrier="telecom")

    assert device.me().json()["notice"]["number"] == bulletin.number


def test_a_refusal_says_it_and_stays_what_it_is():
    terminal = provisioned()
    bulletin = published()

    answer = ask(terminal, wrong_digits(digits_of(terminal)))

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "code_unknown")
    assert answer.json()["notice"]["number"] == bulletin.number


def test_where_the_bank_announced_the_very_code_the_device_is_told_to_wait():
    terminal = provisioned()
    published(code="97")

    answer = ask(terminal, wrong_digits(digits_of(terminal)))

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["response_code"]) == (503, "announced", "96")
    assert answer.headers["Retry-After"] == str(error["retry_after"]) == "3600"
    assert "notice" in answer.json()


def test_a_try_counts_also_while_the_bank_has_trouble():
    terminal = provisioned()
    published(code="97")

    ask(terminal, wrong_digits(digits_of(terminal)))

    assert code_of(terminal).wrong_tries == 1


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({"expected_end_at": lambda now: now + timedelta(minutes=10)}, (590, 600)),
        ({"expected_end_at": lambda now: now + timedelta(seconds=5)}, (60, 60)),
        ({"expected_end_at": lambda now: None}, (300, 300)),
    ],
)
def test_when_to_come_back(given, seconds):
    terminal, now = provisioned(), clock.now()
    published(code="97", **{name: value(now) for name, value in given.items()})

    retry_after = ask(terminal, wrong_digits(digits_of(terminal))).json()["error"]["retry_after"]

    assert seconds[0] <= retry_after <= seconds[1]


def test_nothing_is_learnt_of_a_serial_number_from_a_bulletin_of_its_branch():
    terminal = here()
    published(branch=terminal.branch, code="97")
    published(carrier="mobile")
    wrong = wrong_digits(digits_of(terminal))

    known = ask(terminal, wrong)
    unknown = post({"serial_number": "ZZZZ00000001", "registration_code": wrong})

    assert known.json() == unknown.json()
    assert (known.status_code, unknown.status_code) == (404, 404)
    assert "notice" not in known.json()


def test_a_stopped_terminal_is_told_so_whatever_is_announced():
    terminal, done = activated(merchant=onboarded(branch=BranchFactory(parent=head_office())))
    device = device_of(done)
    cut_off(terminal)
    bulletin = published(code="58", branch=terminal.branch)

    answer = device.me()

    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "terminal_stopped")
    assert answer.json()["notice"]["number"] == bulletin.number


def test_a_key_that_is_not_known_during_an_announced_fault_asks_for_no_new_code():
    published(code="97")

    answer = Device("0" * 16, "AAAA").me()

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "announced")


def test_what_the_device_did_wrong_has_nothing_to_do_with_it():
    published()

    answer = post({"serial_number": "x"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert "notice" not in answer.json()


def broken(*args, **kwargs):
    raise ZeroDivisionError


def test_our_own_fault_while_it_is_announced_is_503(monkeypatch):
    _terminal, done = activated()
    device = device_of(done)
    monkeypatch.setattr(api, "allowed", broken)
    assert device.me().status_code == 500

    published()
    answer = device.me()

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "announced")
    assert answer.headers["Retry-After"]


def test_the_document_says_it():
    document = Client().get("/api/v1/openapi.json").json()
    schemas = document["components"]["schemas"]

    for name in ("ActivationOut", "TerminalOut", "RefusalOut"):
        assert {"$ref": "#/components/schemas/NoticeOut"} in schemas[name]["properties"]["notice"]["anyOf"]
    assert "notice" not in schemas["RefusalOut"].get("required", [])
    me = document["paths"]["/api/v1/terminals/me"]["get"]["responses"]
    assert {"200", "503"} <= set(me)
    terminal, done = activated()
    bulletin = published()
    told = device_of(done).me().json()["notice"]
    assert set(told) == set(schemas["NoticeOut"]["properties"])
    assert told["number"] == bulletin.number
    assert terminal.status == "active"


@pytest.mark.parametrize("count", [1, 3])
def test_an_answer_costs_one_query_for_its_notice(django_assert_num_queries, count):
    _terminal, done = activated()
    device = device_of(done)
    with django_assert_num_queries(3):
        device.me()
    for _each in range(count):
        published()

    with django_assert_num_queries(3):
        assert device.me().json()["notice"]
    assert Terminal.objects.count() == 1
