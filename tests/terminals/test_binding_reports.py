"""The report of bindings: what is told of each, once; the file and its digest; the answers; refused lines sent again."""

import csv
import io

import pytest
from django.urls import reverse

from config.kernel import clock
from config.kernel.audit import AccessRecord
from config.kernel.lifecycle import Refused
from terminals.binding_answers import import_answers
from terminals.binding_reports import content_of, download, due_openings, harmless, make_report, resend
from terminals.models import Binding, BindingReport, BindingReportLine
from terminals.rebinding import rebind, swap
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.factories import onboarded
from tests.terminals.factories import DeviceFactory, activated, cut_off, placement, provisioned
from tests.terminals.test_leaks import everything_at_rest
from tests.terminals.test_rebinding import NUMBER, elsewhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    return BranchFactory(code="HEAD", parent=None)


@pytest.fixture
def maker(head):
    return StaffFactory(role="supervisor", branch=head)


@pytest.fixture
def make(maker):
    return lambda: make_report(by=maker, now=clock.now())


def lines_in(report):
    return [
        (sending.line.kind, sending.line.terminal_number)
        for sending in report.sendings.select_related("line").order_by("position")
    ]


def rows_of(report):
    return list(csv.reader(io.StringIO(content_of(report).decode())))


def move(terminal):
    return rebind(terminal, place=elsewhere(), application_number=NUMBER, by=StaffFactory(), now=clock.now())


def answer(report, by, *results, only_look=False):
    """An answer in the order of the lines; "ok", or the code of a refusal."""
    sendings = report.sendings.order_by("position")
    rows = [
        f"{sending.line_id},{result},{'' if result == 'ok' else '信用代码不存在'}"
        for sending, result in zip(sendings, results, strict=False)
    ]
    text = "记录编号,结果,说明\n" + "\n".join(rows)
    return import_answers(text, by=by, now=clock.now(), only_look=only_look)


def outcomes(report):
    return list(report.sendings.order_by("position").values_list("outcome", flat=True))


# -- what is told, once ------------------------------------------------------------------------------------------------


def test_a_binding_is_new_changed_and_cancelled_each_once(make):
    terminal, _done = activated()

    first = make()
    move(terminal)
    second = make()
    cut_off(terminal)
    third = make()

    assert [lines_in(report) for report in (first, second, third)] == [
        [("new", terminal.number)],
        [("change", terminal.number)],
        [("cancel", terminal.number)],
    ]
    with pytest.raises(Refused) as refused:
        make()
    assert refused.value.code == "nothing_due"


def test_all_that_happened_between_two_reports_stands_in_one_in_its_order(make):
    terminal, other = activated()[0], provisioned()
    move(terminal)
    cut_off(terminal)

    report = make()

    assert lines_in(report) == [
        ("new", terminal.number),
        ("new", other.number),
        ("change", terminal.number),
        ("cancel", terminal.number),
    ]
    assert (report.new_count, report.change_count, report.cancel_count, report.line_count) == (2, 1, 1, 4)
    assert report.control_total == sum(BindingReportLine.objects.values_list("pk", flat=True))


def test_another_device_of_the_same_terminal_is_a_change(make):
    terminal, _done = activated()
    make()
    device = DeviceFactory(branch=terminal.branch)
    by = StaffFactory(branch=terminal.branch)
    swap(terminal, line=placement(device=device), application_number=NUMBER, by=by, now=clock.now())

    report = make()

    assert lines_in(report) == [("change", terminal.number)]
    assert report.sendings.get().line.serial_number == device.serial_number


def test_a_line_keeps_the_elements_as_they_were(make):
    terminal, _done = activated()
    tie = terminal.binding
    report = make()
    move(terminal)

    line = report.sendings.get().line
    assert (line.acquirer_code, line.merchant_number) == (tie.acquirer_code, tie.merchant_number)
    assert line.holder_identifier == tie.holder_identifier
    assert line.account_number == tie.account.account_number
    assert line.place.endswith("示范路 18 号")


