"""A report that comes again and again: when, in whose rights, once for each time, and what stops it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from config.files.exports import asking, scheduling
from config.files.exports.making import make
from config.files.exports.rhythm import Rhythm
from config.files.exports.schedule import ReportSchedule
from config.files.exports.scheduling import run_due, schedule
from config.files.models import Export
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.files.exports.estate import parsed
from tests.files.exports.test_making import file_of, own_vault  # noqa: F401
from tests.terminals.factories import DeviceFactory

pytestmark = pytest.mark.django_db
BEIJING = ZoneInfo("Asia/Shanghai")
DAILY = {"every": "day", "weekday": 1, "month_day": 1, "hour": 7, "file_format": "csv"}
LIST = reverse("admin:files_reportschedule_changelist")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def page_of(row, noun="change"):
    return reverse(f"admin:files_reportschedule_{noun}", args=[row.pk])


@pytest.fixture(autouse=True)
def nobody_works_at_once(monkeypatch):
    """The queue of tests would make the file in the same breath."""
    monkeypatch.setattr(asking, "make_soon", lambda _pk: None)


@pytest.fixture
def scheduled(supervisor, devices):
    """A schedule of the supervisor's, made on 14 September at noon, whose next time is the 15th at seven."""

    def made(conditions=None, *, by=supervisor, **changed):
        return schedule(devices, conditions or {}, DAILY | changed, by=by, now=at("2026-09-14 12:00"))

    return made


def run(moment):
    run_due(at(moment))


# -- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "after", "comes"),
    [
        (Rhythm("day", 7), "2026-09-14 06:59", "2026-09-14 07:00"),
        (Rhythm("day", 7), "2026-09-14 07:00", "2026-09-15 07:00"),
        (Rhythm("day", 0), "2026-12-31 12:00", "2027-01-01 00:00"),
        (Rhythm("week", 7, weekday=1), "2026-09-14 07:00", "2026-09-21 07:00"),
        (Rhythm("week", 7, weekday=7), "2026-09-14 07:00", "2026-09-20 07:00"),
        (Rhythm("month", 7, month_day=31), "2026-01-31 07:00", "2026-02-28 07:00"),
        (Rhythm("month", 7, month_day=31), "2028-02-01 00:00", "2028-02-29 07:00"),
        (Rhythm("month", 7, month_day=31), "2026-02-28 07:00", "2026-03-31 07:00"),
        (Rhythm("month", 7, month_day=30), "2026-04-30 07:00", "2026-05-30 07:00"),
        (Rhythm("month", 7, month_day=1), "2026-12-01 08:00", "2027-01-01 07:00"),
        # Days on which other countries move their clocks: Beijing does not.
        (Rhythm("day", 2), "2026-03-28 12:00", "2026-03-29 02:00"),
        (Rhythm("day", 2), "2026-10-24 12:00", "2026-10-25 02:00"),
    ],
)
@pytest.mark.parametrize("elsewhere", ["Europe/Berlin", "America/New_York"])
def test_the_next_time_is_by_the_banks_clock(rhythm, after, comes, elsewhere):
    with timezone.override(elsewhere):
        assert rhythm.next_after(at(after)) == at(comes)


def test_every_month_has_one_time():
    rhythm, moment, found = Rhythm("month", 7, month_day=31), at("2026-01-01 00:00"), []
    for _ in range(12):
        moment = rhythm.next_after(moment)
        found.append(moment.astimezone(BEIJING).date())

    assert [day.month for day in found] == list(range(1, 13))
    assert all((day + timedelta(days=1)).day == 1 for day in found)


# -- what comes -------------------------------------------------------------------------------------------------------


def test_it_comes_once_at_its_time_with_its_conditions_and_format(scheduled, supervisor, branch):
    DeviceFactory(branch=branch)
    row = scheduled({"status": ["in_stock"]}, file_format="xlsx")

    run("2026-09-15 06:59")
    assert not Export.objects.exists()
    run("2026-09-15 07:00")
    run("2026-09-15 07:01")

    export = Export.objects.get()
    assert (export.asked_by, export.file_format) == (supervisor, "xlsx")
    assert export.conditions == {"status": ["in_stock"]}
    assert row.runs.get().period == date(2026, 9, 15)
    row.refresh_from_db()
    assert row.next_at == at("2026-09-16 07:00")


