"""A register of any size for rehearsals: exactly as much as was asked for, true in itself, and shown by the portal's own lists."""

from __future__ import annotations

import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from applications.demo import numbers
from applications.invariants import violations
from applications.models import Application, Registration
from applications.scale import loading
from applications.scale.invented import Inventor
from applications.scale.loading import parts
from applications.scale.specimens import Specimen
from config.accounts.models import Branch, User
from config.kernel.tally import differences, number_by_status
from config.privacy.fields import blind_index
from config.privacy.identifiers import CHECKS
from merchants.models import Division, Merchant
from terminals.models import Terminal

TODAY = date(2026, 11, 30)
SIZE = {"merchants": 12, "terminals": 15, "applications": 130}


def loaded(**changed) -> str:
    """What the command said."""
    asked = {**SIZE, "into": connection.settings_dict["NAME"], **changed}
    said = StringIO()
    call_command("load_scale", stdout=said, **asked)
    return said.getvalue()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_register_is_loaded_that_is_true_in_itself(client, monkeypatch):
    monkeypatch.setattr(loading, "TOLD_EVERY", 10)
    # As after `migrate`, when no reference data is there.
    Division.objects.update(parent=None)
    Division.objects.all().delete()

    said = loaded()

    # How far it is, from part to part and within a long one.
    assert re.search(r"refu: \d\d of \d\d\n", said)

    # As many as were asked for, in every course.
    assert (Merchant.objects.count(), Terminal.objects.count()) == (12, 15)
    assert Application.objects.count() == 130
    assert Terminal.objects.values_list("status", flat=True).distinct().get() == "active"
    assert set(Application.objects.values_list("status", flat=True)) == {
        *("approved", "rejected", "withdrawn", "lapsed", "submitted")
    }
    # What must be true of every register, and every maintained count.
    assert [f"{one.name}: {one.found}" for one in violations()] == []
    assert differences() == []
    assert sum(number_by_status(Application, Branch.objects.all()).values()) == 130
    # Identifiers are all different and stand the portal's own checks; what is sealed opens and is found by its index.
    _identifiers_hold()
    # The portal's own pages show it.
    client.force_login(User.objects.get(email="reviewer@bank.example"))
    newest, waiting = (
        Application.objects.filter(status=one).latest("submitted_at") for one in ("approved", "submitted")
    )
    for name, args, shown in [
        ("applications_application_changelist", [], waiting.number),
        ("merchants_merchant_changelist", [], newest.merchant.number),
        ("terminals_terminal_changelist", [], newest.merchant.terminals.first().number),
        ("applications_application_change", [waiting.pk], waiting.number),
        ("applications_application_change", [newest.pk], newest.number),
    ]:
        page = client.get(reverse(f"admin:{name}", args=args), follow=True)
        assert (page.status_code, shown in page.content.decode()) == (200, True), (name, shown)
    # It does not fill a register twice.
    with pytest.raises(CommandError, match="already"):
        loaded()


def _identifiers_hold() -> None:
    for merchant in Merchant.objects.all():
        for name, value in {
            "merchant_number": merchant.number,
            "resident_id": merchant.responsible_id_number,
            "mobile": merchant.contact_mobile,
            **({"uscc": merchant.uscc} if merchant.uscc else {}),
        }.items():
            assert CHECKS[name].is_sound(value, on=TODAY), (name, value)
        assert merchant.responsible_id_index == blind_index(
            merchant.responsible_id_number, purpose="id_number"
        )
    mobiles = [one.contact_mobile for one in Registration.objects.all()]
    assert len(set(mobiles)) == len(mobiles) == 130


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ({"merchants": 10, "terminals": 9, "applications": 20}, "comes with a terminal"),
        ({"merchants": 10, "terminals": 10, "applications": 9}, "come by an application"),
        ({"merchants": 0, "terminals": 0, "applications": 0}, "comes with a terminal"),
        ({"merchants": 2_000_000, "terminals": 2_000_000, "applications": 2_000_000}, "at most"),
    ],
)
def test_a_size_that_cannot_be_is_refused(size, sentence):
    with pytest.raises(ValueError, match=sentence):
        parts(**size)


def test_the_parts_are_what_was_asked_for():
    for merchants, terminals, applications in [(1, 1, 1), (7, 20, 300), (1_000_000, 1_000_000, 2_000_000)]:
        asked = parts(merchants=merchants, terminals=terminals, applications=applications)

        granted = [part for part in asked if part.course.__name__ in ("is_in_use", "is_suspended")]
        assert sum(part.number for part in granted) == merchants
        assert sum(part.number * part.terminals for part in granted) == terminals
        assert sum(part.number for part in asked) == applications


def test_nothing_that_a_clone_is_known_by_is_a_specimen_s_or_another_clone_s():
    """Specimens' numbers are small ones: clones come past each of them."""
    code, born = numbers.credit_code("92", "310115", "00000281"), date(1955, 1, 2)
    marks = {
        "uscc": code,
        "id_number": numbers.resident_id("310115", born),
        "email": "laps@scale.example",
        "serial 0": "S8LAPS000",
        "terminal 0": "00000281",
    }
    specimen = Specimen(marks=marks, branch_key=1, reviewer_key=1, issued_on="2026-01-01")

    clones = list(
        Inventor([specimen], [Branch(pk=1, code="P1")], [1]).clones(specimen, number=3000, span=3650)
    )

    known_by = [text for one in clones for text in one.marks.values()]
    assert len(set(known_by)) == len(known_by) == 3000 * len(marks)
    assert not set(known_by) & set(marks.values())


@pytest.mark.django_db
def test_the_database_has_to_be_named_and_to_be_postgresql():
    is_postgresql = connection.vendor == "postgresql"

    with pytest.raises(CommandError, match="--into" if is_postgresql else "PostgreSQL"):
        call_command("load_scale", into="another")

    assert not Application.objects.exists()


@pytest.mark.django_db
def test_a_register_in_production_is_never_filled(settings):
    settings.PRODUCTION, settings.DEMO_MODE = True, False

    with pytest.raises(CommandError, match="rehearsal"):
        loaded()
