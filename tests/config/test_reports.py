"""The shelf: each report holds the rows of its list under every filter, in its order, and both writers give the same bytes."""

import io
from datetime import timedelta

import openpyxl
import pytest
from constance import config
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from applications.models import Application, Decision
from config.accounts.models import Role
from config.files.exports.columns import Level, Sealed
from config.files.exports.report import shelf
from config.files.exports.sheet import Sheet
from config.files.exports.workbook import Workbook
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.facets import facets_of, views_of
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.files.exports.estate import HOSTILE_NAMES, furnish, hostile_merchants, parsed, taker
from tests.merchants.factories import CARD, PERSON

pytestmark = pytest.mark.django_db
NAMES = [report.name for report in shelf()]


@pytest.fixture
def branch():
    return BranchFactory(parent=BranchFactory(parent=None))


@pytest.fixture
def supervisor(branch):
    return StaffFactory(role="supervisor", branch=branch)


@pytest.fixture
def stocked(branch, client):
    """Rows for one report, and somebody signed in who may take it."""
    config.exports_per_day = 500

    def stock(name):
        furnish(name, branch)
        person = taker(name, branch)
        client.force_login(person)
        return named(name), person

    return stock


def named(name):
    return next(report for report in shelf() if report.name == name)


def taken(client, report, conditions=None):
    """The cells of the file under these conditions. That a file is taken is an act itself, and none of those that are looked for."""
    acts = AuditEvent.objects.order_by("-id").values_list("pk", flat=True).first() or 0
    address = reverse("admin:files_export_report", args=[report.name])
    answer = client.post(address, {**(conditions or {}), "go": "csv"})
    assert answer.status_code == 200, answer.content.decode()[:3000]
    assert answer["Content-Type"].startswith("text/csv")
    rows = parsed(answer.content)
    return [row for row in rows if int(row[0]) <= acts] if report.name == "audit" else rows


def value_of(row, path):
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def keys_of(report, rows):
    """What stands in the first column, of rows as the list has them."""
    first = report.columns[0]
    return [first.written(*(value_of(row, source) for source in first.sources)) for row in rows]


def listed(client, report, conditions=None):
    page = client.get(reverse(report.list_page), conditions or {})
    return page.context["cl"]


