"""The review queue by its addresses: what it shows, how it finds, what a crafted address may not do."""

import pytest
from django.urls import reverse

from applications.admin import ApplicationAdmin
from applications.models import Application
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, particulars

pytestmark = pytest.mark.django_db

QUEUE = "admin:applications_application_changelist"


@pytest.fixture
def desk(client):
    """A browser in which a reviewer of the head office has signed in."""
    client.reviewer = StaffFactory(role="reviewer", branch=BranchFactory(code="HEAD", parent=None))
    client.force_login(client.reviewer)
    return client


def registration_at(desk, **kwargs):
    return RegistrationFactory(branch=BranchFactory(parent=desk.reviewer.branch), **kwargs)


def test_the_queue_shows_what_is_to_do_nearest_deadline_first(desk):
    second = registration_at(desk, state="submitted")
    first = registration_at(desk, state="submitted")
    held = registration_at(desk, state="under_review")
    Application.objects.filter(pk=first.pk).update(due_at=second.due_at.replace(year=2020))
    done = registration_at(desk, state="withdrawn")
    draft = registration_at(desk)

    page = desk.get(reverse(QUEUE)).content.decode()

    assert page.index(first.number) < page.index(second.number)
    assert held.number not in page
    assert done.number not in page
    assert draft.number not in page


def test_the_queue_ends_at_the_reviewers_branch(desk):
    other = RegistrationFactory(branch=BranchFactory(), state="submitted")

    assert other.number not in desk.get(reverse(QUEUE)).content.decode()
    assert desk.get(reverse("admin:applications_case", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("find", ["number", "uscc", "serial", "mobile", "name", "width"])
def test_the_queue_finds_a_case_by_each_of_its_marks(desk, find):
    wanted = registration_at(desk, state="rejected", answers=particulars(contact_mobile="13900139000"))
    other = registration_at(desk, state="submitted")
    text = {
        "number": wanted.number,
        "uscc": wanted.uscc,
        "serial": wanted.placements.get().serial_number,
        "mobile": "139 0013 9000",
        "name": wanted.registered_name[:2],
        "width": wanted.number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    }[find]

    page = desk.get(reverse(QUEUE), {"q": text}).content.decode()

    assert wanted.number in page
    assert (other.number in page) == (find == "name")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_asks_the_same_number_of_queries(desk, rows, django_assert_num_queries):
    for _ in range(rows):
        registration_at(desk, state="under_review")
    desk.get(reverse(QUEUE))

    with django_assert_num_queries(5):
        desk.get(reverse(QUEUE))


def test_pages_of_the_queue_follow_each_other_without_a_gap(desk, monkeypatch):
    monkeypatch.setattr(ApplicationAdmin, "list_per_page", 2)
    numbers = {registration_at(desk, state="submitted").number for _ in range(5)}

    seen, url = [], reverse(QUEUE)
    for _ in range(3):
        response = desk.get(url)
        changes = response.context_data["cl"]
        seen += [row.number for row in changes.result_list]
        url = reverse(QUEUE) + changes.next_url
    back = desk.get(reverse(QUEUE) + changes.previous_url).context_data["cl"]

    assert len(seen) == 5
    assert set(seen) == numbers
    assert [row.number for row in back.result_list] == seen[2:4]


@pytest.mark.parametrize(
    "query",
    [
        "view=nonsense",
        "risk=9",
        "branch=abc",
        "branch=99999999999999999999",
        "q=" + "a" * 5000,
    ],
)
def test_a_filter_that_is_not_known_shows_nothing_and_says_so(desk, query):
    registration_at(desk, state="submitted")

    response = desk.get(f"{reverse(QUEUE)}?{query}")

    assert response.status_code == 200
    assert not response.context_data["cl"].result_list
    assert response.context_data["cl"].problem


@pytest.mark.parametrize(
    "place",
    ["a~x~1", "a~2026-01-01~99999999999999999999", "zzz", "a~2026-01-01T00:00~1", "b~~", "p=10^19"],
)
def test_a_place_that_is_not_known_begins_the_list_at_its_start(desk, place):
    case = registration_at(desk, state="submitted")

    response = desk.get(
        reverse(QUEUE), {"at": place, "page": "1" + "0" * 19, "p": "1" + "0" * 19, "o": "9.9"}
    )

    assert response.status_code == 200
    assert case.number in response.content.decode()
    assert response.context_data["cl"].problem


@pytest.mark.parametrize("query", ["q=%00", "due=%00", "at=a~%00~1"])
def test_a_nul_in_the_address_is_refused(desk, query):
    assert desk.get(f"{reverse(QUEUE)}?{query}").status_code == 400


def test_reading_the_desk_writes_nothing(desk, nothing_is_written):
    registration = registration_at(desk, state="under_review")

    with nothing_is_written():
        assert desk.get(reverse(QUEUE)).status_code == 200
        assert desk.get(reverse("admin:applications_case", args=[registration.pk])).status_code == 200
