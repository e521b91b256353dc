"""The merchant's first page: what was told last, and whom to call."""

import pytest

from config.kernel import clock
from config.kernel.outbox import enqueue
from tests.accounts.factories import BranchFactory, MerchantUserFactory
from tests.applications.portal import signed_in
from tests.merchants.factories import onboarded, owner_of

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
