"""The host's list of last transactions: read calmly, judged line by line, taken whole or not at all, by the head office only."""

from datetime import timedelta

import pytest

from config.kernel import clock
from terminals.host_list import import_host_list, read_moment
from terminals.models import HostReport
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.factories import activated
from tests.terminals.unused import at

pytestmark = pytest.mark.django_db
NOW = at(2026, 9, 11, 15)
TODAY = NOW.date()


@pytest.fixture
def head_office():
    return StaffFactory(role="settlement", branch=BranchFactory(code="HEAD", parent=None))


@pytest.fixture
def take(head_office):
    def take(text, *, by=None, reaches_to=TODAY, only_look=False):
        return import_host_list(
            text, reaches_to=reaches_to, by=by or head_office, now=NOW, only_look=only_look
        )

    return take


def used_at(terminal):
    terminal.refresh_from_db()
    return terminal.last_transaction_at


@pytest.mark.parametrize("heading", ["终端编号,最后交易时间", "terminal_number,last_transaction"])
def test_the_list_is_taken(take, heading):
    first, second = activated()[0], activated()[0]

    report = take(f"{heading}\n{first.number},2026-09-10 14:30\n{second.number},2026-09-11 08:05:59\n")

    assert (report.added, report.errors) == (2, [])
    assert used_at(first) == at(2026, 9, 10, 14) + timedelta(minutes=30)
    assert used_at(second) == at(2026, 9, 11, 8) + timedelta(minutes=5, seconds=59)
    assert HostReport.objects.get().line_count == 2


def test_a_wrong_line_is_named_and_nothing_is_taken(take):
    good, other = activated()[0], activated()[0]
    lines = [
        f"{good.number},2026-09-10 14:30",
        "ZZ999999,2026-09-10 14:30",
        f"{other.number},yesterday",
        f"{good.number},2026-09-10 15:30",
        f"{other.number},2026-09-12 14:30",
        "=1+1,2026-09-10 14:30",
    ]

    report = take("终端编号,最后交易时间\n" + "\n".join(lines))

    assert [error.line for error in report.errors] == [3, 4, 5, 6, 7]
    assert all(error.sentence for error in report.errors)
    assert used_at(good) is None
    assert not HostReport.objects.exists()


def test_a_moment_after_the_day_it_reaches_to_is_wrong(take):
    terminal, _done = activated()

    report = take(
        f"终端编号,最后交易时间\n{terminal.number},2026-09-11 08:00", reaches_to=at(2026, 9, 10).date()
    )

    assert [error.line for error in report.errors] == [2]


def test_looking_changes_nothing(take):
    terminal, _done = activated()

    report = take(f"终端编号,最后交易时间\n{terminal.number},2026-09-10 14:30", only_look=True)

    assert (report.count, report.preview) == (1, [(terminal.number, "2026-09-10 14:30")])
    assert used_at(terminal) is None
    assert not HostReport.objects.exists()


def test_a_branch_does_not_speak_for_the_whole_bank(take, head_office):
    terminal, _done = activated()
    of_a_branch = StaffFactory(role="settlement", branch=BranchFactory(parent=head_office.branch))

    report = take(f"终端编号,最后交易时间\n{terminal.number},2026-09-10 14:30", by=of_a_branch)

    assert [error.line for error in report.errors] == [0]
    assert used_at(terminal) is None


def test_a_list_does_not_reach_into_the_future(take):
    terminal, _done = activated()
    text = f"终端编号,最后交易时间\n{terminal.number},2026-09-10 14:30"

    assert take(text, reaches_to=at(2026, 9, 12).date()).errors
    assert not HostReport.objects.exists()


@pytest.mark.parametrize(
    "text", ["", "2026-13-01 10:00", "2026-09-11", "14:30", "2026-09-11 25:00", "９" * 50]
)
def test_what_is_no_moment(text):
    assert read_moment(text) is None


def test_wide_digits_are_a_moment():
    assert read_moment("２０２６-０９-１１ １４:３０") == at(2026, 9, 11, 14) + timedelta(minutes=30)


def test_the_desk_takes_the_list(client, head_office):
    terminal, _done = activated()
    client.force_login(head_office)
    said = {
        "reaches_to": str(clock.today()),
        "text": f"终端编号,最后交易时间\n{terminal.number},2026-01-05 09:00",
    }

    looked = client.post("/admin/terminals/hostreport/import/", said | {"go": "look"})
    taken = client.post("/admin/terminals/hostreport/import/", said | {"go": "import"})

    assert (looked.status_code, taken.status_code) == (200, 302)
    assert used_at(terminal) == at(2026, 1, 5, 9)
