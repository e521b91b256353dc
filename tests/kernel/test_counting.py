"""Counts of several lists by one query: each is what its list has, and none is counted further than it is printed."""

import pytest
from django.core.exceptions import FieldError
from django.db.models import Q

from config.accounts.branches import Branch
from config.kernel.counting import MOST, counted, printed
from tests.accounts.factories import BranchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    root = BranchFactory(parent=None)
    BranchFactory.create_batch(3, parent=root)
    BranchFactory.create_batch(2, parent=root, is_active=False)
    return root


def test_conditions_within_rows_count_what_the_narrowed_lists_have(root, django_assert_num_queries):
    BranchFactory(parent=None)
    rows = Branch.objects.under(root)
    where = {
        "active": Q(is_active=True),
        "closed": ~Q(is_active=True),
        "either": Q(parent=None) | Q(is_active=False),
        "none": Q(pk__in=[]),
    }

    with django_assert_num_queries(1):
        found = counted({"all": rows, "nothing": Branch.objects.none()}, within=rows, where=where)

    expected = {name: rows.filter(condition).count() for name, condition in where.items()}
    assert found == {"all": 6, "nothing": 0, **expected}
    assert expected == {"active": 4, "closed": 2, "either": 3, "none": 0}


def test_rows_that_cannot_be_have_no_parts(root):
    found = counted({}, within=Branch.objects.none(), where={"active": Q(is_active=True)})

    assert found == {"active": 0}


def test_nobody_counts_beyond_what_is_printed(root):
    BranchFactory.create_batch(MOST + 20, parent=root)
    rows = Branch.objects.under(root)

    found = counted({"all": rows}, within=rows, where={"active": Q(is_active=True)})

    assert found == {"all": MOST + 1, "active": MOST + 1}
    assert printed(found["all"]) == "99+"


def test_a_condition_on_another_table_is_refused(root):
    with pytest.raises(FieldError):
        counted({}, within=Branch.objects.under(root), where={"of the root": Q(parent__code=root.code)})


@pytest.mark.parametrize("rows", [Branch.objects.all, lambda: Branch.objects.filter(is_active=True)[:2]])
def test_only_plain_rows_that_are_narrowed_already_take_conditions(root, rows):
    with pytest.raises((ValueError, TypeError)):
        counted({}, within=rows(), where={"active": Q(is_active=True)})
