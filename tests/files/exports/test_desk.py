"""The pages of exports: the shelf, a report before it is taken, what was taken, and who gets a file by a link."""

import re

import pytest
from constance import config
from django.urls import reverse
from django.utils import translation

from config.files.exports.making import make
from config.files.exports.report import report_named, shelf
from config.files.exports.scheduling import schedule
from config.files.models import Export
from config.kernel import clock
from config.kernel.audit import AccessRecord
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.files.exports.estate import parsed, taker
from tests.files.exports.test_making import own_vault  # noqa: F401
from tests.merchants.factories import CARD, onboarded
from tests.terminals.factories import DeviceFactory, provisioned

pytestmark = pytest.mark.django_db
LIST = reverse("admin:files_export_changelist")
SHELF = reverse("admin:files_export_reports")


def address(name="devices"):
    return reverse("admin:files_export_report", args=[name])


def page_of(export, noun="change"):
    return reverse(f"admin:files_export_{noun}", args=[export.pk])


@pytest.fixture
def ready(waiting):
    def made(count=3, **given):
        export = waiting(count, **given)
        make(export, now=clock.now())
        export.refresh_from_db()
        return export

    return made


@pytest.fixture
def at_desk(client, supervisor):
    client.force_login(supervisor)
    return client


def test_the_shelf_holds_what_the_role_may_take(client):
    storekeeper = StaffFactory(role="storekeeper")
    client.force_login(storekeeper)

    text = client.get(SHELF).content.decode()

    linked = set(re.findall(r"/reports/([a-z-]+)/", text))
    assert linked == {report.name for report in shelf() if storekeeper.has_perm(report.permission)}
    assert 0 < len(linked) < len(shelf())


@pytest.mark.parametrize("name", [report.name for report in shelf()])
def test_every_report_has_a_control_on_its_list_that_keeps_the_filters(name, client, branch):
    client.force_login(taker(name, branch))
    report = report_named(name)
    asked = {"q": "晴川便利店", "branch": str(branch.pk), "page": "9"}

    page = client.get(reverse(report.list_page), asked)

    assert f'action="{address(name)}"' in page.content.decode()
    kept = [(field, value) for field, value in asked.items() if field in report.filterset.base_filters]
    assert page.context["export_fields"] == kept
    assert ("page", "9") not in kept


def test_whoever_takes_no_reports_has_no_control(client):
    client.force_login(StaffFactory(role="support"))

    text = client.get(reverse("admin:terminals_terminal_changelist")).content.decode()

    assert "export-form" not in text


def test_before_it_is_taken_the_conditions_are_said_and_nothing_is_written(at_desk):
    text = at_desk.post(address(), {"q": "P2A", "status": "in_stock", "ticked": ["1", "2"]}).content.decode()

    with translation.override("zh-hans"):
        assert "P2A" in text
        assert "在库" in text
        assert "仅限选中的行" in text
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"status": "nonsense"}, "status"),
        ({"q": "长" * 101}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"branch": "１２３４５６７８９０１２３４５６７８９０１２３"}, "branch"),
        ({"ticked": "x"}, "ticked"),
        ({"ticked": "9" * 30}, "ticked"),
    ],
)
@pytest.mark.parametrize("go", [{}, {"go": "csv"}])
def test_conditions_that_do_not_fit_are_said_and_give_no_file(at_desk, given, field, go):
    answer = at_desk.post(address(), {**given, **go})

    assert answer.status_code in (400, 409)
    assert "refused-title" in answer.content.decode()
    assert not Export.objects.exists()


def test_plain_data_without_a_purpose_comes_back_with_what_was_chosen(at_desk, branch):
    provisioned(merchant=onboarded(branch=branch))

    answer = at_desk.post(address("bindings"), {"go": "csv", "plain": ["account"], "status": ""})
    text = answer.content.decode()

    assert answer.status_code == 200
    assert "text/html" in answer["Content-Type"]
    assert 'href="#id_purpose"' in text
    assert re.search(r'value="account" checked', text)
    with_purpose = at_desk.post(address("bindings"), {"go": "csv", "plain": ["account"], "purpose": "audit"})
    assert CARD in with_purpose.content.decode()


def test_a_reviewer_is_not_asked_for_plain_columns_and_gets_none(client, branch):
    provisioned(merchant=onboarded(branch=branch))
    client.force_login(StaffFactory(role="reviewer", branch=branch))

    assert "id_purpose" not in client.get(address("bindings")).content.decode()
    crafted = client.post(address("bindings"), {"go": "csv", "plain": ["account"], "purpose": "audit"})

    assert crafted["Content-Type"].startswith("text/csv")
    assert CARD not in crafted.content.decode()


