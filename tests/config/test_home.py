"""The merchant's first page: what was told last, and whom to call."""

import re
from datetime import timedelta

import pytest

from config.kernel import clock
from config.kernel.outbox import enqueue
from tests.accounts.factories import BranchFactory, MerchantUserFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.portal import signed_in
from tests.applications.requests import requested
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.bulletins import published
from tests.terminals.factories import activated, provisioned

pytestmark = pytest.mark.django_db


def tell(person, number: str) -> None:
    context = {"terminal_number": number}
    enqueue(
        "terminal_activated", recipient=person, subject=person, context=context, now=clock.now(), event=number
    )


def page_of(person) -> str:
    return signed_in(person).get("/").content.decode()


def test_the_newest_three_messages_stand_there_with_their_links():
    owner, other = owner_of(onboarded()), MerchantUserFactory()
    for number in ("10000001", "10000002", "10000003", "10000004"):
        tell(owner, number)
    tell(other, "10000009")

    page = page_of(owner)

    assert [number for number in ("10000002", "10000003", "10000004") if f"/terminals/{number}/" in page]
    assert "10000001" not in page
    assert "10000009" not in page
    assert page.index("10000004") < page.index("10000002")


def test_the_branch_says_whom_to_call_and_when():
    branch = BranchFactory(
        phone="021-50001234", opening_hours="周一至周五 9:00-17:00", address="世纪大道 1 号"
    )
    merchant = onboarded(branch=branch)

    page = page_of(owner_of(merchant))

    for said in (branch.name, "tel:021-50001234", branch.opening_hours, branch.address):
        assert said in page
    assert branch.phone not in page_of(MerchantUserFactory())


def test_more_messages_cost_no_more_queries(django_assert_max_num_queries):
    owner = owner_of(onboarded())
    browser = signed_in(owner)
    tell(owner, "10000001")
    browser.get("/")

    def queries() -> int:
        with django_assert_max_num_queries(60) as asked:
            browser.get("/")
        return len(asked)

    before = queries()
    tell(owner, "10000002")
    tell(owner, "10000003")
    assert queries() == before


TILES = ["/applications/new/", "/applications/new/changes/", "/applications/new/deactivation/", "/check/"]


@pytest.mark.parametrize("path", TILES)
@pytest.mark.parametrize("has_terminal", [True, False], ids=["terminal", "fresh"])
def test_each_task_leads_to_its_page(path, has_terminal):
    person = owner_of(activated()[0].merchant) if has_terminal else MerchantUserFactory()
    browser = signed_in(person)

    tiles = re.findall(r'<a class="tile(?: alt)?" href="([^"]+)"', browser.get("/").content.decode())

    assert tiles == TILES
    assert browser.get(path).status_code == 200


def test_of_an_only_terminal_everything_is_known():
    terminal, _done = activated()
    browser = signed_in(owner_of(terminal.merchant))

    changes = browser.get("/applications/new/changes/").content.decode()
    stop = browser.get("/applications/new/deactivation/")

    for kind in ("relocation", "replacement", "change"):
        assert f'href="/applications/new/{kind}/?terminal={terminal.number}"' in changes
    assert "/new/deactivation/" not in changes
    assert stop.context["form"].fields["terminal"].initial == terminal.number


def test_what_is_in_hand_of_an_only_terminal_leads_to_itself():
    terminal, _done = activated(now=clock.now() - timedelta(days=1))
    moving = requested("relocation", terminal=terminal, state="submitted")

    page = signed_in(owner_of(terminal.merchant)).get("/applications/new/changes/").content.decode()

    assert f'href="/applications/{moving.number}/"' in page
    assert "/new/relocation/" not in page


def test_of_several_terminals_one_is_chosen_after_the_task():
    first, _done = activated()
    provisioned(merchant=first.merchant)

    page = signed_in(owner_of(first.merchant)).get("/applications/new/changes/").content.decode()

    assert 'href="/applications/new/relocation/"' in page
    assert "?terminal=" not in page


def test_what_waits_stands_above_what_the_bank_announces():
    case = RegistrationFactory(state="returned")
    published()

    page = page_of(case.applicant)

    assert page.index('id="waiting"') < page.index('id="bulletin-') < page.index('class="tiles"')


def test_whoever_has_no_terminal_is_told_where_they_come_from():
    page = page_of(MerchantUserFactory())

    assert page.count('href="/applications/new/"') == 2
    assert "还没有终端" in page


def test_a_terminal_that_waits_for_its_code_leads_to_help_with_it():
    terminal = provisioned()

    assert f'href="/check/?terminal={terminal.number}"' in page_of(owner_of(terminal.merchant))
