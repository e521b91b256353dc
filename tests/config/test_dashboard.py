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
from config.kernel import clock
from config.kernel.dashboard import bars_of
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    return BranchFactory(code="HEAD", parent=None)


@pytest.fixture
def bank(head):
    """What the tiles count, at a branch below the head office, and the same once more at a branch of its own."""
    for branch in (BranchFactory(parent=head), BranchFactory(parent=None)):
        late, _waiting = (RegistrationFactory(branch=branch, state="submitted") for _ in range(2))
        Application.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(days=1))
        RegistrationFactory(branch=branch, state="approved")
        RegistrationFactory(branch=branch, state="draft")
    return head


def first_page(client, person):
    client.force_login(person)
    return client.get(reverse("admin:index")).context_data["first_page"]


def rows_behind(person, address):
    """How many rows the list at this address has, all its pages together."""
    parts = urlsplit(address)
    request = RequestFactory().get(address)
    request.user = person
    desk = admin.site.get_model_admin(resolve(parts.path).func.model_admin.model)
    rows = desk.filterset_class(request.GET, queryset=desk.get_queryset(request), request=request)
    assert rows.is_valid(), parse_qsl(parts.query)
    return rows.qs.count()


@pytest.mark.parametrize("role", Role)
def test_every_number_is_that_of_its_list(client, bank, role):
    person = StaffFactory(role=role, branch=bank)

    page = first_page(client, person)

    for tile in page.tiles:
        assert int(tile.number.replace(",", "")) == rows_behind(person, tile.url), tile
        if tile.note:
            assert int(re.search(r"\d+", tile.note)[0]) == rows_behind(person, tile.note_url), tile
    for table in page.tables:
        assert int(table.total) == rows_behind(person, table.url), table
    for bar in [bar for bars in page.bars for bar in bars.bars]:
        assert int(bar.number) == rows_behind(person, bar.url), bar


def test_a_reviewer_sees_the_numbers_of_the_own_branch(client, bank):
    page = first_page(client, StaffFactory(role="reviewer", branch=bank))

    assert {tile.title: (tile.number, tile.note) for tile in page.tiles} == {
        "使用中终端": ("0", ""),
        "未使用的注册码": ("1", ""),
        "待归还机具": ("0", ""),
        "待审核申请": ("2", "1 件超时"),
    }
    assert [(bar.label, bar.number) for bar in page.bars[0].bars] == [("待激活", "1")]


def test_who_sees_no_business_sees_no_number(client, bank):
    page = first_page(client, StaffFactory(role="administrator", branch=bank))

    assert page == ([], [], [])


def test_the_page_asks_as_often_for_many_as_for_few(client, bank):
    person = StaffFactory(role="supervisor", branch=bank)
    first_page(client, person)
    with CaptureQueriesContext(connection) as few:
        first_page(client, person)
    RegistrationFactory.create_batch(3, branch=BranchFactory(parent=bank), state="approved")

    with CaptureQueriesContext(connection) as many:
        first_page(client, person)

    assert len(many) == len(few)


def test_bars_say_their_share_of_all_and_are_as_long_as_the_longest_allows():
    bars = bars_of({"a": 1, "b": 3}, labels={"a": "A", "b": "B"}, tones={"b": "w"}, url="/x/")

    assert [(bar.label, bar.number, bar.share, bar.width, bar.tone, bar.url) for bar in bars] == [
        ("B", "3", "75.0%", "100.00", "w", "/x/?status=b"),
        ("A", "1", "25.0%", "33.33", "m", "/x/?status=a"),
    ]
