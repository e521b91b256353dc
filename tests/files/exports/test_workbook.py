"""A report as a workbook, read back by another program: typed, frozen, formula-free, split where a sheet is full."""

import io
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.db.models import CharField, Value
from django.utils import translation

from config.accounts.models import User
from config.files.exports import workbook
from config.files.exports.asking import ask
from config.files.exports.columns import Age, Count, Day, Moment, Text, YesNo
from config.files.exports.report import report_named
from config.files.exports.rowfile import About
from config.files.exports.sheet import BOM, Sheet
from config.files.exports.workbook import Workbook
from config.kernel import clock
from tests.accounts.factories import StaffFactory
from tests.files.exports.test_cells import HOSTILE
from tests.terminals.factories import DeviceFactory

pytestmark = pytest.mark.django_db
ABOUT = About("People", (("Asked for by", "=周主管"), ("Data of", "2026-09-15 14:30")))


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def cells_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def everything_in(book):
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]


@pytest.fixture
def people():
    for _ in range(5):
        StaffFactory()
    return User.objects.filter(is_staff=True).order_by("pk")


def made(rows, columns):
    book = Workbook(rows, columns, about=ABOUT)
    return book, b"".join(book)


def test_moments_days_and_numbers_are_typed_and_ids_are_text(people):
    joined = datetime(2026, 9, 15, 6, 30, 59, 900_000, tzinfo=UTC)
    User.objects.update(joined_at=joined, last_login=None)
    rows = people.annotate(number=Value("0062220210000000000091", output_field=CharField()))

    _book, content = made(
        rows,
        [
            Text("number", "number", "number"),
            Moment("joined", "joined", "joined_at"),
            Moment("seen", "seen", "last_login"),
            Count("key", "key", "pk"),
            YesNo("staff", "staff", "is_staff"),
            Age("age", "age", "joined_at", until="joined_at"),
        ],
    )

    _cover, sheet = opened(content).worksheets
    first = next(iter(sheet.iter_rows(min_row=2)))
    assert [cell.data_type for cell in first] == ["s", "d", "n", "n", "s", "n"]
    assert first[0].value == "0062220210000000000091"
    assert first[0].number_format == "@"
    # By the bank's clock, to the second.
    assert first[1].value == datetime(2026, 9, 15, 14, 30, 59)  # noqa: DTZ001
    assert first[1].number_format.replace("\\", "") == "yyyy-mm-dd hh:mm:ss"
    assert (first[2].value, first[3].value, first[5].value) == (None, people[0].pk, 0)


def test_a_day_is_a_day():
    day = datetime(2026, 2, 28).date()  # noqa: DTZ001

    assert Day("day", "day", "day").serial(day) == str((day - datetime(1899, 12, 30).date()).days)  # noqa: DTZ001
    assert Day("day", "day", "day").serial(None) == ""


def test_the_heading_stays_in_sight_and_the_first_sheet_says_what_it_is(people):
    with translation.override("en"):
        book, content = made(people, [Text("name", "full name", "full_name")])

    cover, sheet = opened(content).worksheets
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].value == "Full name"
    assert sheet["A1"].font.bold
    said = dict(cells_of(cover)[2:])
    assert cover["A1"].value == "People"
    assert said["Asked for by"] == "'=周主管"
    assert said["Data of"] == "2026-09-15 14:30"
    assert said["Rows"] == str(book.row_count) == "5"


def test_the_same_heading_stands_in_both_formats():
    columns = [Text("email", "e-mail", "email")]

    assert next(Sheet(User.objects.none(), columns).blocks()) == BOM + b'"E-mail"\r\n'


def test_it_is_split_where_a_sheet_is_full_and_no_row_is_lost(people, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)

    _book, content = made(people, [Text("email", "e-mail", "email")])

    cover, *sheets = opened(content).worksheets
    assert [sheet.max_row for sheet in sheets] == [3, 3, 2]
    assert [sheet["A1"].value for sheet in sheets] == ["E-mail"] * 3
    emails = [row[0] for sheet in sheets for row in cells_of(sheet)[1:]]
    assert emails == list(people.values_list("email", flat=True))
    assert len({sheet.title for sheet in (cover, *sheets)}) == 4


def test_a_sheet_is_also_full_by_its_size(people, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_BYTES", 1)
    monkeypatch.setattr("config.files.exports.rowfile.BLOCK", 1)

    _book, content = made(people, [Text("email", "e-mail", "email")])

    assert [sheet.max_row for sheet in opened(content).worksheets[1:]] == [2] * 5


def test_the_limit_is_that_of_the_format():
    assert workbook.MOST_ROWS == 1_048_576 == 2**20
    assert workbook.MOST_BYTES < zipfile.ZIP64_LIMIT


def test_without_rows_there_is_a_sheet_with_its_heading():
    _book, content = made(User.objects.none(), [Text("email", "e-mail", "email")])

    _cover, sheet = opened(content).worksheets
    assert cells_of(sheet) == [["E-mail"]]


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 40_000, "<b>&amp;</b>]]>", "\x01\x02"])
def test_hostile_text_is_no_formula_breaks_no_row_and_loses_no_letter(text):
    StaffFactory()
    rows = User.objects.filter(is_staff=True)[:1].annotate(hostile=Value(text, output_field=CharField()))

    _book, content = made(rows, [Text("h", text, "hostile"), Text("e", "e-mail", "email")])

    book = opened(content)
    assert not [cell for cell in everything_in(book) if cell.data_type == "f"]
    [_heading, row] = cells_of(book.worksheets[1])
    assert row[1] == rows.get().email
    cell = row[0] or ""
    assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    letters = lambda text: [char for char in text if char.isalnum()]  # noqa: E731
    assert letters(cell) == letters(text)[: workbook_limit(text)]


def workbook_limit(text):
    return len(text) if len(text) <= 32_767 else 32_766


def test_it_is_given_out_while_rows_are_still_read(people, monkeypatch):
    monkeypatch.setattr("config.files.exports.rowfile.BLOCK", 1)
    monkeypatch.setattr(workbook, "BLOCK", 1)
    book = Workbook(people, [Text("email", "e-mail", "email")], about=ABOUT)

    with closing(iter(book)) as blocks:
        next(blocks)
        first = book.row_count

    assert first < people.count()


def test_the_same_rows_are_the_same_bytes(people):
    columns = [Text("email", "e-mail", "email")]

    assert made(people, columns)[1] == made(people, columns)[1]


def test_taken_as_a_report_it_states_conditions_person_branch_and_time(branch, supervisor):
    now = clock.now()
    DeviceFactory.create_batch(2, branch=branch)
    with translation.override("zh-hans"):
        export, content = ask(
            report_named("devices"),
            {"status": ["in_stock"], "q": ["310115199402190008"]},
            by=supervisor,
            now=now,
            file_format="xlsx",
        )

    cover = opened(content).worksheets[0]
    said = {label: value for label, value in cells_of(cover) if label}
    assert cover["A1"].value == "机具"
    assert said["导出"] == export.number
    assert said["申请人"] == str(supervisor)
    assert branch.name in said["网点"]
    assert said["状态"] == "在库"
    assert said["搜索"] == f"310{'*' * 13}08"
    assert said["行数"] == "0"
    assert said["数据时间"].startswith(f"{now + timedelta(hours=8):%Y-%m-%d}")
    assert (export.file_format, export.size) == ("xlsx", len(content))
