"""The review desk by its addresses: what a reviewer sees, what a crafted request may not do."""

import pytest
from django.urls import reverse

from applications.admin import ApplicationAdmin
from applications.models import Application, Decision
from config.kernel import clock
from config.kernel.audit import AccessRecord
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import CARD, PERSON, STATES, RegistrationFactory, particulars

pytestmark = pytest.mark.django_db

QUEUE = "admin:applications_application_changelist"
STEPS = {
    "claim": "under_review",
    "correction": "returned",
    "approval": "approved",
    "refusal": "rejected",
}


@pytest.fixture
def desk(client):
    """A browser in which a reviewer of the head office has signed in."""
    client.reviewer = StaffFactory(role="reviewer", branch=BranchFactory(code="HEAD", parent=None))
    client.force_login(client.reviewer)
    return client


def registration_at(desk, **kwargs):
    return RegistrationFactory(branch=BranchFactory(parent=desk.reviewer.branch), **kwargs)


def decision_on(registration, **changed):
    return {
        "version": registration.version,
        "items": ["paper:licence"],
        "public_text": "照片反光，请换个角度重新拍摄。",
        "account_verified": "on",
        "reason": "not_eligible",
        "idempotency_key": "k" * 20,
    } | changed


def test_the_queue_shows_what_is_to_do_nearest_deadline_first(desk):
    second = registration_at(desk, state="submitted")
    first = registration_at(desk, state="under_review")
    Application.objects.filter(pk=first.pk).update(due_at=second.due_at.replace(year=2020))
    done = registration_at(desk, state="withdrawn")
    draft = registration_at(desk)

    page = desk.get(reverse(QUEUE)).content.decode()

    assert page.index(first.number) < page.index(second.number)
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


@pytest.mark.parametrize("noun", STEPS)
@pytest.mark.parametrize("state", [state for state in STATES if state != "draft"])
def test_a_crafted_post_changes_only_what_the_arrows_allow(desk, state, noun):
    registration = registration_at(desk, state=state)
    desk.force_login(StaffFactory(role="reviewer", branch=registration.branch))

    response = desk.post(
        reverse(f"admin:applications_{noun}", args=[registration.pk]), decision_on(registration)
    )

    after = Application.objects.get(pk=registration.pk).status
    if STEPS[noun] in Application.NEXT[state]:
        assert (response.status_code, after) == (302, STEPS[noun])
    elif registration.submitted_at is None:
        assert (response.status_code, after) == (404, state)
    else:
        assert (response.status_code, after) == (409, state)


@pytest.mark.parametrize("noun", STEPS)
def test_a_step_cannot_be_taken_by_reading(desk, noun):
    registration = registration_at(desk, state="under_review")

    response = desk.get(reverse(f"admin:applications_{noun}", args=[registration.pk]))

    assert response.status_code == 405
    assert Application.objects.get(pk=registration.pk).status == "under_review"


@pytest.mark.parametrize("role", ["auditor", "storekeeper", "support", "account_manager", "administrator"])
@pytest.mark.parametrize("noun", STEPS)
def test_only_reviewers_decide(client, role, noun):
    registration = RegistrationFactory(state="under_review" if noun != "claim" else "submitted")
    client.force_login(StaffFactory(role=role, branch=registration.branch))

    response = client.post(
        reverse(f"admin:applications_{noun}", args=[registration.pk]), decision_on(registration)
    )

    assert response.status_code == 403
    assert not Decision.objects.exists()


def test_a_stale_decision_is_refused_and_its_words_are_kept(desk):
    registration = registration_at(desk, state="under_review")

    response = desk.post(
        reverse("admin:applications_correction", args=[registration.pk]),
        decision_on(
            registration,
            version=registration.version - 1,
            public_text="请补拍门头照片。",
            private_note="问过客户经理",
        ),
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "请补拍门头照片。" in page
    assert "问过客户经理" in page
    assert f'name="version" value="{registration.version}"' in page


def test_an_incomplete_decision_comes_back_with_its_error_and_its_words(desk):
    registration = registration_at(desk, state="under_review")

    response = desk.post(
        reverse("admin:applications_correction", args=[registration.pk]),
        decision_on(registration, items=[], public_text="请补拍门头照片。"),
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "请补拍门头照片。" in page
    assert 'role="alert"' in page
    assert page.count("<title>错误") == 1


def test_the_case_shows_papers_and_masked_data_only(desk):
    registration = registration_at(desk, state="under_review")

    page = desk.get(reverse("admin:applications_case", args=[registration.pk])).content.decode()

    assert PERSON not in page
    assert CARD not in page
    assert "13800138000" not in page
    assert "3****************7" in page


def test_a_value_is_revealed_with_a_purpose_and_leaves_a_record(desk):
    registration = registration_at(desk, state="under_review")
    address = reverse("admin:applications_revelation", args=[registration.pk])

    without = desk.post(address, {"field": "responsible_id_number", "purpose": ""})
    shown = desk.post(address, {"field": "responsible_id_number", "purpose": "compare_with_paper"})

    assert PERSON not in without.content.decode()
    assert PERSON in shown.content.decode()
    record = AccessRecord.objects.get(purpose="compare_with_paper")
    assert (record.by, record.subject_id) == (desk.reviewer, registration.pk)
    assert "no-store" in shown["Cache-Control"]


def test_a_paper_of_another_branch_is_not_found(desk):
    other = RegistrationFactory(branch=BranchFactory(), state="submitted")
    document = other.documents.first()
    own = registration_at(desk, state="submitted")

    for pk in (other.pk, own.pk):
        address = reverse("admin:applications_document", args=[pk, document.pk, "view"])
        assert desk.get(address).status_code == 404


def test_reading_the_desk_writes_nothing(desk, nothing_is_written):
    registration = registration_at(desk, state="under_review")

    with nothing_is_written():
        assert desk.get(reverse(QUEUE)).status_code == 200
        assert desk.get(reverse("admin:applications_case", args=[registration.pk])).status_code == 200


def test_the_same_approval_sent_twice_has_one_effect_and_one_answer(desk):
    registration = registration_at(desk, state="under_review")
    address = reverse("admin:applications_approval", args=[registration.pk])

    answers = [desk.post(address, decision_on(registration)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Decision.objects.filter(application=registration).count() == 1


@pytest.mark.parametrize("role", ["account_manager", "support", "settlement", "auditor"])
def test_who_may_not_unmask_sees_no_papers_and_no_private_notes(client, role):
    registration = RegistrationFactory(state="under_review")
    registration.return_for_correction(
        by=registration.assignee,
        now=clock.now(),
        version=registration.version,
        public_text="请补拍。",
        items={"paper:licence": ""},
        private_note="问过客户经理",
    )
    client.force_login(StaffFactory(role=role, branch=registration.branch))
    document = registration.documents.first()

    page = client.get(reverse("admin:applications_case", args=[registration.pk]))
    paper = client.get(
        reverse("admin:applications_document", args=[registration.pk, document.pk, "original"])
    )

    assert paper.status_code == 403
    assert page.status_code == 200
    assert "问过客户经理" not in page.content.decode()


def test_an_incomplete_decision_on_an_older_version_says_that_the_case_has_changed(desk):
    registration = registration_at(desk, state="under_review")

    response = desk.post(
        reverse("admin:applications_approval", args=[registration.pk]),
        decision_on(registration, version=registration.version - 1, account_verified=""),
    )

    assert response.status_code == 409
    assert registration.staleness(registration.version - 1) in response.content.decode()
