"""Maintained counts: true whatever comes, moves or goes, and however many write at once."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from applications.models import Application
from config.accounts.branches import Branch
from config.kernel import clock, tally
from config.kernel.tally import NAMES, TallyEntry, number_by_status
from terminals.models import RegistrationCode, Terminal
from tests.accounts.factories import BranchFactory
from tests.applications.factories import RegistrationFactory
from tests.terminals.factories import activated, provisioned

pytestmark = pytest.mark.django_db


def numbers(model=Application, branch=None):
    return number_by_status(model, Branch.objects.filter(pk=branch.pk) if branch else Branch.objects.all())


def test_every_counted_table_has_its_triggers():
    """A migration that altered the table on SQLite would have dropped them."""
    tables = tally.counted_tables()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}

    assert {"applications_application", "terminals_terminal", "returns_returnorder"} <= set(tables)
    assert {
        f"applications_application_{name}"
        for name in (*NAMES[connection.vendor], "submitted_at_day", "submitted_at_day_moved")
    } <= tally.kept_by()
    assert tally.kept_by() <= there


def test_a_row_that_comes_moves_and_goes_is_counted_where_it_is():
    registration = RegistrationFactory(state="draft")
    here, there = registration.branch, BranchFactory()
    assert numbers(branch=here) == {"draft": 1}

    Application.objects.filter(pk=registration.pk).update(branch=there)
    assert (numbers(branch=here), numbers(branch=there)) == ({}, {"draft": 1})

    registration.delete()
    assert numbers() == {}


def test_verbs_are_counted_with_what_they_do():
    activated()
    RegistrationFactory(state="approved")

    assert numbers(Terminal) == {"active": 1, "pending_activation": 1}
    assert numbers() == {"approved": 1}
    assert tally.differences() == []


def test_a_branch_counts_what_lies_below_it_and_nothing_else():
    head = BranchFactory(parent=None)
    RegistrationFactory(state="draft", branch=BranchFactory(parent=head))
    RegistrationFactory(state="draft", branch=BranchFactory(parent=None))

    assert number_by_status(Application, Branch.objects.filter(path__startswith=head.path)) == {"draft": 1}


def test_what_hangs_on_another_row_is_counted_at_the_branch_of_that_row():
    terminal, elsewhere = provisioned(), BranchFactory()
    activated(merchant=terminal.merchant)
    here = terminal.branch
    assert numbers(RegistrationCode, here) == {"issued": 1, "used": 1}

    Terminal.objects.filter(pk=terminal.pk).update(branch=elsewhere)

    assert numbers(RegistrationCode, here) == {"used": 1}
    assert numbers(RegistrationCode, elsewhere) == {"issued": 1}
    assert tally.differences() == []
    tally.reckon_anew()
    assert numbers(RegistrationCode, elsewhere) == {"issued": 1}
    assert tally.differences() == []


def test_what_is_rolled_back_was_never_counted():
    class Undo(Exception):
        pass

    with pytest.raises(Undo), transaction.atomic():
        RegistrationFactory(state="draft")
        raise Undo

    assert numbers() == {}


def test_added_up_the_numbers_are_the_same_from_fewer_rows():
    branch = RegistrationFactory(state="approved").branch
    RegistrationFactory.create_batch(3, state="draft", branch=branch)
    before = numbers(branch=branch)

    tally.add_up(clock.now())

    assert before == numbers(branch=branch) == {"approved": 1, "draft": 3}
    entries = TallyEntry.objects.filter(table="applications_application")
    assert sorted(entries.values_list("status", "change")) == [("approved", 1), ("draft", 3)]


def test_the_command_names_a_count_that_is_wrong_and_reckons_it_anew(capsys):
    registration = RegistrationFactory(state="draft")
    call_command("tally")
    TallyEntry.objects.create(
        table="applications_application", branch_key=registration.branch_id, status="draft", change=4
    )

    with pytest.raises(CommandError, match="1 counts are wrong"):
        call_command("tally")
    assert "draft: 5 tallied, 1 found" in capsys.readouterr().out

    call_command("tally", anew=True)
    assert numbers() == {"draft": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_nothing_is_lost_or_counted_twice_while_it_is_added_up():
    branch = BranchFactory()
    writing = threading.Event()
    writing.set()

    def write(own):
        try:
            for number in range(60):
                entry = {"table": "applications_application", "branch_key": branch.pk, "status": f"s{own}"}
                with transaction.atomic():
                    TallyEntry.objects.create(**entry, change=1)
                    if number % 10 == 9:
                        transaction.set_rollback(True)
        finally:
            connection.close()

    def add_up():
        try:
            while writing.is_set():
                tally.add_up()
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[own]) for own in range(4)]
    adders = [threading.Thread(target=add_up) for _ in range(2)]
    for thread in adders + writers:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    for thread in adders:
        thread.join()

    assert numbers(branch=branch) == dict.fromkeys(["s0", "s1", "s2", "s3"], 54)