def test_the_days_number_is_said_on_the_page(at_desk):
    config.exports_per_day = 1
    assert at_desk.post(address(), {"go": "csv"})["Content-Type"].startswith("text/csv")

    answer = at_desk.post(address(), {"go": "csv"})

    assert answer.status_code == 409
    assert Export.objects.count() == 1


def test_a_short_file_is_an_attachment_that_no_cache_keeps(at_desk):
    answer = at_desk.post(address(), {"go": "csv"})

    assert answer["Content-Disposition"].startswith('attachment; filename="devices-DC-')
    assert "no-store" in answer["Cache-Control"]


def test_a_long_one_leads_to_its_page_and_a_double_click_makes_one(at_desk, branch, all_in_background):
    DeviceFactory(branch=branch)
    given = {"go": "csv", "idempotency_key": "a" * 32}

    first, second = at_desk.post(address(), given), at_desk.post(address(), given)

    export = Export.objects.get()
    assert first["Location"] == second["Location"] == page_of(export)


def test_the_file_is_streamed_whole_after_the_look_is_on_record(at_desk, supervisor, ready):
    export = ready(3)

    answer = at_desk.get(page_of(export, "file"))
    content = b"".join(answer.streaming_content)

    assert len(parsed(content)) == 3
    assert (len(content), answer["Content-Length"]) == (export.size, str(export.size))
    look = AccessRecord.objects.of(export).get()
    assert (look.by, look.detail["rows"]) == (supervisor, 3)


def test_another_person_finds_nothing_by_the_link(client, ready, branch):
    export = ready()
    for person in (
        StaffFactory(role="supervisor", branch=branch),
        StaffFactory(role="supervisor", branch=BranchFactory()),
        StaffFactory(role="risk", branch=branch),
    ):
        client.force_login(person)
        assert client.get(page_of(export)).status_code == 404
        assert client.get(page_of(export, "file")).status_code == 404
        assert client.post(page_of(export, "cancellation")).status_code == 404
    assert not AccessRecord.objects.of(export).exists()


def test_the_auditor_of_the_branch_sees_that_it_was_taken_and_gets_no_file(client, ready, branch):
    export = ready(conditions={"q": ["P2A"]})
    client.force_login(StaffFactory(role="auditor", branch=branch))

    page = client.get(page_of(export))

    assert page.status_code == 200
    assert "P2A" not in page.content.decode()
    assert export.number in client.get(LIST).content.decode()
    assert client.get(page_of(export, "file")).status_code == 403
    client.force_login(StaffFactory(role="auditor", branch=BranchFactory()))
    assert client.get(page_of(export)).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"role": "field"}, 403),
        ({"role": "account_manager"}, 403),
        ({"role": "settlement"}, 200),
    ],
)
def test_a_role_that_was_changed_counts_at_the_next_download(at_desk, supervisor, ready, change, status):
    export = ready()
    for name, value in change.items():
        setattr(supervisor, name, value)
    supervisor.save()

    assert at_desk.get(page_of(export, "file")).status_code == status
    assert AccessRecord.objects.of(export).exists() == (status == 200)


def test_a_branch_that_was_changed_counts_at_the_next_download(at_desk, supervisor, ready):
    export = ready()
    supervisor.branch = BranchFactory()
    supervisor.save()

    assert at_desk.get(page_of(export, "file")).status_code == 403


def test_after_its_time_the_file_is_not_given_out_even_before_the_sweep(at_desk, ready):
    export = ready()
    Export.objects.filter(pk=export.pk).update(expires_at=clock.now())

    assert at_desk.get(page_of(export, "file")).status_code == 403


def test_a_file_with_a_missing_part_is_not_begun(at_desk, ready, tmp_path):
    export = ready()
    next(tmp_path.rglob("*.000000")).unlink()

    assert at_desk.get(page_of(export, "file")).status_code == 410


def test_one_that_waits_is_called_off_once(at_desk, waiting):
    export = waiting()

    assert at_desk.post(page_of(export, "cancellation")).status_code == 302
    assert at_desk.post(page_of(export, "cancellation")).status_code == 409
    export.refresh_from_db()
    assert export.status == Export.Status.CANCELLED


def test_one_that_was_not_made_says_why_and_is_tried_again(at_desk, waiting):
    export = waiting()
    system = type(export.asked_by).objects.system("exports")
    export.begin(by=system, now=clock.now())
    export.fail("broken", by=system, now=clock.now())

    text = at_desk.get(page_of(export)).content.decode()

    assert "科技部门" in text
    assert page_of(export, "repetition") in text
    assert at_desk.post(page_of(export, "repetition")).status_code == 302
    export.refresh_from_db()
    assert export.status == Export.Status.PENDING


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(at_desk, waiting, rows, django_assert_num_queries):
    for _ in range(rows):
        waiting(1)
    at_desk.get(LIST)

    with django_assert_num_queries(4):
        page = at_desk.get(LIST)

    assert len(page.context["cl"].result_list) == rows


