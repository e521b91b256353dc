"""The digits of a code are nowhere at rest in the clear, and nowhere on their way out but on the merchant's own page."""

import json
import logging

import pytest
from django.core import management
from django.db import connection

from config.kernel import clock
from config.kernel.delivery import deliver_due
from config.kernel.outbox import OutboxMessage
from terminals import codes
from tests.merchants.factories import owner_of
from tests.terminals.devices import post
from tests.terminals.factories import code_of, digits_of, provisioned, wrong_digits

pytestmark = pytest.mark.django_db


def everything_at_rest() -> str:
    """Every column of every table, as the database holds it; bytes are shown as text where they are text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [
                    bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell)
                    for cell in row
                ]
    return "\n".join(found)


def spellings(digits: str) -> tuple[str, ...]:
    return (
        digits,
        f"{digits[:4]} {digits[4:8]} {digits[8:]}",
        f"{digits[:4]}-{digits[4:8]}-{digits[8:]}",
        digits[:11],
    )


def test_a_digit_string_that_is_at_rest_is_seen():
    terminal = provisioned()

    assert code_of(terminal).slip_number in everything_at_rest()
    assert terminal.number in everything_at_rest()


def test_the_digits_are_nowhere(caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    terminal = provisioned()
    first = digits_of(terminal)
    codes.reissue(terminal, by=owner_of(terminal.merchant), now=clock.now())
    second = digits_of(terminal)
    asked = {"serial_number": code_of(terminal).serial_number}
    wrong = wrong_digits(second)
    answers = [
        post(asked | {"registration_code": wrong}, **{"Idempotency-Key": "a"}),
        post(asked | {"registration_code": first}, **{"Idempotency-Key": "b"}),
        post(asked | {"registration_code": second, "status": "x"}, **{"Idempotency-Key": "c"}),
        post(asked | {"registration_code": second}, **{"Idempotency-Key": "d"}),
        post(asked | {"registration_code": second}, **{"Idempotency-Key": "e"}),
    ]
    deliver_due(clock.now())
    management.call_command("dumpdata", output=str(tmp_path / "dump.json"), verbosity=0)

    places = {
        "database": everything_at_rest(),
        "dump": (tmp_path / "dump.json").read_text(),
        "log": caplog.text + json.dumps([record.__dict__ for record in caplog.records], default=str),
        "answers": "\n".join(answer.content.decode() for answer in answers),
        "messages": "\n".join(message.title() + message.body() for message in OutboxMessage.objects.all()),
    }

    assert [answer.status_code for answer in answers] == [404, 409, 400, 201, 409]
    for place, text in places.items():
        for digits in (first, second, wrong):
            assert not [spelling for spelling in spellings(digits) if spelling in text], place


def test_the_device_key_is_nowhere():
    terminal = provisioned()
    body = {"serial_number": code_of(terminal).serial_number, "registration_code": digits_of(terminal)}

    secret = post(body, **{"Idempotency-Key": "a"}).json()["device_key"]["secret"]

    assert secret not in everything_at_rest()
