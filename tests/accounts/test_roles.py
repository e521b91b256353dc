import pytest
from django.contrib.auth.models import Permission

from config.accounts.models import Role
from config.accounts.roles import ROLES
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory

BUSINESS = ("applications.", "merchants.", "terminals.", "files.")


def test_every_role_is_in_the_table():
    assert set(ROLES) == set(Role.values)


@pytest.mark.django_db
def test_every_permission_of_the_table_exists():
    named = Permission.objects.values_list("content_type__app_label", "codename")
    there = {f"{app}.{codename}" for app, codename in named}

    missing = {role: sorted(names - there) for role, names in ROLES.items() if names - there}

    assert not missing


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_staff_may_do_what_their_role_says_and_nothing_else(role):
    person = StaffFactory(role=role)

    assert person.get_all_permissions() == ROLES[role]
    for other in set().union(*ROLES.values()):
        assert person.has_perm(other) == (other in ROLES[role])


def test_the_administrator_sees_no_business():
    assert not [name for name in ROLES[Role.ADMINISTRATOR] if name.startswith(BUSINESS)]


def test_the_auditor_only_looks_and_takes_away_masked_what_it_sees():
    acts = {name for name in ROLES[Role.AUDITOR] if not name.split(".")[1].startswith("view_")}
    assert acts == {"files.take_report"}


def test_who_files_never_reviews():
    for names in ROLES.values():
        assert not {"applications.file_for_merchant", "applications.review_application"} <= names


@pytest.mark.django_db
def test_merchants_and_closed_accounts_hold_no_permission():
    for person in (MerchantUserFactory(), StaffFactory(is_active=False)):
        assert not person.get_all_permissions()
        assert not person.has_perm("applications.view_application")
        assert not person.has_module_perms("applications")


@pytest.mark.django_db
def test_a_changed_role_holds_at_the_next_question():
    person = StaffFactory(role=Role.REVIEWER)
    assert person.has_perm("applications.review_application")

    person.role = Role.AUDITOR

    assert not person.has_perm("applications.review_application")


@pytest.mark.django_db
def test_a_superuser_is_allowed_everything():
    root = StaffFactory(role=Role.ADMINISTRATOR, is_superuser=True, branch=BranchFactory())

    assert root.has_perm("applications.review_application")
