"""Who may enrol: every reason at once, the same by the pure function and by the database, in words of both languages."""

import pytest
from django.utils import translation

from config.kernel import clock
from merchants.models import Merchant, MerchantCategory
from terminals.models import SuspensionReason
from terminals.offers.board import lines_of
from terminals.offers.eligibility import Facts, reasons_against, stands_in
from terminals.offers.models import Offer
from terminals.offers.standing import count_eligible, eligible_merchants, reasons_for
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.factories import onboarded
from tests.terminals.factories import activated, provisioned
from tests.terminals.offers.factories import drafted, published, shop, stopped
from tests.terminals.returns.violations import opened, reached

pytestmark = pytest.mark.django_db


def codes(offer, merchant) -> list[str]:
    return [reason.code for reason in reasons_for(offer, merchant)]


def counted(offer) -> set[int]:
    return set(eligible_merchants(offer).values_list("pk", flat=True))


def test_all_reasons_come_at_once():
    merchant = shop(terminals=1)
    offer = drafted(merchant_types=["enterprise"], categories=["5812"], divisions=["330000"], min_terminals=3)
    opened(terminal=merchant.terminals.get())
    Merchant.objects.filter(pk=merchant.pk).update(status="suspended")
    merchant.refresh_from_db()

    assert codes(offer, merchant) == [
        "contract",
        "branch",
        "violation",
        "type",
        "category",
        "area",
        "terminals",
    ]


CASES = {
    "everybody": ({}, []),
    "type that fits": ({"merchant_types": ["sole_trader", "micro"]}, []),
    "type that does not": ({"merchant_types": ["enterprise"]}, ["type"]),
    "trade that fits": ({"categories": ["5812", "5411"]}, []),
    "trade that does not": ({"categories": ["5812"]}, ["category"]),
    "county": ({"divisions": ["310115"]}, []),
    "city": ({"divisions": ["310100"]}, []),
    "province": ({"divisions": ["330000", "310000"]}, []),
    "another county": ({"divisions": ["310106"]}, ["area", "terminals"]),
    "as many terminals": ({"min_terminals": 2}, []),
    "more terminals": ({"min_terminals": 3}, ["terminals"]),
}


@pytest.mark.parametrize(("conditions", "expected"), CASES.values(), ids=CASES)
def test_the_function_and_the_database_agree(conditions, expected):
    merchant = shop(terminals=2)
    offer = drafted(branch=merchant.branch, **conditions)

    assert codes(offer, merchant) == expected
    assert counted(offer) == (set() if expected else {merchant.pk})


def test_the_branch_and_those_below_it_are_served():
    head = BranchFactory()
    below, beside = shop(branch=BranchFactory(parent=head)), shop()
    offer = drafted(branch=head)

    assert (codes(offer, below), codes(offer, beside)) == ([], ["branch"])
    assert counted(offer) == {below.pk}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("open", ["violation"]),
        ("heard", ["violation"]),
        ("decided", ["violation"]),
        ("closed", []),
        ("dismissed", []),
    ],
)
def test_a_violation_counts_until_it_is_over(state, expected):
    merchant = shop()
    reached(state, terminal=merchant.terminals.get())
    asks, asks_not = drafted(branch=merchant.branch), drafted(branch=merchant.branch, bars_violations=False)

    assert (codes(asks, merchant), codes(asks_not, merchant)) == (expected, [])
    assert counted(asks) == (set() if expected else {merchant.pk})
    assert counted(asks_not) == {merchant.pk}


def test_a_violation_that_the_merchant_may_not_know_of_does_not_show():
    """Being refused would tell of it."""
    merchant = shop()
    opened(terminal=merchant.terminals.get(), is_confidential=True)
    offer = drafted(branch=merchant.branch)

    assert codes(offer, merchant) == []
    assert counted(offer) == {merchant.pk}


def test_only_terminals_in_use_count():
    branch = BranchFactory()
    waiting, none = onboarded(branch=branch), onboarded(branch=branch)
    provisioned(merchant=waiting)
    suspended, settling = shop(branch=branch), shop(branch=branch)
    terminal = suspended.terminals.get()
    reason = SuspensionReason.objects.filter(needs_notice=False).first()
    terminal.suspend(by=StaffFactory(), now=clock.now(), reason=reason, note="")
    stopped(settling.terminals.get())
    offer = drafted(branch=branch)

    assert [codes(offer, each) for each in (waiting, none, suspended, settling)] == [["terminals"]] * 4
    assert counted(offer) == set()
    with translation.override("en"):
        [reason] = reasons_for(offer, suspended)
    assert "suspended terminal does not count" in reason.remedy


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_reason_says_why_and_what_would_make_it_so(language):
    head = BranchFactory(name="Head Office")
    facts = Facts("suspended", "/0/", "sole_trader", "5411", (), True)
    offer = drafted(
        branch=head, merchant_types=["enterprise"], categories=["5812"], divisions=["310000"], min_terminals=2
    )
    with translation.override(language):
        found = reasons_against(offer, facts, names={"310000": "Shanghai"})

    is_chinese = language == "zh-hans"
    assert len(found) == 7
    for reason in found:
        for said in (reason.why, reason.remedy):
            assert said.endswith("。" if is_chinese else ".")
            assert "%" not in said
            assert has_chinese(said) is is_chinese
    assert "Shanghai" in found[5].why


def test_an_area_holds_its_parts():
    assert stands_in("310115", ["310100"])
    assert stands_in("441900", ["440000"])
    assert not stands_in("320100", ["310100", "330000"])
    assert stands_in("", [])
    assert not stands_in("", ["310000"])


def test_the_preview_stops_counting(monkeypatch):
    branch = BranchFactory()
    for _number in range(3):
        shop(branch=branch)
    offer = drafted(branch=branch)
    monkeypatch.setattr("terminals.offers.standing.MOST_COUNTED", 1)

    assert count_eligible(offer) == 2


@pytest.mark.parametrize("many", [1, 3])
def test_the_board_takes_as_many_queries_for_one_offer_as_for_three(django_assert_num_queries, many):
    merchant = shop(terminals=many)
    conditions = {"divisions": ["310000"], "categories": [MerchantCategory.objects.first().pk]}
    for _number in range(many):
        published(branch=merchant.branch, **conditions)
    activated(merchant=merchant)
    [merchant] = Merchant.objects.filter(pk=merchant.pk).select_related("branch")

    with django_assert_num_queries(6):
        lines = lines_of(Offer.objects.select_related("branch"), [merchant], now=clock.now())

    assert len(lines) == many
