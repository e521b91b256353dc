import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from config.accounts.models import Branch, User
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    head = BranchFactory(code="HEAD")
    north, south = BranchFactory(code="NORTH", parent=head), BranchFactory(code="SOUTH", parent=head)
    return {
        "head": head,
        "north": north,
        "south": south,
        "corner": BranchFactory(code="CORNER", parent=north),
    }


def codes(branches):
    return {branch.code for branch in branches}


def test_the_path_names_every_branch_from_the_top(tree):
    corner = Branch.objects.get(code="CORNER")

    assert corner.path == f"/{tree['head'].pk}/{tree['north'].pk}/{corner.pk}/"


@pytest.mark.parametrize(
    ("at", "seen"),
    [
        ("head", {"HEAD", "NORTH", "SOUTH", "CORNER"}),
        ("north", {"NORTH", "CORNER"}),
        ("south", {"SOUTH"}),
        ("corner", {"CORNER"}),
    ],
)
def test_staff_see_their_own_subtree(tree, at, seen):
    person = StaffFactory(branch=tree[at])

    assert codes(Branch.objects.visible_to(person)) == codes(person.branch_scope()) == seen


def test_others_see_no_branch(tree):
    closed = StaffFactory(branch=tree["head"], is_active=False)

    for person in (MerchantUserFactory(), AnonymousUser(), closed, User.objects.system("cron")):
        assert not Branch.objects.visible_to(person)


def test_number_one_does_not_contain_number_ten():
    branches = [BranchFactory() for _ in range(12)]

    for branch in branches:
        assert codes(Branch.objects.under(branch)) == {branch.code}


def test_a_moved_branch_takes_everything_below_it_along(tree):
    tree["north"].parent = tree["south"]

    tree["north"].save()

    assert codes(Branch.objects.under(tree["south"])) == {"SOUTH", "NORTH", "CORNER"}
    corner = Branch.objects.get(code="CORNER")
    assert corner.path == f"/{tree['head'].pk}/{tree['south'].pk}/{tree['north'].pk}/{corner.pk}/"


@pytest.mark.parametrize("below", ["head", "north", "corner"])
def test_a_branch_is_never_below_itself(tree, below):
    tree["head"].parent = tree[below]

    with pytest.raises(ValidationError):
        tree["head"].save()

    assert Branch.objects.get(code="HEAD").parent is None


def test_the_institution_prefix_is_the_banks_part_of_the_acquirer_code():
    assert BranchFactory.build(acquirer_code="01025840").institution_prefix == "102"


BROKEN = {
    "branch_code_once": {"code": "HEAD"},
    "branch_acquirer_code_digits": {"acquirer_code": "0102"},
    "branch_area_code_digits": {"area_code": "58A0"},
}


@pytest.mark.parametrize(("name", "values"), BROKEN.items(), ids=BROKEN)
def test_the_database_refuses(tree, name, values):
    constraint = next(each for each in Branch._meta.constraints if each.name == name)

    with pytest.raises(IntegrityError), transaction.atomic():
        BranchFactory(**values)
    with pytest.raises(ValidationError, match=str(constraint.violation_error_message)):
        BranchFactory.build(**values).validate_constraints()


def test_the_database_refuses_a_branch_that_is_its_own_parent(tree):
    with pytest.raises(IntegrityError), transaction.atomic():
        Branch.objects.filter(code="HEAD").update(parent=tree["head"])
