"""The figures of a report on paper: they add up, equal the list under its conditions, and go through the same checks."""

import io
import re

import pikepdf
import pytest
from django.utils import translation

from config.files.exports.asking import ask
from config.files.exports.making import make
from config.files.exports.report import report_named, shelf
from config.files.exports.rowfile import About
from config.files.exports.summary import LONGEST_TABLE, Summary
from config.kernel import clock
from config.kernel.audit import AccessRecord
from tests.accounts.factories import BranchFactory
from tests.files.exports.estate import furnish, taker
from tests.files.exports.test_making import file_of, own_vault  # noqa: F401
from tests.terminals.factories import DeviceFactory

pytestmark = pytest.mark.django_db


def facts_of(report, person, conditions=None, language="en"):
    """What is printed."""
    with translation.override(language):
        rows = report.selected(conditions or {}, person=person)
        summary = Summary(rows, report.columns, about=About(str(report.title)))
        columns = [column for column in report.columns if column.is_counted]
        counts = summary._counts(columns)
        summary.row_count = sum(counts[0].values()) if counts else rows.count()
        return summary._facts(columns, counts)


def number(text):
    return int(text.replace(",", ""))


@pytest.mark.parametrize("name", [report.name for report in shelf()])
def test_the_figures_of_every_report_add_up_to_its_rows(name, branch):
    furnish(name, branch)
    report, person = report_named(name), taker(name, branch)
    total = report.selected({}, person=person).count()

    facts = facts_of(report, person)

    assert total
    assert len(facts["parts"]) == sum(column.is_counted for column in report.columns)
    for part in facts["parts"]:
        assert sum(number(row[1]) for row in part["rows"]) == total
    assert dict(facts["lines"])["Rows"] == f"{total:,}"


def test_the_figures_are_those_of_the_filtered_list_in_its_words(branch, supervisor, devices):
    DeviceFactory.create_batch(3, branch=branch)
    DeviceFactory.create_batch(1, branch=branch, ownership="merchant")
    DeviceFactory(branch=BranchFactory())

    facts = facts_of(devices, supervisor, {"status": ["in_stock"]}, "zh-hans")

    with translation.override("zh-hans"):
        heading = f"按{next(column.heading for column in devices.columns if column.name == 'ownership')}"
    [by_ownership] = [part["rows"] for part in facts["parts"] if part["heading"] == heading]
    assert [row[1:3] for row in by_ownership] == [("3", "75.0%"), ("1", "25.0%")]


def test_a_long_table_ends_with_how_many_others_there_are(branch, supervisor, devices):
    for _ in range(LONGEST_TABLE + 2):
        DeviceFactory(branch=BranchFactory(parent=branch))

    [by_branch] = [part for part in facts_of(devices, supervisor)["parts"] if part["heading"] == "By branch"]

    assert len(by_branch["rows"]) == LONGEST_TABLE + 1
    assert by_branch["rows"][-1][:2] == ("All others: 2", "2")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_is_one_pdf_that_is_on_record(branch, supervisor, devices, language):
    DeviceFactory.create_batch(3, branch=branch)
    with translation.override(language):
        export, content = ask(devices, {}, by=supervisor, now=clock.now(), file_format="pdf")

    pdf = pikepdf.open(io.BytesIO(content))
    assert len(pdf.pages) == 1
    assert str(pdf.docinfo["/Title"]) == {"en": "Devices", "zh-hans": "机具"}[language]
    assert (export.row_count, export.file_format) == (3, "pdf")
    assert AccessRecord.objects.of(export).get().detail["format"] == "pdf"


def test_of_a_long_report_it_is_made_by_the_worker(waiting):
    export = waiting(3, file_format="pdf")
    make(export, now=clock.now())
    export.refresh_from_db()

    assert (export.status, export.row_count) == ("ready", 3)
    assert file_of(export).startswith(b"%PDF")
    assert re.fullmatch(r"devices-DC-\d{6}\.pdf", export.filename)


def test_without_rows_it_says_none(supervisor, devices):
    facts = facts_of_nothing(devices, supervisor)

    assert facts["parts"] == []
    assert dict(facts["lines"])["Rows"] == "0"


def facts_of_nothing(report, person):
    with translation.override("en"):
        summary = Summary(report.selected({}, person=person), report.columns, about=About("Nothing"))
        assert b"".join(summary).startswith(b"%PDF")
        return summary._facts([], [])
