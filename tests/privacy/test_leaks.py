"""What a real table, its dump and its log lines say of a person: nothing that could be read without the keys."""

import json
import logging
from io import StringIO

from django.core.management import call_command
from django.db import connection

from config.accounts.models import User
from config.privacy.fields import blind_index
from merchants.models import Merchant

CANARY = "13912345678"


def test_a_real_row_holds_no_mobile_number(db, caplog):
    caplog.set_level(logging.DEBUG)
    person = User.objects.create_user(email="canary@example.com", password="x", mobile=CANARY)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user WHERE id = %s", [person.pk])
        raw = repr(cursor.fetchone())
    dump = StringIO()
    call_command("dumpdata", "accounts.user", stdout=dump)

    assert "canary@example.com" in raw
    assert "canary@example.com" in dump.getvalue()
    for text in (raw, dump.getvalue(), repr(person), str(person), caplog.text):
        assert CANARY not in text


def test_a_dump_can_be_loaded_again(db, tmp_path):
    person = User.objects.create_user(email="canary@example.com", password="x", mobile=CANARY)
    dump = tmp_path / "people.json"
    call_command("dumpdata", "accounts.user", output=str(dump), verbosity=0)
    User.objects.all().delete()

    call_command("loaddata", str(dump), verbosity=0)

    assert json.loads(dump.read_text())
    assert User.objects.get(pk=person.pk).mobile == CANARY
    assert User.objects.get(mobile_index=blind_index(CANARY, purpose="mobile")).pk == person.pk


def test_the_history_of_a_row_is_sealed_in_its_own_place():
    now, then = (
        Merchant._meta.get_field("contact_mobile"),
        Merchant.history.model._meta.get_field("contact_mobile"),
    )

    assert (now.place, then.place) == (
        "merchants_merchant.contact_mobile",
        "merchants_historicalmerchant.contact_mobile",
    )