@pytest.mark.parametrize("text", ["DC-000001", "dc-1", "1", "９９", "x" * 40, "9" * 39, "=1", "\u202e"])
def test_whatever_is_searched_is_answered(at_desk, text):
    assert at_desk.get(LIST, {"q": text}).status_code == 200


def test_progress_is_said_on_the_page_without_a_script(at_desk, waiting):
    export = waiting()
    system = type(export.asked_by).objects.system("exports")
    export.begin(by=system, now=clock.now())
    Export.objects.filter(pk=export.pk).update(rows_expected=12_960, rows_done=8_300)

    text = at_desk.get(page_of(export)).content.decode()

    assert 'value="8300" max="12960"' in text
    assert "8,300 / 12,960 行" in text
    assert "约剩" in text


def test_a_device_of_another_branch_is_not_in_the_job(at_desk, ready):
    DeviceFactory(serial_number="P2AFOREIGN1")
    export = ready(2)

    content = b"".join(at_desk.get(page_of(export, "file")).streaming_content)

    assert b"P2AFOREIGN1" not in content


def test_ticked_rows_of_the_list_are_taken_with_its_filters_and_no_foreign_ones(at_desk, branch):
    mine, other = DeviceFactory.create_batch(2, branch=branch)
    foreign = DeviceFactory()
    text = at_desk.get(reverse("admin:terminals_device_changelist"), {"status": "in_stock"}).content.decode()
    assert re.search(rf'name="ticked" value="{mine.pk}" form="export-ticked"', text)

    asked = {"status": "in_stock", "only": "ticked", "ticked": [str(mine.pk), str(foreign.pk)]}
    assert at_desk.post(address(), asked).context["fields"][0] == ("status", "in_stock")
    rows = parsed(at_desk.post(address(), asked | {"go": "csv"}).content)

    assert [row[0] for row in rows] == [mine.serial_number]
    assert other.serial_number in text


def test_with_nothing_ticked_nothing_is_taken_and_it_says_so(at_desk, branch):
    DeviceFactory(branch=branch)

    answer = at_desk.post(address(), {"only": "ticked", "status": "in_stock", "go": "csv"})

    assert answer.status_code == 400
    assert "refused-title" in answer.content.decode()
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("go", "ending", "begins"),
    [("csv", "csv", b"\xef\xbb\xbf"), ("xlsx", "xlsx", b"PK"), ("pdf", "pdf", b"%PDF")],
)
def test_each_format_is_an_attachment_of_its_kind(at_desk, branch, go, ending, begins):
    DeviceFactory(branch=branch)

    answer = at_desk.post(address(), {"go": go})

    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"].endswith(f'.{ending}"')
    assert Export.objects.get().file_format == go


def test_a_format_that_is_not_made_is_refused(at_desk):
    assert at_desk.post(address(), {"go": "exe"}).status_code == 409
    assert not Export.objects.exists()


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "pdf"])
def test_a_role_revoked_after_the_job_began_gets_nothing_of_any_format(
    at_desk, supervisor, ready, file_format
):
    export = ready(file_format=file_format)
    supervisor.role = "field"
    supervisor.save()

    assert at_desk.get(page_of(export, "file")).status_code == 403
    assert at_desk.post(address(), {"go": file_format}).status_code == 403
    assert at_desk.post(address(), {"go": file_format, "only": "ticked", "ticked": ["1"]}).status_code == 403
    assert not AccessRecord.objects.of(export).exists()


def test_the_chinese_is_that_of_exports_and_not_of_reports_to_others_or_of_messages(
    at_desk, waiting, scheduled_words
):
    export = waiting()

    pages = [
        LIST,
        page_of(export),
        address(),
        reverse("admin:files_reportschedule_changelist"),
        scheduled_words,
    ]
    text = "".join(at_desk.get(page).content.decode() for page in pages)

    for word in ("等待生成", "报表", "申请人", "编号", "还没有。第一份在下次时间生成。"):
        assert word in text, word
    for word in ("报送", "待发送", "核对项目", "发起方", "序号", "还没有消息"):
        assert word not in text, word


@pytest.fixture
def scheduled_words(supervisor, devices):
    """The page of a schedule that has made nothing yet."""
    chosen = {"every": "day", "weekday": 1, "month_day": 1, "hour": 7, "file_format": "csv"}
    made = schedule(devices, {}, chosen, by=supervisor, now=clock.now())
    return reverse("admin:files_reportschedule_change", args=[made.pk])
