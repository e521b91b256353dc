import json
from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.db import OperationalError, connection
from django.test import Client

from config.kernel import clock
from config.kernel.idempotency import IdempotentRequest, forget_old
from terminals.models import ActivationAttempt, DeviceKey, Terminal
from terminals.refusals import REFUSALS
from tests.accounts.factories import StaffFactory
from tests.terminals.devices import ACTIVATIONS, post
from tests.terminals.factories import code_of, digits_of, provisioned, wrong_digits

pytestmark = pytest.mark.django_db


def asked(terminal, **changed) -> dict:
    return {
        "serial_number": code_of(terminal).serial_number,
        "registration_code": digits_of(terminal),
    } | changed


def error_of(response) -> dict:
    error = response.json()["error"]
    assert response.status_code == REFUSALS[error["code"]].status
    assert error["response_code"] == REFUSALS[error["code"]].response_code
    assert all(error[name] for name in ("message", "message_en", "next_step", "next_step_en"))
    assert error["message"] != error["message_en"] or error["message"].isascii()
    return error


def test_the_answer_is_what_a_terminal_needs():
    terminal = provisioned()

    response = post(
        asked(
            terminal,
            app_version="3.2.1",
            location={"latitude": 31.2, "longitude": 121.5, "coord_system": "wgs84"},
        )
    )

    assert response.status_code == 201
    assert response.json() == {
        "terminal_number": terminal.number,
        "merchant_number": terminal.merchant.number,
        "merchant_name": "晴川便利店",
        "outlet_address": "上海市浦东新区示范路 18 号",
        "status": "active",
        "device_key": {"id": ANY, "secret": ANY},
        "report_every_s": 300,
    }
    assert response["Cache-Control"] == "no-store"
    assert Terminal.objects.get().app_version == "3.2.1"


@pytest.mark.parametrize(
    "spell",
    [
        lambda c: f"{c[:4]} {c[4:8]}-{c[8:]}",
        lambda c: c.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ],
)
def test_a_code_may_be_spelled_as_on_the_slip(spell):
    terminal = provisioned()

    assert post(asked(terminal, registration_code=spell(digits_of(terminal)))).status_code == 201


def test_an_unknown_device_and_a_wrong_code_have_the_same_body():
    terminal = provisioned()
    wrong = wrong_digits(digits_of(terminal))

    first = post(asked(terminal, registration_code=wrong))
    second = post(asked(terminal, serial_number="NOSUCHSERIAL"))

    assert error_of(first)["code"] == "code_unknown"
    assert first.content == second.content
    assert first.status_code == second.status_code == 404


def test_a_slip_of_the_finger_is_no_try():
    terminal = provisioned()
    digits = digits_of(terminal)
    mistyped = digits[:-1] + str((int(digits[-1]) + 1) % 10)

    for _ in range(6):
        assert error_of(post(asked(terminal, registration_code=mistyped)))["code"] == "code_mistyped"

    assert code_of(terminal).wrong_tries == 0
    assert post(asked(terminal)).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"null", "malformed"),
        (b"{", "malformed"),
        (b"[]", "malformed"),
        (b'"text"', "malformed"),
        (b"\xff\xfe", "malformed"),
        (b"[" * 4000, "malformed"),
        (b'{"a":' * 600 + b"1" + b"}" * 600, "malformed"),
        (b'{"serial_number": "A", "serial_number": "B"}', "malformed"),
        (b'{"serial_number": "P2A000000001", "registration_code": NaN}', "malformed"),
        (b'{"serial_number": "P2A\\u0000", "registration_code": "407193528616"}', "malformed"),
        (b'{"serial_number": "P2A\\ud800", "registration_code": "407193528616"}', "malformed"),
        (b" " * 4097, "body_too_large"),
        (b'{"serial_number": "' + b"A" * 5000 + b'"}', "body_too_large"),
    ],
)
def test_a_body_that_is_not_sound_is_refused_with_a_sentence(body, code):
    assert error_of(post(body))["code"] == code
    assert not ActivationAttempt.objects.exists()


GOOD = {"serial_number": "P2A000000001", "registration_code": "407193528616"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"serial_number": "P2A000000001"}, "registration_code"),
        ({"registration_code": "407193528616"}, "serial_number"),
        (GOOD | {"serial_number": ""}, "serial_number"),
        (GOOD | {"serial_number": "设备1350001"}, "serial_number"),
        (GOOD | {"serial_number": "A" * 61}, "serial_number"),
        (GOOD | {"serial_number": "A" * 51}, "serial_number"),
        (GOOD | {"serial_number": 12345678}, "serial_number"),
        (GOOD | {"serial_number": None}, "serial_number"),
        (GOOD | {"registration_code": "12345"}, "registration_code"),
        (GOOD | {"registration_code": 407193528616}, "registration_code"),
        (GOOD | {"registration_code": ["407193528616"]}, "registration_code"),
        (GOOD | {"app_version": "x" * 21}, "app_version"),
        (GOOD | {"location": {"latitude": 1}}, "location.longitude"),
        (GOOD | {"location": {"latitude": 91, "longitude": 1, "coord_system": "wgs84"}}, "location.latitude"),
        (
            GOOD | {"location": {"latitude": 9, "longitude": 1, "coord_system": "bd09"}},
            "location.coord_system",
        ),
        (GOOD | {"status": "active"}, "status"),
        (GOOD | {"merchant_id": 1}, "merchant_id"),
        (GOOD | {"terminal": 1}, "terminal"),
        (GOOD | {"location": {"latitude": 9, "longitude": 1, "coord_system": "wgs84", "x": 1}}, "location.x"),
    ],
)
def test_a_field_that_does_not_fit_is_named(body, field):
    error = error_of(post(body))

    assert (error["code"], error["field"]) == ("malformed", field)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=gbk",
    ],
)
def test_only_json_is_taken(content_type):
    response = Client().generic("POST", ACTIVATIONS, json.dumps(GOOD), content_type=content_type)

    assert error_of(response)["code"] == "not_json"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused_in_the_same_shape(method):
    response = Client(raise_request_exception=False).generic(
        method, ACTIVATIONS, json.dumps(GOOD), content_type="application/json"
    )

    assert error_of(response)["code"] == "method_not_allowed"
    assert "POST" in response["Allow"]


