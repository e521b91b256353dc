"""The desk's first page: every number is that of the list it leads to, for every role, and costs the same however many there are."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from applications.models import Application
from config.accounts.models import Role
from config.files.exports.asking import ask
from config.files.exports.report import report_named
from config.kernel import clock, tally
from config.kernel.dashboard import bars_of
from config.kernel.day_tally import number_by_day
from config.kernel.line_chart import drawings_of
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.support import factories as tickets
from tests.merchants.factories import onboarded
from tests.terminals.factories import activated
from tests.terminals.returns.factories import asked_back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def furnish(branch):
    """Something for every number of the page at this branch."""
    now = clock.now()
    late, _waiting = (RegistrationFactory(branch=branch, state="submitted") for _ in range(2))
    Application.objects.filter(pk=late.pk).update(due_at=now - DAY)
    RegistrationFactory(branch=branch, state="approved")
    RegistrationFactory(branch=branch, state="draft")
    RegistrationFactory(branch=branch, state="rejected", now=now - 3 * DAY)
    ends_soon = {"licence_is_long_term": False, "licence_to": clock.today() + 5 * DAY}
    merchant = onboarded(branch=branch, **ends_soon)
    onboarded(branch=branch, responsible_id_to=clock.today() - DAY, now=now - 30 * DAY)
    activated(merchant=merchant)
    asked_back(merchant=onboarded(branch=branch), due_in=-20)
    tickets.opened(merchant)
    tickets.opened(merchant, now=now)
    tickets.closed(tickets.opened(merchant))


@pytest.fixture
def head():
    return BranchFactory(code="HEAD", parent=None)


@pytest.fixture
def below(head):
    return BranchFactory(parent=head)


@pytest.fixture
def bank(head, below):
    """What the page counts, at two branches below the head office, one of them two steps, and the same at a bank of its own."""
    for branch in (below, BranchFactory(parent=BranchFactory(parent=head)), BranchFactory(parent=None)):
        furnish(branch)
    return head


def first_page(client, person, branch=None):
    client.force_login(person)
    asked = {"branch": branch.pk} if branch else {}
    return client.get(reverse("admin:index"), asked).context_data["first_page"]


def rows_behind(person, address):
    """How many rows the list at this address has, all its pages together."""
    parts = urlsplit(address)
    request = RequestFactory().get(address)
    request.user = person
    desk = admin.site.get_model_admin(resolve(parts.path).func.model_admin.model)
    rows = desk.filterset_class(request.GET, queryset=desk.get_queryset(request), request=request)
    assert rows.is_valid(), parse_qsl(parts.query)
    return rows.qs.count()


def numbers_of(page):
    """Every number of the page with the address that it leads to."""
    for tile in page.tiles:
        yield tile.number, tile.url
        if tile.note:
            yield re.search(r"\d+", tile.note)[0], tile.note_url
    for bars in page.bars:
        yield from ((bar.number, bar.url) for bar in bars.bars)
    for table in page.tables:
        yield table.total, table.url
    for chart in page.charts:
        for day in chart.days:
            yield from zip(day.numbers, day.urls, strict=True)


def test_every_number_is_that_of_its_list_for_every_role_and_branch(client, bank, below):
    for role in Role:
        person = StaffFactory(role=role, branch=bank)
        if person.has_perm("files.take_report") and person.has_perm("terminals.view_device"):
            ask(report_named("devices"), {}, by=person, now=clock.now())
        whole, narrow = first_page(client, person), first_page(client, person, below)

        for page in (whole, narrow):
            for number, address in numbers_of(page):
                assert int(number.replace(",", "")) == rows_behind(person, address), (role, address)

        if whole.charts:
            # At the branch chosen there is half of what the whole bank has.
            assert filed_and_decided(whole) == 2 * filed_and_decided(narrow) > 0


def filed_and_decided(page):
    return sum(int(number) for day in page.charts[0].days for number in day.numbers)


def test_a_supervisor_sees_the_numbers_of_the_own_branches(client, bank):
    page = first_page(client, StaffFactory(role="supervisor", branch=bank))

    assert {tile.title: (tile.number, tile.note) for tile in page.tiles} == {
        "使用中终端": ("2", ""),
        "未使用的注册码": ("2", ""),
        "待归还机具": ("2", "2 件超时"),
        "待审核申请": ("4", "2 件超时"),
        "未结工单": ("4", "2 件超时"),
    }
    assert {bar.label: bar.number for bar in page.bars[0].bars} == {
        "待激活": "2",
        "使用中": "2",
        "仅结算": "2",
    }
    assert {table.key: table.total for table in page.tables} == {
        "applications-overdue": "2",
        "applications-mine": "0",
        "papers": "4",
        "exports": "0",
    }


def test_the_chart_says_how_many_were_filed_and_decided_on_each_day(client, bank, below):
    [chart] = first_page(client, StaffFactory(role="reviewer", branch=below)).charts

    numbers = {day.words: day.numbers for day in chart.days}
    today = clock.today()
    assert len(numbers) == 14
    assert numbers[f"{today:%m-%d}"] == ("3", "1")
    assert numbers[f"{today - 3 * DAY:%m-%d}"] == ("1", "1")
    assert chart.finding == "提交 4 件，办结 2 件，积压增加 2 件。"


def test_papers_that_run_out_stand_by_their_last_day(client, bank, below):
    page = first_page(client, StaffFactory(role="reviewer", branch=below))
    [table] = [table for table in page.tables if table.key == "papers"]

    assert [line.holder for line in table.lines] == ["负责人证件", "营业执照"]
    assert "bad" in table.lines[0].pressing
    assert "剩 5 天" in table.lines[1].pressing


def test_a_branch_that_is_not_the_persons_shows_nothing_and_says_so(client, bank, below):
    person = StaffFactory(role="supervisor", branch=below)
    client.force_login(person)
    for chosen in (bank.pk, BranchFactory(parent=None).pk, "1,2", "x", "９", "9" * 30, "-1", f" {below.pk}"):
        answer = client.get(reverse("admin:index"), {"branch": chosen})

        assert answer.status_code == 200
        assert answer.context_data["first_page"] == ((), (), (), ())
        assert "无权查看的网点" in answer.content.decode()


def test_who_sees_several_branches_chooses_among_those_next_below(client, bank, below):
    client.force_login(StaffFactory(role="supervisor", branch=bank))
    text = client.get(reverse("admin:index"), {"branch": below.pk}).content.decode()

    assert f'<option value="{below.pk}" selected>' in text
    assert len(re.findall("<option", text)) == 3
    client.force_login(StaffFactory(role="supervisor", branch=below))
    assert "<option" not in client.get(reverse("admin:index")).content.decode()


def test_own_exports_stand_on_the_page_and_nobody_elses(client, bank):
    person, colleague = (StaffFactory(role="supervisor", branch=bank) for _ in range(2))
    export, _content = ask(report_named("devices"), {}, by=person, now=clock.now())
    ask(report_named("terminals"), {}, by=colleague, now=clock.now())

    page = first_page(client, person)

    [table] = [table for table in page.tables if table.key == "exports"]
    assert [line.number for line in table.lines] == [export.number]
    assert table.total == "1"


def test_who_sees_no_business_sees_no_number(client, bank):
    page = first_page(client, StaffFactory(role="administrator", branch=bank))

    assert page == ([], [], [], [])


def test_the_page_asks_as_often_for_many_as_for_few(client, bank):
    person = StaffFactory(role="supervisor", branch=bank)
    first_page(client, person)
    with CaptureQueriesContext(connection) as few:
        first_page(client, person)
    RegistrationFactory.create_batch(3, branch=BranchFactory(parent=bank), state="approved")

    with CaptureQueriesContext(connection) as many:
        first_page(client, person)

    assert len(many) == len(few)
    assert not [
        asked["sql"] for asked in many if "GROUP BY" in asked["sql"] and "tallyentry" not in asked["sql"]
    ]


def test_the_day_is_the_banks_and_follows_the_row(bank, below):
    """At half past midnight in Shanghai it is yesterday in UTC."""
    late = clock.start_of_day(clock.today()) + timedelta(minutes=30)
    row = Application.objects.filter(branch=below, submitted_at__isnull=False).first()
    branches = type(below).objects.filter(pk=below.pk)
    days = [clock.today() - 2 * DAY, clock.today() - DAY, clock.today()]
    before = number_by_day(Application, "submitted_at", branches, days=days)

    Application.objects.filter(pk=row.pk).update(submitted_at=late)
    assert number_by_day(Application, "submitted_at", branches, days=days) == before
    Application.objects.filter(pk=row.pk).update(submitted_at=late - DAY)
    moved = number_by_day(Application, "submitted_at", branches, days=days)

    assert moved == before | {days[1]: before[days[1]] + 1, days[2]: before[days[2]] - 1}
    Application.objects.filter(pk=row.pk).update(branch=bank)
    assert number_by_day(Application, "submitted_at", branches, days=days)[days[1]] == before[days[1]]
    assert tally.differences() == []


def test_reckoned_anew_and_added_up_the_days_are_the_same(bank):
    branches = type(bank).objects.all()
    days = [clock.today() - n * DAY for n in range(14)]
    before = number_by_day(Application, "decided_at", branches, days=days)
    assert sum(before.values()) > 0

    tally.add_up()
    assert number_by_day(Application, "decided_at", branches, days=days) == before
    tally.reckon_anew()
    assert number_by_day(Application, "decided_at", branches, days=days) == before
    assert tally.differences() == []


def test_the_lines_of_the_chart_stand_where_their_numbers_are():
    days = [clock.today() - n * DAY for n in range(2, -1, -1)]
    wide, narrow = drawings_of(days, [("提交", [0, 10, 20]), ("办结", [20, 0, 19])])

    assert [mark.words for mark in wide.scale] == ["0", "5", "10", "15", "20"]
    assert [point.y for point in wide.lines[0].points] == ["196.0", "108.0", "20.0"]
    assert [line.label for line in wide.lines] == ["提交 20", "办结 19"]
    # The words at the ends would touch: the upper one is moved up and the lower one down.
    above, under = (float(line.label_y) for line in wide.lines)
    assert under - above == pytest.approx(16, abs=0.2)
    assert (wide.width, narrow.width) == (560, 320)
    assert len(narrow.days) == 1


def test_a_chart_of_nothing_has_a_scale_all_the_same():
    wide, _narrow = drawings_of([clock.today()], [("提交", [0]), ("办结", [0])])

    assert [mark.words for mark in wide.scale] == ["0", "1", "2", "3", "4"]


def test_bars_say_their_share_of_all_and_are_as_long_as_the_longest_allows():
    bars = bars_of({"a": 1, "b": 3}, labels={"a": "A", "b": "B"}, tones={"b": "w"}, url="/x/")

    assert [(bar.label, bar.number, bar.share, bar.width, bar.tone, bar.url) for bar in bars] == [
        ("B", "3", "75.0%", "100.00", "w", "/x/?status=b"),
        ("A", "1", "25.0%", "33.33", "m", "/x/?status=a"),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_no_way_in_is_offered_twice(client, role):
    client.force_login(StaffFactory(role=role))

    page = client.get(reverse("admin:index")).content.decode()

    ways = re.findall(r'<a class="tile" href="([^"]+)"', page)
    assert ways
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize(("role", "has_numbers"), [("administrator", False), ("supervisor", True)])
def test_only_a_page_with_numbers_is_narrowed_and_printed(client, head, below, role, has_numbers):
    client.force_login(StaffFactory(role=role, branch=head))

    page = client.get(reverse("admin:index")).content.decode()

    assert ("data-print" in page, 'name="branch"' in page) == (has_numbers, has_numbers)