def test_the_shelf_holds_what_staff_ask_for():
    assert NAMES == [
        "applications",
        "decisions",
        "first-pass-by-reviewer",
        "first-pass-by-reason",
        "corrections",
        "stops",
        "merchants",
        "terminals",
        "devices",
        "bindings",
        "registration-codes",
        "returns",
        "violations",
        "charges",
        "offers",
        "enrolments",
        "tickets",
        "self-check-weeks",
        "staff-activity",
        "audit",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_report_has_the_rows_of_its_list_in_its_order_under_every_filter(name, client, stocked):
    report, _person = stocked(name)
    changes = listed(client, report)
    options = [
        option for facet in facets_of(changes) for option in facet.options if option.url != "?"
    ] + views_of(changes)
    tried, found = 0, 0

    for conditions in [{}, *(QueryDict(option.url.removeprefix("?")).dict() for option in options)]:
        page = listed(client, report, conditions)
        rows = page.result_list
        tried, found = tried + 1, found + bool(rows)
        keys = [cells[0] for cells in taken(client, report, conditions)]
        # Files are acts themselves: after many of them the record is longer than a page.
        assert keys[: len(rows)] == keys_of(report, rows), conditions
        assert len(keys) == len(rows) or len(rows) == page.list_per_page, conditions

    assert tried > 2
    assert found > 1


# Found by what is no number of one row: an act by what it was, a figure by a part of its words.
SEARCHED = {"audit": "tried_2", "first-pass-by-reason": "反光"}


@pytest.mark.parametrize("name", NAMES)
def test_a_search_gives_the_rows_that_the_list_finds(name, client, stocked):
    report, _person = stocked(name)
    everything = keys_of(report, listed(client, report).result_list)

    searched = SEARCHED.get(name, everything[0])
    cells = [row[0] for row in taken(client, report, {"q": searched})]

    assert cells == keys_of(report, listed(client, report, {"q": searched}).result_list)
    assert 0 < len(cells) < len(everything)
    if name not in SEARCHED:
        assert set(cells) == {searched}


@pytest.mark.parametrize("name", NAMES)
def test_another_branch_is_in_no_report_and_without_the_right_there_is_none(name, client, stocked):
    report, _person = stocked(name)
    mine = keys_of(report, listed(client, report).result_list)
    address = reverse("admin:files_export_report", args=[name])

    elsewhere = taker(name, BranchFactory(parent=BranchFactory(parent=None)))
    client.force_login(elsewhere)
    theirs = {cells[0] for cells in taken(client, report)}
    # Nobody is there but this person, who has signed in.
    own = {str(pk) for pk in AuditEvent.objects.filter(by=elsewhere).values_list("pk", flat=True)}
    assert theirs <= {elsewhere.email} | (own if name == "audit" else set())
    assert len(mine) > 1

    for role in Role:
        person = StaffFactory(role=role)
        client.force_login(person)
        allowed = person.has_perm(report.permission) and person.has_perm("files.take_report")
        assert client.get(address).status_code == (200 if allowed else 403), role
        assert (client.post(address, {"go": "csv"}).status_code == 200) == allowed, role
        shown = address in client.get(reverse("admin:files_export_reports")).content.decode()
        assert shown == allowed, role


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_has_the_rows_of_the_list_with_every_number_as_text(name, client, stocked):
    report, _person = stocked(name)
    rows = listed(client, report).result_list
    answer = client.post(reverse("admin:files_export_report", args=[name]), {"go": "xlsx"})

    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    _about, sheet = book.worksheets
    keys = keys_of(report, rows)
    # That the list and the file were looked at is an act itself, and comes after those of the list.
    given = [str(row[0].value) for row in sheet.iter_rows(min_row=2)]
    assert [key for key in given if name != "audit" or int(key) <= int(keys[0])] == keys
    assert {row[0].data_type for row in sheet.iter_rows(min_row=2)} == {"s"}
    assert sheet.max_column == len(report.columns)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [Sheet, Workbook])
def test_both_writers_give_the_same_bytes(name, kind, stocked, monkeypatch):
    report, person = stocked(name)
    columns = [column for column in report.columns if column.in_sql]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            rows = report.selected({}, person=person)
            by_the_database = kind(rows, columns)
            copied = b"".join(by_the_database)
            with monkeypatch.context() as patched:
                patched.setattr(kind, "is_copied", False)
                by_hand = kind(rows, columns)
                written = b"".join(by_hand)

        assert copied == written
        assert (by_hand.row_count, by_hand.size, by_hand.sha256) == (
            by_the_database.row_count,
            len(copied),
            by_the_database.sha256,
        )
        assert by_hand.row_count > 1


@pytest.mark.postgresql
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("bindings", "audit")])
def test_postgresql_copies_whatever_is_not_sealed(name, branch):
    report = named(name)

    assert connection.vendor == "postgresql"
    assert Sheet(report.selected({}, person=taker(name, branch)), report.columns).is_copied


@pytest.mark.parametrize("name", NAMES)
def test_every_column_says_where_its_value_is_found(name, branch):
    """A source that its rows do not know is an error of the declaration."""
    report = named(name)
    rows = report.selected({}, person=taker(name, branch))

    for column in report.columns:
        assert list(rows.values_list(*column.sources)[:1]) is not None
        assert str(column.heading).strip()


def test_hostile_names_break_no_row_and_run_in_no_spreadsheet(client, branch, supervisor):
    hostile_merchants(branch)
    client.force_login(supervisor)
    report = named("merchants")

    rows = taken(client, report)

    assert len(rows) == len(HOSTILE_NAMES)
    assert {len(row) for row in rows} == {len(report.columns)}
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r＝＋－＠"))]
    assert not [cell for row in rows for cell in row if set(cell) & set("\n\r\t\u202e")]
    letters = lambda text: [char for char in text if char.isalnum()]  # noqa: E731
    assert sorted(letters(row[1]) for row in rows) == sorted(letters(name[:20]) for name in HOSTILE_NAMES)