@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/nothing", "/api/v1/activations/1", "/api/v1/terminals/1"]
)
def test_an_unknown_address_is_refused_in_the_same_shape(path):
    assert error_of(Client().get(path))["code"] == "not_found"


def test_too_many_tries_are_told_when_to_come_back():
    for _ in range(10):
        assert post(GOOD).status_code == 404

    response = post(GOOD)

    error = error_of(response)
    assert error["code"] == "too_many_tries"
    assert response["Retry-After"] == str(error["retry_after"])
    assert 1 <= error["retry_after"] <= 60


def test_forged_forwarding_headers_do_not_make_a_new_address():
    for number in range(10):
        post(GOOD, **{"X-Forwarded-For": f"203.0.113.{number}"})

    assert post(GOOD, **{"X-Forwarded-For": "203.0.113.99"}).status_code == 429


def test_trouble_with_the_database_is_ours_and_not_the_terminals():
    def down(execute, sql, params, many, context):
        raise OperationalError("server closed the connection")

    with connection.execute_wrapper(down):
        response = post(GOOD)

    error = error_of(response)
    assert (response.status_code, error["code"], error["response_code"]) == (503, "unavailable", "96")
    assert int(response["Retry-After"]) > 0


def test_a_fault_of_ours_is_500_in_the_same_shape():
    def broken(execute, sql, params, many, context):
        raise RuntimeError("a bug")

    with connection.execute_wrapper(broken):
        response = post(GOOD)

    assert error_of(response)["code"] == "fault"
    assert "bug" not in response.content.decode()


def test_cookies_of_staff_have_no_effect_and_none_are_set():
    client = Client(raise_request_exception=False)
    client.force_login(StaffFactory(role="supervisor"))

    response = post(GOOD, client=client)

    assert response.status_code == 404
    assert not response.cookies
    with_forged = Client(enforce_csrf_checks=True)
    with_forged.cookies["sessionid"] = "x"
    assert post(GOOD, client=with_forged).status_code == 404


def test_the_language_of_the_request_changes_nothing():
    chinese = post(GOOD, **{"Accept-Language": "zh-hans"})
    english = post(GOOD, **{"Accept-Language": "en"})

    assert chinese.content == english.content


# -- Idempotency-Key ------------------------------------------------------------------------------------------------


def test_the_same_request_under_its_key_is_answered_again():
    terminal = provisioned()
    body = asked(terminal)

    first = post(body, **{"Idempotency-Key": "k-1"})
    second = post(body, **{"Idempotency-Key": "k-1"})

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert DeviceKey.objects.count() == 1


def test_without_a_key_a_second_request_finds_the_code_used():
    body = asked(provisioned())

    assert post(body).status_code == 201
    assert error_of(post(body))["code"] == "code_used"


def test_the_secret_is_not_given_again_after_ten_minutes(monkeypatch):
    body = asked(provisioned())
    first = post(body, **{"Idempotency-Key": "k-1"}).json()
    later = clock.now() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    second = post(body, **{"Idempotency-Key": "k-1"}).json()

    assert second["device_key"] == {"id": first["device_key"]["id"], "secret": None}
    forget_old(later)
    assert IdempotentRequest.objects.get().sealed_secret is None


def test_another_body_under_the_same_key_is_refused():
    body = asked(provisioned())
    post(body, **{"Idempotency-Key": "k-1"})

    assert error_of(post(body | {"app_version": "2"}, **{"Idempotency-Key": "k-1"}))["code"] == "key_reused"


def test_a_refusal_sent_twice_under_its_key_is_one_try():
    terminal = provisioned()
    body = asked(terminal, registration_code=wrong_digits(digits_of(terminal)))

    answers = [post(body, **{"Idempotency-Key": "k-1"}) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {404}
    assert code_of(terminal).wrong_tries == 1


@pytest.mark.parametrize("key", ["", "x" * 65, "钥匙"])
def test_a_key_that_is_none_is_refused(key):
    assert error_of(post(GOOD, **{"Idempotency-Key": key}))["code"] == "key_malformed"


def test_what_is_stored_of_an_answer_is_sealed():
    body = asked(provisioned())
    answer = post(body, **{"Idempotency-Key": "k-1"}).json()

    row = IdempotentRequest.objects.get()
    stored = bytes(row.sealed_secret) + bytes(row.sealed_lasting)
    for secret in (answer["device_key"]["secret"], body["registration_code"], answer["merchant_number"]):
        assert secret.encode() not in stored