def test_the_owner_is_told_where_to_sign_in_for_it(scheduled, supervisor, branch, client):
    DeviceFactory(branch=branch)
    scheduled()
    run("2026-09-15 07:00")
    export = Export.objects.get()

    make(export, now=clock.now())

    export.refresh_from_db()
    assert len(parsed(file_of(export))) == 1
    message = OutboxMessage.objects.filter(kind="export_ready").first()
    assert message.recipient == supervisor
    link = reverse("admin:files_export_file", args=[export.pk])
    assert client.get(link).status_code in (302, 404)
    client.force_login(supervisor)
    assert client.get(link).status_code == 200


def test_what_was_missed_comes_once(scheduled):
    row = scheduled()

    run("2026-09-20 09:30")
    run("2026-09-20 09:31")

    assert Export.objects.count() == 1
    row.refresh_from_db()
    assert row.next_at == at("2026-09-21 07:00")


def test_the_scope_is_that_of_the_day_it_runs(scheduled, supervisor):
    scheduled()
    supervisor.branch = BranchFactory()
    supervisor.save()
    mine = DeviceFactory(branch=supervisor.branch)

    run("2026-09-15 07:00")

    export = Export.objects.get()
    make(export, now=clock.now())
    export.refresh_from_db()
    assert [row[0] for row in parsed(file_of(export))] == [mine.serial_number]


@pytest.mark.parametrize("change", [{"role": "field"}, {"role": "support"}, {"is_active": False}])
def test_a_right_that_was_withdrawn_stops_it_and_says_so(scheduled, supervisor, change):
    row = scheduled()
    for name, value in change.items():
        setattr(supervisor, name, value)
    supervisor.save()

    run("2026-09-15 07:00")
    run("2026-09-16 07:00")

    row.refresh_from_db()
    assert (row.status, row.reason) == ("stopped", "rights")
    assert not Export.objects.exists()
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) == {"schedule_stopped"}


def test_conditions_that_do_not_fit_any_more_stop_it(scheduled, devices, monkeypatch):
    row = scheduled({"status": ["in_stock"]})
    ReportSchedule.objects.filter(pk=row.pk).update(conditions={"status": ["gone"]})

    run("2026-09-15 07:00")

    row.refresh_from_db()
    assert (row.status, row.reason) == ("stopped", "conditions")


def test_while_the_days_number_is_taken_it_waits(scheduled, supervisor, devices):
    from constance import config  # noqa: PLC0415

    config.exports_per_day = 1
    row = scheduled()
    asking.ask(devices, {}, by=supervisor, now=at("2026-09-15 06:00"))

    run("2026-09-15 07:00")
    assert not row.runs.exists()
    run("2026-09-16 06:01")

    assert row.runs.get().period == date(2026, 9, 15)


def test_a_paused_one_makes_nothing_and_goes_on_from_then(scheduled, supervisor):
    row = scheduled()
    row.pause(by=supervisor, now=at("2026-09-14 13:00"))
    run("2026-09-15 07:00")
    row.resume(by=supervisor, now=at("2026-09-17 12:00"))
    run("2026-09-17 12:01")
    assert not Export.objects.exists()

    run("2026-09-18 07:00")

    assert Export.objects.count() == 1


def test_a_stopped_one_is_resumed_only_with_the_right(scheduled, supervisor):
    row = scheduled()
    supervisor.role = "field"
    supervisor.save()
    run("2026-09-15 07:00")
    row.refresh_from_db()

    with pytest.raises(Refused):
        row.resume(by=supervisor, now=at("2026-09-15 08:00"))
    supervisor = type(supervisor).objects.get(pk=supervisor.pk)
    supervisor.role = "supervisor"
    supervisor.save()
    row.resume(by=supervisor, now=at("2026-09-15 08:00"))

    assert (row.status, row.reason) == ("active", "")


def test_a_person_has_so_many_and_no_more(scheduled, monkeypatch):
    monkeypatch.setattr(scheduling, "MOST", 2)
    first = scheduled()
    scheduled()
    with pytest.raises(Refused) as caught:
        scheduled()
    assert caught.value.code == "too_many"

    first.remove(by=first.owner, now=clock.now())

    assert scheduled()


# -- its pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_desk(client, supervisor):
    client.force_login(supervisor)
    return client