def test_numbers_have_no_gaps_also_after_a_refusal(make):
    provisioned()
    first = make()
    for _ in range(2):
        with pytest.raises(Refused):
            make()
    provisioned()
    second = make()

    assert int(second.number[-5:]) == int(first.number[-5:]) + 1


# -- the file ----------------------------------------------------------------------------------------------------------


def test_the_file_has_a_head_with_counts_and_a_control_total(make):
    terminal, _done = activated()
    move(terminal)
    report = make()

    content, rows = content_of(report), rows_of(report)

    assert content.count(b"\r\n") == content.count(b"\n") == 4
    assert not content.startswith(b"\xef\xbb\xbf")
    assert rows[0][0:2] == ["H", report.number]
    assert rows[0][3:] == ["2", "1", "1", "0", str(report.control_total)]
    assert [row[1] for row in rows[2:]] == ["NEW", "CHANGE"]
    assert sum(int(row[0]) for row in rows[2:]) == report.control_total
    assert rows[2][7] == terminal.binding.account.account_number


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t1", "\rx"])
def test_no_cell_is_a_formula(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless("上海市") == "上海市"


def test_the_download_is_on_record_and_the_file_is_the_one_that_was_made(make, maker):
    provisioned()
    report = make()

    content = download(report, by=maker, now=clock.now())

    look = AccessRecord.objects.of(report).get()
    assert content == content_of(report)
    assert (look.by, look.purpose, look.detail) == (maker, "binding_report_downloaded", {"lines": 1})


def test_a_file_whose_lines_were_changed_is_not_handed_out(make, maker):
    provisioned()
    report = make()
    BindingReportLine.objects.update(place="别处")

    with pytest.raises(Refused) as refused:
        download(report, by=maker, now=clock.now())

    assert refused.value.code == "damaged"


def test_account_and_holder_are_sealed_at_rest(make):
    terminal = provisioned(merchant=onboarded())
    make()
    stored = everything_at_rest()

    assert terminal.binding.account.account_number not in stored
    assert terminal.binding.serial_number in stored


@pytest.mark.parametrize("role", ["settlement", "reviewer", "auditor", "administrator", "support"])
def test_who_does_not_make_reports(head, role):
    provisioned()
    person = StaffFactory(role=role, branch=head)

    with pytest.raises(Refused) as refused:
        make_report(by=person, now=clock.now())

    assert refused.value.code == "forbidden"


def test_a_branch_does_not_report_for_the_bank(head):
    provisioned()

    with pytest.raises(Refused) as refused:
        make_report(by=StaffFactory(role="risk", branch=BranchFactory(parent=head)), now=clock.now())

    assert refused.value.code == "forbidden"
    assert due_openings().count() == Binding.objects.count() == 1


# -- the answers -------------------------------------------------------------------------------------------------------


def test_a_report_is_acknowledged_once_every_line_is_taken(make, maker):
    for _ in range(2):
        provisioned()
    report = make()

    answer(report, maker, "ok")
    report.refresh_from_db()
    half = report.status
    rest = report.sendings.get(outcome="pending").line_id
    import_answers(f"line_id,result\n{rest},OK", by=maker, now=clock.now())

    report.refresh_from_db()
    assert (half, report.status) == ("made", "acknowledged")
    assert not BindingReportLine.objects.filter(acknowledged_at=None).exists()


def test_refused_lines_are_sent_again_and_only_they(make, maker):
    for _ in range(3):
        provisioned()
    report = make()
    answer(report, maker, "ok", "E104", "ok")
    report.refresh_from_db()

    again = resend(report, by=maker, now=clock.now())

    report.refresh_from_db()
    assert (report.status, outcomes(report)) == ("resent", ["taken", "refused", "taken"])
    assert report.sendings.get(outcome="refused").error_text == "信用代码不存在"
    assert again.sendings.get().line == report.sendings.get(outcome="refused").line
    assert (again.line_count, BindingReportLine.objects.count()) == (1, 3)
    with pytest.raises(Refused) as twice:
        resend(report, by=maker, now=clock.now())
    assert twice.value.code == "wrong_state"
    answer(again, maker, "ok")
    again.refresh_from_db()
    assert again.status == "acknowledged"


def test_the_former_file_is_still_the_same_after_its_lines_were_sent_again(make, maker):
    provisioned()
    report = make()
    before = content_of(report)
    answer(report, maker, "E104")
    report.refresh_from_db()
    resend(report, by=maker, now=clock.now())

    assert download(report, by=maker, now=clock.now()) == before


def test_a_wrong_line_of_the_answer_is_named_and_nothing_is_taken(make, maker):
    provisioned()
    report = make()
    key = report.sendings.get().line_id
    lines = [f"{key},ok,", f"{key},ok,", "99999999,ok,", "abc,ok,", f"{key + 1},,"]

    found = import_answers("line_id,result,text\n" + "\n".join(lines), by=maker, now=clock.now())

    assert [error.line for error in found.errors] == [3, 4, 5, 6]
    assert outcomes(report) == ["pending"]


def test_looking_at_an_answer_changes_nothing(make, maker):
    provisioned()
    report = make()

    looked = answer(report, maker, "E104", only_look=True)

    assert (looked.count, looked.errors) == (1, [])
    assert outcomes(report) == ["pending"]


def test_an_answer_is_taken_once(make, maker):
    provisioned()
    report = make()
    answer(report, maker, "ok")

    again = answer(report, maker, "E104")

    assert [error.line for error in again.errors] == [2]
    assert outcomes(report) == ["taken"]


def test_who_makes_no_report_answers_none(make, head):
    provisioned()
    report = make()

    assert answer(report, StaffFactory(role="auditor", branch=head), "ok").errors
    assert outcomes(report) == ["pending"]


# -- the desk ----------------------------------------------------------------------------------------------------------


def at(noun, *args):
    return reverse(f"admin:terminals_bindingreport_{noun}", args=args)


def test_the_desk_makes_downloads_answers_and_sends_again(client, maker):
    for _ in range(2):
        provisioned()
    client.force_login(maker)

    made = client.post(at("making"))
    report = BindingReport.objects.get()
    page = client.get(at("change", report.pk)).content.decode()
    file = client.get(at("file", report.pk))
    first, second = report.sendings.order_by("position").values_list("line_id", flat=True)
    text = f"line_id,result,text\n{first},OK,\n{second},E104,unknown"
    answered = client.post(at("import"), {"text": text, "go": "import"})
    again = client.post(at("resending", report.pk))

    assert [response.status_code for response in (made, file, answered, again)] == [302, 200, 302, 302]
    assert file.content == content_of(report)
    assert "no-store" in file.headers["Cache-Control"]
    assert BindingReportLine.objects.first().account_number not in page
    assert BindingReport.objects.count() == 2


def test_the_auditor_sees_the_report_and_neither_file_nor_steps(client, make, head):
    provisioned()
    report = make()
    client.force_login(StaffFactory(role="auditor", branch=head))

    page = client.get(at("change", report.pk))

    assert page.status_code == 200
    assert at("file", report.pk) not in page.content.decode()
    assert client.get(at("file", report.pk)).status_code == 403
    assert client.post(at("making")).status_code == 403
    assert client.post(at("resending", report.pk)).status_code == 403
    assert not AccessRecord.objects.of(report).exists()


def test_bindings_are_found_by_how_far_their_report_got(client, make, maker, head):
    branch = BranchFactory(parent=head)
    told, pending, due = (provisioned(merchant=onboarded(branch=branch)) for _ in range(3))
    report = make()
    report.sendings.filter(line__binding__terminal=due).delete()
    BindingReportLine.objects.filter(binding__terminal=due).delete()
    answer(report, maker, "E104")
    client.force_login(maker)
    address = reverse("admin:terminals_binding_changelist")

    found = {
        value: [
            row.terminal_number for row in client.get(address, {"report": value}).context["cl"].result_list
        ]
        for value in ("due", "pending", "refused")
    }

    assert found == {"due": [due.number], "pending": [pending.number], "refused": [told.number]}


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_with_three_lines_as_with_one(
    client, make, maker, count, django_assert_max_num_queries
):
    for _ in range(count):
        provisioned()
    report = make()
    client.force_login(maker)

    with django_assert_max_num_queries(11):
        client.get(at("change", report.pk))
