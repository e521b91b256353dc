import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.accounts.models import Role, User
from tests.accounts.factories import PASSWORD, BranchFactory, MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_an_email_address_is_kept_in_lower_case():
    assert MerchantUserFactory(email=" Shop@Example.COM ").email == "shop@example.com"


def test_a_mobile_number_is_ciphertext_at_rest_and_still_found():
    person = MerchantUserFactory(email=None, mobile="138 0013-8000")

    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile, mobile_index FROM accounts_user WHERE id = %s", [person.pk])
        stored = " ".join(cursor.fetchone())

    assert "13800138000" not in stored
    assert User.objects.with_mobile("１３８００１３８０００").get() == person
    assert not User.objects.with_mobile("")


def test_saving_only_the_mobile_saves_its_index():
    person = MerchantUserFactory(mobile="13800138000")
    person.mobile = "13900139000"

    person.save(update_fields=["mobile"])

    assert User.objects.with_mobile("13900139000").get() == person


def test_two_people_without_an_address_of_a_kind_do_not_collide():
    MerchantUserFactory(email=None, mobile="13800138000")
    MerchantUserFactory(email=None, mobile="13800138001")
    MerchantUserFactory()
    MerchantUserFactory()


BROKEN = {
    "user_email_once": lambda: MerchantUserFactory.build(email="taken@shop.example"),
    "user_mobile_once": lambda: MerchantUserFactory.build(mobile="13800138000"),
    "user_system_name_once": lambda: User(system_name="cron"),
    "user_can_be_reached": lambda: MerchantUserFactory.build(email=None),
    "user_staff_has_branch_and_role": lambda: StaffFactory.build(branch=None),
    "user_others_have_no_branch_or_role": lambda: MerchantUserFactory.build(role=Role.REVIEWER),
    "user_role_known": lambda: StaffFactory.build(role="king", branch=BranchFactory()),
    "user_system_cannot_sign_in": lambda: User(system_name="night", email="night@bank.example"),
    "user_verified_mobile_exists": lambda: MerchantUserFactory.build(mobile_verified_at=timezone.now()),
}


@pytest.mark.parametrize(("name", "make"), BROKEN.items(), ids=BROKEN)
def test_the_database_refuses(name, make):
    MerchantUserFactory(email="taken@shop.example", mobile="13800138000")
    User.objects.system("cron")
    constraint = next(each for each in User._meta.constraints if each.name == name)

    with pytest.raises(IntegrityError), transaction.atomic():
        make().save()
    person = make()
    person.mobile_index = "x" if name == "user_mobile_once" else None
    if name != "user_mobile_once":
        with pytest.raises(ValidationError, match=str(constraint.violation_error_message)):
            constraint.validate(User, person)


def test_the_database_refuses_an_email_address_in_capitals():
    person = MerchantUserFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(email="SHOP@example.com")


def test_every_constraint_has_a_test():
    assert {each.name for each in User._meta.constraints} == {
        *BROKEN,
        "user_email_lower_case",
        "user_erased_whole",
    }


def test_a_system_user_is_made_once_and_can_never_sign_in():
    first, second = User.objects.system("night"), User.objects.system("night")

    assert first == second
    assert not first.has_usable_password()
    assert not first.is_merchant_user


def test_reference_data_brings_the_system_users():
    call_command("load_reference_data", verbosity=0)
    call_command("load_reference_data", verbosity=0)

    assert User.objects.filter(system_name="cron").count() == 1


def test_a_superuser_belongs_to_the_head_office():
    head = BranchFactory()
    BranchFactory(parent=head)

    root = User.objects.create_superuser("root@bank.example", PASSWORD, full_name="管理员")

    assert (root.branch, root.role) == (head, Role.ADMINISTRATOR)
