"""The review queue: its views, filters, orders and searches, by its address and by its FilterSet."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from applications.admin import ApplicationAdmin
from applications.desk.queue import VIEWS, QueueFilter
from applications.models import Application
from config.kernel import clock
from config.kernel.clock import end_of_day, local_date
from config.kernel.message import OutboxMessage
from config.kernel.templatetags.icons import icon
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, particulars
from tests.applications.queueing import case_at, change, signed_in, taken
from tests.applications.requests import requested
from tests.merchants.factories import onboarded
from tests.terminals.factories import activated

pytestmark = pytest.mark.django_db

QUEUE = "admin:applications_application_changelist"


@pytest.fixture
def desk(client):
    return signed_in(client)


def shown(desk, **query):
    return [row.number for row in desk.get(reverse(QUEUE), query).context_data["cl"].result_list]


def names(found, cases):
    numbers = {case.number: name for name, case in cases.items()}
    return {numbers[number] for number in found}


@pytest.fixture
def cases(desk):
    """One case for each way in which a case can stand."""
    late = clock.now() - timedelta(days=3)
    made = {
        "waiting": case_at(desk, state="submitted"),
        "mine": taken(case_at(desk, state="submitted"), by=desk.reviewer),
        "others": taken(case_at(desk, state="submitted")),
        "passed": taken(case_at(desk, state="submitted"), passed=True),
        "late": change(case_at(desk, state="submitted"), due_at=late),
        "passed_on": change(case_at(desk, state="submitted"), escalated_at=clock.now()),
        "held": change(
            case_at(desk, state="under_review"),
            held_since=clock.now(),
            proposed_by=StaffFactory(),
            assignee=None,
            assigned_at=None,
            lease_until=None,
        ),
        "held_by_me": change(
            case_at(desk, state="under_review"),
            held_since=clock.now(),
            proposed_by=desk.reviewer,
            assignee=None,
            assigned_at=None,
            lease_until=None,
        ),
        "returned": case_at(desk, state="returned"),
        "approved": case_at(desk, state="approved"),
        "rejected": case_at(desk, state="rejected"),
        "withdrawn": case_at(desk, state="submitted"),
        "draft": case_at(desk),
    }
    made["withdrawn"].withdraw(by=made["withdrawn"].applicant, now=clock.now())
    return made


WAITING = {"waiting", "passed", "late", "passed_on"}
CLOSED = {"approved", "rejected", "withdrawn"}
HELD = {"held", "held_by_me"}


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("", WAITING | {"mine"}),
        ("open", WAITING | {"mine"}),
        ("mine", {"mine"}),
        ("unclaimed", WAITING),
        ("overdue", {"late"}),
        ("waiting", WAITING | HELD | {"mine", "others"}),
        ("second", {"held"}),
        ("merchant", {"returned"}),
        ("escalated", {"passed_on"}),
        ("closed", CLOSED),
        ("all", WAITING | HELD | CLOSED | {"mine", "others", "returned"}),
    ],
)
def test_each_saved_view_shows_its_cases_and_counts_them(desk, cases, view, expected):
    changes = desk.get(reverse(QUEUE), {"view": view} if view else {}).context_data["cl"]

    assert names([row.number for row in changes.result_list], cases) == expected
    current = next(option for option in changes.views if option.is_current)
    assert current.tally in ("", str(len(expected)))
    assert (current.tally == "") == (view in ("waiting", "closed", "all"))


def test_every_view_has_a_test():
    assert set(VIEWS) == {
        "open",
        "mine",
        "unclaimed",
        "overdue",
        "waiting",
        "second",
        "merchant",
        "escalated",
        "closed",
        "all",
    }


@pytest.mark.parametrize(
    ("view", "column"),
    [
        ("open", "due_at"),
        ("unclaimed", "due_at"),
        ("overdue", "due_at"),
        ("escalated", "due_at"),
        ("merchant", "correction_due_at"),
        ("second", "held_since"),
        ("closed", "-submitted_at"),
        ("all", "-submitted_at"),
    ],
)
def test_each_view_has_its_order(desk, view, column):
    now, name = clock.now(), column.lstrip("-")
    state = {"merchant": "returned", "second": "under_review", "closed": "approved"}.get(view, "submitted")
    whole = {"held_since": now, "proposed_by": StaffFactory()} if view == "second" else {}
    whole |= {"escalated_at": now} if view == "escalated" else {}
    made = [
        change(case_at(desk, state=state), **(whole | {name: now - timedelta(days=days)}))
        for days in (2, 5, 3)
    ]
    rising = sorted(made, key=lambda case: getattr(case, name))

    found = shown(desk, view=view)

    assert found == [case.number for case in (reversed(rising) if column.startswith("-") else rising)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"risk": "high"}, {"high"}),
        ({"kind": "registration"}, {"high", "low", "elsewhere"}),
        ({"status": "under_review"}, {"taken"}),
        ({"status": "approved"}, {"done"}),
        ({"status": "under_review", "view": "open"}, set()),
    ],
)
def test_filters_narrow_the_list(desk, query, expected):
    cases = {
        "high": change(case_at(desk, state="submitted"), risk="high"),
        "low": change(case_at(desk, state="submitted"), risk="low"),
        "elsewhere": change(case_at(desk, state="submitted"), risk="medium"),
        "taken": change(taken(case_at(desk, state="submitted")), risk="low"),
        "done": change(case_at(desk, state="approved"), risk="low"),
    }

    assert names(shown(desk, **query), cases) == expected


def test_the_branch_filter_takes_the_branches_below_with_it(desk):
    region = BranchFactory(parent=desk.reviewer.branch)
    inside = RegistrationFactory(branch=BranchFactory(parent=region), state="submitted")
    case_at(desk, state="submitted")

    assert shown(desk, branch=region.pk) == [inside.number]
    assert desk.get(reverse(QUEUE), {"branch": BranchFactory().pk}).context_data["cl"].problem


@pytest.mark.parametrize("due", ["overdue", "today", "tomorrow", "later", "none"])
def test_the_deadline_filter_divides_the_days(desk, due):
    now = clock.now()
    tonight = end_of_day(local_date(now))
    moments = {
        "overdue": now - timedelta(minutes=5),
        "today": tonight,
        "tomorrow": tonight + timedelta(hours=3),
        "later": tonight + timedelta(hours=30),
    }
    made = {
        name: change(case_at(desk, state="submitted"), due_at=moment).number
        for name, moment in moments.items()
    }
    made["none"] = case_at(desk, state="returned").number

    assert shown(desk, due=due, view="all") == [made[due]]


def test_a_view_counts_within_the_other_filters(desk):
    change(case_at(desk, state="submitted"), risk="high")
    change(case_at(desk, state="submitted"), risk="low")

    views = desk.get(reverse(QUEUE), {"risk": "high"}).context_data["cl"].views

    assert [option.tally for option in views][:3] == ["1", "0", "1"]


def test_counting_stops_where_nobody_counts_on(desk, monkeypatch):
    monkeypatch.setattr("config.kernel.counting.MOST", 2)
    for _ in range(3):
        case_at(desk, state="submitted")

    assert desk.get(reverse(QUEUE)).context_data["cl"].views[0].tally == "2+"


@pytest.mark.parametrize(
    "find", ["number", "uscc", "serial", "closed serial", "mobile", "name", "width", "case"]
)
def test_the_queue_finds_a_case_by_each_of_its_marks(desk, find):
    wanted = case_at(
        desk,
        state="rejected" if find != "closed serial" else "approved",
        answers=particulars(
            contact_mobile="13900139000", registered_name="槐荫阁ＡＢ茶舍", trading_name="槐荫阁"
        ),
    )
    other = case_at(desk, state="submitted")
    serial = wanted.placements.get().serial_number
    text = {
        "number": wanted.number,
        "uscc": wanted.uscc,
        "serial": serial,
        "closed serial": serial,
        "mobile": "139 0013 9000",
        "name": "荫阁",
        "width": wanted.number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "case": "ａｂ茶" if connection.vendor == "postgresql" else "ＡＢ茶",
    }[find]

    found = shown(desk, q=text)

    assert wanted.number in found
    assert other.number not in found


@pytest.mark.parametrize("text", ["晴", "a", " 晴 "])
def test_one_letter_of_a_name_is_too_little_and_says_so(desk, text):
    case_at(desk, state="submitted")

    response = desk.get(reverse(QUEUE), {"q": text})

    assert "请至少输入商户名称中的两个字" in response.content.decode()
    assert not response.context_data["cl"].result_list


@pytest.mark.parametrize("text", ["晴川%", "晴_", "' OR 1=1 --", "晴川便利店（", "𠮷𠮷"])
def test_letters_that_mean_something_elsewhere_mean_nothing_here(desk, text):
    case_at(desk, state="submitted")

    assert shown(desk, q=text) == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("at_the_top", [True, False])
def test_the_queue_asks_four_queries_beside_those_of_the_sign_in(
    client, rows, at_the_top, django_assert_num_queries
):
    head = BranchFactory(parent=None)
    leaf = BranchFactory(parent=head)
    client.force_login(StaffFactory(role="reviewer", branch=head if at_the_top else leaf))
    for _ in range(rows):
        taken(RegistrationFactory(branch=leaf, state="submitted"), passed=True)
    client.get(reverse(QUEUE))

    with django_assert_num_queries(4 + 2) as asked:
        page = client.get(reverse(QUEUE))

    assert len(page.context_data["cl"].result_list) == rows
    assert [query["sql"].split('FROM "')[1].split('"')[0] for query in asked.captured_queries][:2] == [
        "accounts_session",
        "accounts_user",
    ]


@pytest.mark.parametrize("query", ["", "kind=nothing"])
def test_the_head_of_the_queue_counts_the_reviewers_own_unread_messages(desk, query):
    for place, person in enumerate([desk.reviewer, desk.reviewer, StaffFactory(role="reviewer")]):
        OutboxMessage.objects.create(
            kind="application_overdue", channel="inbox", recipient=person, subject_label="applications.application",
            subject_id=1, dedupe_key=str(place), next_attempt_at=clock.now(), created_at=clock.now(),
        )  # fmt: skip

    page = desk.get(f"{reverse(QUEUE)}?{query}").content.decode()

    assert '<span class="count">2<' in page


def test_pages_of_the_queue_follow_each_other_without_a_gap(desk, monkeypatch):
    monkeypatch.setattr(ApplicationAdmin, "list_per_page", 2)
    numbers = {case_at(desk, state="submitted").number for _ in range(5)}

    seen, url = [], reverse(QUEUE)
    for _ in range(3):
        changes = desk.get(url).context_data["cl"]
        seen += [row.number for row in changes.result_list]
        url = reverse(QUEUE) + changes.next_url
    back = desk.get(reverse(QUEUE) + changes.previous_url).context_data["cl"]

    assert len(seen) == 5
    assert set(seen) == numbers
    assert [row.number for row in back.result_list] == seen[2:4]


def test_the_list_says_who_holds_a_case_and_forgets_whose_claim_has_passed(desk):
    holder = StaffFactory(full_name="李审核", role="reviewer", branch=desk.reviewer.branch)
    case = taken(case_at(desk, state="submitted"), by=holder)
    held = desk.get(reverse(QUEUE), {"view": "all"}).content.decode()
    change(case, lease_until=clock.now() - timedelta(seconds=1))

    free = desk.get(reverse(QUEUE), {"view": "all"}).content.decode()

    assert "李审核" in held
    assert "李审核" not in free


def test_names_of_merchants_are_text_in_the_list(desk):
    change(case_at(desk, state="submitted"), subject_name="<b>店</b>")

    page = desk.get(reverse(QUEUE)).content.decode()

    assert "&lt;b&gt;店" in page
    assert "<b>店" not in page


@pytest.mark.parametrize("role", ["auditor", "support", "account_manager"])
def test_who_does_not_review_has_nothing_to_tick(client, role):
    case = RegistrationFactory(state="submitted")
    client.force_login(StaffFactory(role=role, branch=case.branch))

    page = client.get(reverse(QUEUE)).content.decode()

    assert case.number in page
    assert 'name="ticked"' not in page
    assert reverse("admin:applications_next") not in page


def test_a_reviewer_of_one_branch_sees_what_the_rule_lets_see(client):
    """The shortcut for branches without branches below shows neither more nor less."""
    leaf = BranchFactory(parent=BranchFactory(parent=None))
    reviewer = StaffFactory(role="reviewer", branch=leaf)
    own = RegistrationFactory(branch=leaf, state="submitted")
    RegistrationFactory(branch=leaf.parent, state="submitted")
    client.force_login(reviewer)

    assert shown(client) == [own.number]
    BranchFactory(parent=leaf, is_active=False)
    assert shown(client) == [own.number]


def test_the_filterset_alone_is_what_the_page_shows(desk, rf):
    case = case_at(desk, state="submitted")
    request = rf.get("/")
    request.user = desk.reviewer

    filters = QueueFilter(QueryDict("risk=low"), queryset=Application.objects.all(), request=request)

    assert case in [row.as_kind() for row in filters.qs.filter(pk=case.pk)] or case.risk != "low"


def test_every_kind_has_a_sign_of_its_own_and_its_row_shows_it(desk):
    terminal, _done = activated(merchant=onboarded(branch=BranchFactory(parent=desk.reviewer.branch)))
    one = requested("deactivation", terminal=terminal, state="submitted")

    row = str(desk.get(reverse("admin:applications_application_changelist")).context["cl"].rows)

    assert one.number in row
    assert icon("power") in row
    assert icon("plus") not in row
    assert set(Application.KIND_ICONS) == set(Application.Kind.values)
    assert len(set(Application.KIND_ICONS.values())) == len(Application.Kind)
