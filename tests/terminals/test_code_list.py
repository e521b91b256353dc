"""The table of codes as a list: what is written out comes back, whole or not at all, and over nobody's change."""

import csv

import pytest
from django.urls import reverse
from django.utils import translation

from config.files.imports.running import take_in
from config.files.models import ImportJob
from config.kernel import clock
from terminals.code_list import CODES, MOST_AT_ONCE, MOST_CODES, import_codes
from terminals.code_sheet import COLUMNS, HEADINGS_ZH, export_codes
from terminals.models import ResponseCode, ResponseCodeVersion
from terminals.models.response_code import WORDING
from terminals.response_codes import read_code
from tests.accounts.factories import StaffFactory
from tests.terminals.wording import revised

pytestmark = pytest.mark.django_db


@pytest.fixture
def take():
    helper = StaffFactory(role="support")
    return lambda content, **options: import_codes(content, by=helper, now=clock.now(), **options)


def exported(*codes: str) -> list[dict[str, str]]:
    rows = ResponseCode.objects.filter(code_set="unionpay", code__in=codes)
    with translation.override("en"):
        return list(csv.DictReader(export_codes(rows).splitlines()))


def written(*lines: dict[str, str], columns=COLUMNS) -> str:
    cells = [[line.get(name, "") for name in columns] for line in lines]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [list(columns), *cells])


def untouched() -> bool:
    return not ResponseCodeVersion.objects.filter(version__gt=1).exists()


def sentences(report) -> list[str]:
    return [error.sentence for error in report.errors]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_exported_comes_back_as_it_is(take, language):
    with translation.override(language):
        report = take(export_codes(ResponseCode.objects.all()))

    assert (report.errors, report.added, report.count) == ([], 0, ResponseCode.objects.count())
    assert untouched()


def test_an_export_opens_in_a_spreadsheet_and_runs_nothing():
    rows = list(csv.reader(export_codes(ResponseCode.objects.all()).splitlines()))

    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_a_changed_line_is_the_codes_next_version(take):
    line = exported("97")[0] | {"meaning_en": "Not found", "sub_reasons_en": "first | second"}

    report = take(written(line))

    row = read_code("97")
    assert (report.errors, report.added) == ([], 1)
    assert (row.version, row.meaning_en, row.sub_reasons_en) == (2, "Not found", "first\nsecond")


def test_a_new_code_joins_with_an_empty_version(take):
    line = exported("97")[0] | {"code": "ｚ９", "version": "", "group": "银行系统", "retains_card": "否"}

    with translation.override("zh-hans"):
        report = take(written(line))

    assert (report.errors, report.added) == ([], 1)
    assert (read_code("Z9").group, read_code("Z9").version) == ("host", 1)


def test_chinese_headings_and_gbk_are_read(take):
    line = exported("97")[0] | {"meaning_zh": "改过的含义"}
    text = written(line).replace(",".join(f'"{name}"' for name in COLUMNS), ",".join(HEADINGS_ZH.values()))

    report = take(text.encode("gb18030"))

    assert (report.errors, read_code("97").meaning_zh) == ([], "改过的含义")


def test_looking_changes_nothing_and_says_what_each_line_would_do(take):
    changed, same = exported("03", "97")
    new = same | {"code": "Z9", "version": ""}

    with translation.override("en"):
        report = take(written(changed | {"meaning_en": "x"}, same, new), only_look=True)

    assert [cells[2] for cells in report.preview] == ["changes: meaning (English)", "as it is", "new"]
    assert untouched()
    assert read_code("Z9") is None


