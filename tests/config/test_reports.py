"""The shelf: each report holds the rows of its list under every filter, in its order, and both writers give the same bytes."""

import io

import openpyxl
import pytest
from constance import config
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from config.files.exports.columns import Level
from config.files.exports.report import shelf
from config.files.exports.sheet import Sheet
from config.files.exports.workbook import Workbook
from config.kernel.facets import facets_of, views_of
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.files.exports.estate import HOSTILE_NAMES, estate, hostile_merchants, parsed
from tests.merchants.factories import CARD, PERSON

pytestmark = pytest.mark.django_db
NAMES = [report.name for report in shelf()]


@pytest.fixture
def branch():
    return BranchFactory()


@pytest.fixture
def supervisor(branch):
    return StaffFactory(role="supervisor", branch=branch)


@pytest.fixture
def furnished(branch, supervisor, client):
    config.exports_per_day = 500
    estate(branch)
    client.force_login(supervisor)


def named(name):
    return next(report for report in shelf() if report.name == name)


def taken(client, report, conditions=None):
    """The cells of the file under these conditions."""
    address = reverse("admin:files_export_report", args=[report.name])
    answer = client.post(address, {**(conditions or {}), "go": "csv"})
    assert answer.status_code == 200, answer.content.decode()[:3000]
    assert answer["Content-Type"].startswith("text/csv")
    return parsed(answer.content)


def keys_of(report, rows):
    """What stands in the first column, of rows as the list has them."""
    return [str(getattr(row, report.columns[0].source)) for row in rows]


def listed(client, report, conditions=None):
    page = client.get(reverse(report.list_page), conditions or {})
    return page.context["cl"]


def test_the_first_reports_are_on_the_shelf():
    assert NAMES == [
        "applications",
        "merchants",
        "terminals",
        "devices",
        "bindings",
        "registration-codes",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_report_has_the_rows_of_its_list_in_its_order_under_every_filter(name, client, furnished):
    report = named(name)
    changes = listed(client, report)
    options = [
        option for facet in facets_of(changes) for option in facet.options if option.url != "?"
    ] + views_of(changes)
    tried, found = 0, 0

    for conditions in [{}, *(QueryDict(option.url.removeprefix("?")).dict() for option in options)]:
        rows = listed(client, report, conditions).result_list
        tried, found = tried + 1, found + bool(rows)
        assert [cells[0] for cells in taken(client, report, conditions)] == keys_of(report, rows), conditions

    assert tried > 2
    assert found > 1


@pytest.mark.parametrize("name", NAMES)
def test_a_search_by_a_whole_number_gives_its_row_only(name, client, furnished):
    report = named(name)
    [first, *others] = keys_of(report, listed(client, report).result_list)
    assert others

    cells = taken(client, report, {"q": first})

    assert [row[0] for row in cells] == [first]


def test_a_search_by_a_part_of_the_name_gives_the_rows_of_the_list(client, furnished):
    report = named("merchants")

    cells = taken(client, report, {"q": "晴川"})

    assert [row[0] for row in cells] == keys_of(report, listed(client, report, {"q": "晴川"}).result_list)
    assert cells


@pytest.mark.parametrize("name", NAMES)
def test_another_branch_is_in_no_report(name, client, furnished):
    client.force_login(StaffFactory(role="supervisor", branch=BranchFactory()))

    assert taken(client, named(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_has_the_rows_of_the_list_with_every_number_as_text(name, client, furnished):
    report = named(name)
    rows = listed(client, report).result_list
    answer = client.post(reverse("admin:files_export_report", args=[name]), {"go": "xlsx"})

    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    _about, sheet = book.worksheets
    assert [str(row[0].value) for row in sheet.iter_rows(min_row=2)] == keys_of(report, rows)
    assert {row[0].data_type for row in sheet.iter_rows(min_row=2)} == {"s"}
    assert sheet.max_column == len(report.columns)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [Sheet, Workbook])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_both_writers_give_the_same_bytes(name, kind, language, furnished, supervisor, monkeypatch):
    report = named(name)
    columns = [column for column in report.columns if column.in_sql]
    with translation.override(language):
        rows = report.selected({}, person=supervisor)
        by_the_database = kind(rows, columns)
        copied = b"".join(by_the_database)
        monkeypatch.setattr(kind, "is_copied", False)
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
@pytest.mark.parametrize("name", [name for name in NAMES if name != "bindings"])
def test_postgresql_copies_whatever_is_not_sealed(name, supervisor):
    report = named(name)

    assert connection.vendor == "postgresql"
    assert Sheet(report.selected({}, person=supervisor), report.columns).is_copied


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


def test_personal_columns_are_masked_and_a_credit_code_is_not(client, furnished, branch):
    rows = taken(client, named("bindings"))
    text = "\n".join(",".join(row) for row in rows)

    assert PERSON not in text
    assert CARD not in text
    assert f"**** **** {CARD[-4:]}" in text
    holders = {row[6] for row in rows}
    assert {holder for holder in holders if "*" in holder} == {f"{PERSON[0]}{'*' * 16}{PERSON[-1]}"}
    assert any(len(holder) == 18 and "*" not in holder for holder in holders)


def test_no_report_has_anything_of_a_code_and_every_sealed_column_is_personal():
    for report in shelf():
        sources = {source for column in report.columns for source in column.sources}
        assert not [
            source for source in sources if {"sealed", "digest", "receipt_token"} & set(source.split("__"))
        ]
        assert [column for column in report.columns if not column.in_sql] == report.personal
        assert len({column.name for column in report.columns}) == len(report.columns)
        assert all(column.level in Level for column in report.columns)


def test_a_report_asks_the_right_of_the_list_it_is_taken_from(client):
    for report in shelf():
        storekeeper = StaffFactory(role="storekeeper")
        client.force_login(storekeeper)
        answer = client.get(reverse("admin:files_export_report", args=[report.name]))
        assert (answer.status_code == 200) == storekeeper.has_perm(report.permission)