def test_personal_columns_are_masked_and_a_credit_code_is_not(client, stocked):
    report, _person = stocked("bindings")
    rows = taken(client, report)
    text = "\n".join(",".join(row) for row in rows)

    assert PERSON not in text
    assert CARD not in text
    assert f"**** **** {CARD[-4:]}" in text
    holders = {row[6] for row in rows}
    assert {holder for holder in holders if "*" in holder} == {f"{PERSON[0]}{'*' * 16}{PERSON[-1]}"}
    assert any(len(holder) == 18 and "*" not in holder for holder in holders)


@pytest.mark.parametrize("name", [name for name in NAMES if named(name).personal])
def test_plain_columns_need_a_right_and_a_purpose(name, client, stocked):
    report, _person = stocked(name)
    address = reverse("admin:files_export_report", args=[name])
    plain = {"go": "csv", "plain": [column.name for column in report.personal]}

    without_purpose = client.post(address, plain)
    with_purpose = client.post(address, plain | {"purpose": "audit"})
    client.force_login(StaffFactory(role="reviewer", branch=BranchFactory()))
    without_right = client.post(address, plain | {"purpose": "audit"})

    assert without_purpose.headers["Content-Type"].startswith("text/html")
    assert PERSON in with_purpose.content.decode()
    assert PERSON not in without_right.content.decode()


def test_no_report_has_anything_of_a_code_and_every_sealed_column_is_personal():
    for report in shelf():
        sources = {source for column in report.columns for source in column.sources}
        assert not [
            source for source in sources if {"sealed", "digest", "receipt_token"} & set(source.split("__"))
        ]
        assert [column for column in report.columns if isinstance(column, Sealed)] == report.personal
        assert len({column.name for column in report.columns}) == len(report.columns)
        assert all(column.level in Level for column in report.columns)


def test_figures_are_those_of_the_decisions_they_lead_to(client, stocked):
    """Each row of the first-pass lists counts what its link lists."""
    report, person = stocked("first-pass-by-reviewer")
    for name, number in (("first-pass-by-reviewer", "decided"), ("first-pass-by-reason", "given")):
        changes = listed(client, named(name))
        assert changes.result_list
        for row in changes.result_list:
            behind = client.get(changes.url_for_result(row)).context["cl"].result_list
            assert len(behind) == getattr(row, number)
    late = sum(row.late for row in report.selected({}, person=person))
    assert late == len(listed(client, named("decisions"), {"answered": "breached"}).result_list) == 1


def test_a_rate_is_the_share_of_first_decisions_that_were_approved(client, stocked):
    report, person = stocked("first-pass-by-reviewer")

    rows = list(report.selected({}, person=person))

    first = Decision.objects.filter(round=1, application__branch__in=person.branch_scope())
    assert sum(row.first for row in rows) == first.count()
    rates = {cells[0]: cells[4] for cells in taken(client, report)}
    for row in rows:
        assert rates[row.full_name] == str(round(100 * row.first_approved / row.first)) if row.first else ""


def test_what_was_promised_is_within_breached_or_open(client, stocked):
    report, person = stocked("applications")
    late, decided = Application.objects.filter(
        branch__in=person.branch_scope(), due_at__isnull=False
    ).order_by("decided_at")[:2]
    Application.objects.filter(pk__in=[late.pk, decided.pk]).update(due_at=clock.now() - timedelta(days=1))

    said = {
        name: {row[0] for row in taken(client, report, {"standing": name})}
        for name in ("within", "breached", "running", "overdue")
    }

    everything = {row[0] for row in taken(client, report, {"view": "all"})}
    assert sum(map(len, said.values())) == len(set().union(*said.values())) <= len(everything)
    assert said["breached"] | said["overdue"] == {late.number, decided.number}
