"""The administrator's desk."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.accounts.models import Branch, Role, User
from config.kernel.audit import AuditEvent
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    head = BranchFactory()
    person = StaffFactory(role=Role.ADMINISTRATOR, branch=head)
    client.force_login(person)
    return person


def form_of(person, **changes):
    return {
        "email": person.email,
        "full_name": person.full_name,
        "branch": person.branch_id,
        "role": person.role,
        "language": person.language,
        "is_active": "on",
    } | changes


def test_a_new_member_of_staff_gets_no_password_and_a_confirmed_address(client, chief):
    data = {
        "email": "New@Bank.example",
        "full_name": "张三",
        "mobile": "138 0013 8000",
        "branch": chief.branch_id,
        "role": "reviewer",
        "language": "en",
    }

    client.post("/admin/accounts/user/add/", data)

    person = User.objects.get(email="new@bank.example")
    assert person.is_staff
    assert (person.role, person.branch, person.language) == ("reviewer", chief.branch, "en")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified
    actions = AuditEvent.objects.of(person).values_list("action", "by")
    assert set(actions) == {("staff_account_opened", chief.pk), ("staff_invited", chief.pk)}


@pytest.mark.parametrize("missing", ["email", "full_name", "branch", "role"])
def test_nothing_is_left_out(client, chief, missing):
    data = {
        "email": "new@bank.example",
        "full_name": "张三",
        "branch": chief.branch_id,
        "role": "reviewer",
        "language": "en",
    }
    data[missing] = ""

    answer = client.post("/admin/accounts/user/add/", data)

    assert answer.context["adminform"].form.errors[missing]
    assert not User.objects.filter(email="new@bank.example").exists()


def test_an_address_that_is_taken_is_a_sentence_at_the_form(client, chief):
    other = StaffFactory(branch=chief.branch)
    data = {
        "email": other.email.upper(),
        "full_name": "张三",
        "branch": chief.branch_id,
        "role": "reviewer",
        "language": "en",
    }

    answer = client.post("/admin/accounts/user/add/", data)

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors


def test_the_list_shows_the_own_subtree_and_no_merchants(client, chief):
    below = StaffFactory(branch=BranchFactory(parent=chief.branch))
    elsewhere, merchant = StaffFactory(), MerchantUserFactory()

    shown = {person.pk for person in client.get("/admin/accounts/user/").context["cl"].result_list}

    assert shown == {chief.pk, below.pk}
    for person in (elsewhere, merchant):
        assert client.get(f"/admin/accounts/user/{person.pk}/change/").status_code == 302
        for step in ("invitation", "second-factor-reset", "session-end"):
            assert client.post(f"/admin/accounts/user/{person.pk}/{step}/").status_code == 404


def test_a_change_is_on_record_and_a_smaller_role_takes_effect_at_once(client, chief):
    person = StaffFactory(branch=chief.branch)
    theirs = type(client)()
    theirs.force_login(person)

    client.post(f"/admin/accounts/user/{person.pk}/change/", form_of(person, role="auditor"))

    person.refresh_from_db()
    assert person.role == "auditor"
    assert theirs.get("/admin/").status_code == 302
    event = AuditEvent.objects.of(person).get(action="staff_account_changed")
    assert (event.by, event.detail) == (chief, {"fields": ["role"]})


def test_nobody_raises_themselves(client, chief):
    client.post(
        f"/admin/accounts/user/{chief.pk}/change/", form_of(chief, role="supervisor", is_superuser="on")
    )

    chief.refresh_from_db()
    assert (chief.role, chief.is_superuser) == (Role.ADMINISTRATOR, False)


def test_nobody_makes_a_superuser_with_a_forged_form(client, chief):
    person = StaffFactory(branch=chief.branch)

    client.post(
        f"/admin/accounts/user/{person.pk}/change/",
        form_of(person, is_superuser="on", password="x", full_name="王五"),
    )

    person.refresh_from_db()
    assert person.full_name == "王五"
    assert not person.is_superuser
    assert person.password != "x"


def test_nobody_is_moved_to_a_branch_out_of_sight(client, chief):
    person, far = StaffFactory(branch=chief.branch), BranchFactory()

    answer = client.post(f"/admin/accounts/user/{person.pk}/change/", form_of(person, branch=far.pk))

    assert answer.context["adminform"].form.errors["branch"]


def test_the_mobile_number_is_masked(client, chief):
    person = StaffFactory(branch=chief.branch, mobile="13800138000")

    for path in ("/admin/accounts/user/", f"/admin/accounts/user/{person.pk}/change/"):
        page = client.get(path).content.decode()
        assert "138****8000" in page
        assert "13800138000" not in page


def test_there_is_no_password_form_and_no_deleting(client, chief):
    person = StaffFactory(branch=chief.branch)

    assert client.get(f"/admin/accounts/user/{person.pk}/password/").status_code in {302, 404}
    for path in (
        f"/admin/accounts/user/{person.pk}/delete/",
        f"/admin/accounts/branch/{chief.branch_id}/delete/",
    ):
        assert client.post(path, {"post": "yes"}).status_code == 403
    client.post(
        "/admin/accounts/user/", {"action": "delete_selected", "_selected_action": person.pk, "post": "yes"}
    )
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMINISTRATOR])
def test_only_the_administrator_changes_people_and_branches(client, role):
    person = StaffFactory(role=role)
    client.force_login(person)
    colleague = StaffFactory(branch=person.branch)

    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert client.get("/admin/accounts/branch/add/").status_code == 403
    client.post(f"/admin/accounts/user/{colleague.pk}/change/", form_of(colleague, role="supervisor"))
    for step in ("invitation", "second-factor-reset", "session-end"):
        assert client.post(f"/admin/accounts/user/{colleague.pk}/{step}/").status_code == 404
    colleague.refresh_from_db()
    assert (colleague.role, colleague.session_generation) == ("reviewer", 0)


@pytest.mark.parametrize("step", ["invitation", "second-factor-reset", "session-end"])
def test_steps_are_posted(client, chief, step):
    person = StaffFactory(branch=chief.branch)

    assert client.get(f"/admin/accounts/user/{person.pk}/{step}/").status_code == 405
    assert client.post(f"/admin/accounts/user/{person.pk}/{step}/").status_code == 302


def test_a_branch_below_the_own_is_opened_and_recorded(client, chief):
    data = {
        "code": "NEW1",
        "name": "新支行",
        "parent": chief.branch_id,
        "acquirer_code": "01025840",
        "area_code": "5840",
        "is_active": "on",
    }

    client.post("/admin/accounts/branch/add/", data)

    branch = Branch.objects.get(code="NEW1")
    assert branch.path == f"{chief.branch.path}{branch.pk}/"
    assert AuditEvent.objects.of(branch).get().action == "branch_opened"


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00",
        "?q=" + "x" * 5000,
        "?p=99999999999999999999",
        "?role__exact=%00",
        "?o=9.9.9",
        "?branch__path__startswith=/",
    ],
)
def test_hostile_addresses_break_nothing(client, chief, query):
    assert client.get(f"/admin/accounts/user/{query}").status_code in {200, 302, 400}


@pytest.mark.parametrize("path", ["/admin/accounts/user/", "/admin/accounts/branch/"])
def test_the_lists_ask_the_same_questions_for_one_and_for_three(
    client, chief, path, django_assert_num_queries
):
    def asked():
        with CaptureQueriesContext(connection) as questions:
            client.get(path)
        return len(questions)

    asked()
    few = asked()
    for _ in range(3):
        StaffFactory(branch=BranchFactory(parent=chief.branch))

    assert asked() == few


def test_pages_of_libraries_that_would_go_round_this_desk_are_not_there():
    names = {model._meta.label_lower for model in admin.site._registry}

    assert not names & {"auth.group", "account.emailaddress", "mfa.authenticator", "axes.accessattempt"}