def test_it_is_made_changed_paused_resumed_and_removed_at_the_desk(at_desk, supervisor):
    new = reverse("admin:files_reportschedule_new", args=["devices"])
    asked = at_desk.post(new, {"status": "in_stock"})
    assert asked.status_code == 200
    assert not ReportSchedule.objects.exists()

    at_desk.post(new, {"status": "in_stock", **DAILY, "every": "week", "weekday": "5", "save": "1"})
    row = ReportSchedule.objects.get()
    assert (row.owner, row.conditions, row.weekday) == (supervisor, {"status": ["in_stock"]}, 5)

    at_desk.post(page_of(row, "settings"), DAILY | {"every": "month", "month_day": "31"})
    at_desk.post(page_of(row, "pause"))
    row.refresh_from_db()
    assert (row.every, row.month_day, row.status) == ("month", 31, "paused")
    assert at_desk.post(page_of(row, "pause")).status_code == 409
    at_desk.post(page_of(row, "resumption"))
    row.refresh_from_db()
    assert row.status == "active"
    assert row.number in at_desk.get(LIST).content.decode()
    at_desk.post(page_of(row, "removal"))
    assert at_desk.get(page_of(row)).status_code == 404
    assert at_desk.get(LIST).context["cl"].lines == []


def test_an_empty_list_leads_to_the_shelf_and_the_first_page_names_the_shelf_once(at_desk):
    shelf = f'href="{reverse("admin:files_export_reports")}"'

    assert at_desk.get(LIST).content.decode().count(shelf) == 2
    assert at_desk.get(reverse("admin:index")).content.decode().count(shelf) == 1


def test_every_step_says_what_it_did_and_the_form_has_a_way_back(at_desk, scheduled):
    row = scheduled()

    form = at_desk.get(page_of(row, "settings")).content.decode()
    assert form.count(f'href="{page_of(row)}"') == 2
    saved = at_desk.post(page_of(row, "settings"), DAILY | {"hour": "9"}, follow=True)
    removed = at_desk.post(page_of(row, "removal"), follow=True)

    assert [len(list(page.context["messages"])) for page in (saved, removed)] == [1, 1]
    assert row.number in str(next(iter(removed.context["messages"])))


@pytest.mark.parametrize(
    "wrong",
    [{"every": "hour"}, {"hour": "24"}, {"month_day": "32"}, {"weekday": "0"}, {"file_format": "exe"}],
)
def test_a_time_that_does_not_exist_comes_back(at_desk, wrong):
    new = reverse("admin:files_reportschedule_new", args=["devices"])

    answer = at_desk.post(new, {**DAILY, **wrong, "save": "1"})

    assert answer.status_code == 200
    assert f'href="#id_{next(iter(wrong))}"' in answer.content.decode()
    assert not ReportSchedule.objects.exists()


def test_conditions_that_the_list_does_not_know_are_said(at_desk):
    new = reverse("admin:files_reportschedule_new", args=["devices"])

    assert at_desk.post(new, {**DAILY, "status": "nonsense", "save": "1"}).status_code == 400
    assert not ReportSchedule.objects.exists()


def test_nobody_else_reaches_it(client, scheduled, branch):
    row = scheduled({"q": ["P2A"]})
    for person in (
        StaffFactory(role="supervisor", branch=branch),
        StaffFactory(role="risk", branch=BranchFactory()),
    ):
        client.force_login(person)
        assert client.get(page_of(row)).status_code == 404
        assert client.get(page_of(row, "settings")).status_code == 404
        for noun in ("pause", "resumption", "removal"):
            assert client.post(page_of(row, noun)).status_code == 404
    client.force_login(StaffFactory(role="auditor", branch=branch))
    page = client.get(page_of(row))
    assert page.status_code == 200
    assert "P2A" not in page.content.decode()
    assert client.post(page_of(row, "removal")).status_code == 409
    assert client.get(page_of(row, "settings")).status_code == 403
    row.refresh_from_db()
    assert row.status == "active"


@pytest.mark.parametrize("role", ["field", "support", "administrator"])
def test_a_role_that_takes_no_reports_schedules_none(client, role, branch):
    client.force_login(StaffFactory(role=role, branch=branch))

    answer = client.post(reverse("admin:files_reportschedule_new", args=["devices"]), {**DAILY, "save": "1"})

    assert answer.status_code == 403
    assert not ReportSchedule.objects.exists()