def test_one_wrong_line_and_nothing_is_taken(take):
    good, bad = exported("03", "97")

    report = take(written(good | {"meaning_zh": "好"}, bad | {"meaning_zh": ""}))

    assert [error.line for error in report.errors] == [3]
    assert (report.added, read_code("03").version) == (0, 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code": "3", "version": ""}, "exactly two characters"),
        ({"code": "", "version": ""}, "code:"),
        ({"code_set": "New Land!", "version": ""}, "capital letters"),
        ({"group": "weather"}, "what it is about"),
        ({"action_class": "Z"}, "class"),
        ({"desk": "canteen"}, "desk"),
        ({"retains_card": "perhaps"}, "retained"),
        ({"retains_card": "1"}, "about the card"),
        ({"meaning_zh": ""}, "meaning (Chinese)"),
        ({"screen_text": "长" * 201}, "Shorten"),
        ({"note_en": "x" * 901}, "900"),
        ({"bank_step_en": "=HYPERLINK(1)"}, "formula"),
        ({"version": ""}, "listed already"),
        ({"version": "9"}, "version 1 now"),
        ({"version": "eins"}, "version 1 now"),
        ({"code": "Z9"}, "leave its version empty"),
        ({"code": "T4' OR 1=1"}, "leave its version empty"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(take, changed, said):
    with translation.override("en"):
        report = take(written(exported("97")[0] | changed))

    assert [error.line for error in report.errors] == [2]
    assert said in sentences(report)[0]
    assert untouched()


def test_a_code_stands_in_one_line(take):
    line = exported("97")[0]

    with translation.override("en"):
        report = take(written(line, line))

    assert sentences(report) == ["This code stands in line 2 already."]


def test_a_line_made_before_somebody_elses_change_is_refused(take):
    line = exported("97")[0] | {"meaning_zh": "旧文件"}
    revised("97", meaning_zh="新内容")

    with translation.override("en"):
        report = take(written(line))

    assert "version 2 now" in sentences(report)[0]
    assert read_code("97").meaning_zh == "新内容"


@pytest.mark.parametrize(
    "content",
    ["", "code,meaning_zh\n97,x", "a,b\n1,2", written(), b"\x00\xff", "x" * 2_000_001, '"' + "x" * 200_000],
)
def test_what_is_no_table_of_codes_is_said_to_be_none(take, content):
    report = take(content)

    assert (len(report.errors), report.added) == (1, 0)


def test_the_headings_are_the_columns_of_a_code():
    assert set(COLUMNS) == {"code_set", "code", "version", *WORDING}


def test_a_list_costs_no_question_for_a_line_that_changes_nothing(take, django_assert_num_queries):
    for lines in (exported("97"), exported("03", "58", "97")):
        with django_assert_num_queries(1):
            assert take(written(*lines), only_look=True).errors == []


def test_a_long_table_is_taken_in_the_background_with_its_progress_in_sight(client):
    line = exported("97")[0] | {"version": "", "code_set": "host"}
    many = written(*(line | {"code": f"X{number:03}"} for number in range(MOST_AT_ONCE + 1)))
    client.force_login(StaffFactory(role="support"))
    address = reverse("admin:terminals_responsecode_import")

    page = client.get(address).content.decode()
    answer = client.post(address, {"text": many, "go": "import"})

    assert f"{MOST_AT_ONCE} 行" in page
    assert not ResponseCode.objects.filter(code_set="host").exists()
    job = ImportJob.objects.get()
    assert answer.url == reverse("admin:files_importjob_change", args=[job.pk])
    take_in(job, now=clock.now())
    job.refresh_from_db()
    assert (job.status, job.lines_done) == ("done", MOST_AT_ONCE + 1)
    assert ResponseCode.objects.filter(code_set="host").count() == MOST_AT_ONCE + 1


def test_a_table_of_usual_length_is_taken_at_once(client):
    line = exported("97")[0] | {"version": "", "code_set": "host"}
    client.force_login(StaffFactory(role="support"))
    few = written(*(line | {"code": f"X{number:03}"} for number in range(MOST_AT_ONCE)))

    client.post(reverse("admin:terminals_responsecode_import"), {"text": few, "go": "import"})

    assert not ImportJob.objects.exists()
    assert ResponseCode.objects.filter(code_set="host").count() == MOST_AT_ONCE


def test_a_table_longer_than_any_bank_has_is_refused(client):
    client.force_login(StaffFactory(role="support"))
    line = exported("97")[0]
    many = written(*(line | {"code": f"X{number:03}"} for number in range(MOST_CODES + 1)))

    answer = client.post(reverse("admin:terminals_responsecode_import"), {"text": many, "go": "import"})

    [[sentence]] = answer.context["form"].errors.values()
    assert f"{MOST_CODES:,}" in sentence
    assert not ImportJob.objects.exists()


def test_the_preview_names_a_code_by_the_field_s_own_term():
    with translation.override("zh-hans"):
        assert CODES.headings() == ["代码集", "代码", "这一行的作用"]
    with translation.override("en"):
        assert CODES.headings() == ["Code set", "Code", "What the line does"]
