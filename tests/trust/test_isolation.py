"""Merchant A before everything of merchant B: as if it did not exist, by every address that names an object."""

import re

import pytest

from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.portal import signed_in
from tests.trust.addresses import address, every_address, has_object
from tests.trust.world import licence_of

NUMBER, KEY, TERMINAL, TOKEN = "SQ-20200101-000001", 2**40, "ZZ999999", "x" * 22
REFERENCE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
MERCHANT_PAGES = sorted(
    name for name, _ in set(every_address()) if name.startswith(("applications:", "terminals:", "inbox:"))
)
FILING_PAGES = sorted(name for name, _ in set(every_address()) if name.startswith("filing:"))


def answer(browser, method, path) -> tuple[int, str]:
    given = getattr(browser, method)(path)
    return given.status_code, REFERENCE.sub("", given.content.decode())


def same_as_unknown(world, browser, name, mine) -> None:
    unknown = {"terminals": {"number": TERMINAL}, "inbox": {"pk": KEY}}.get(name.partition(":")[0], {"number": NUMBER})
    for method in ("get", "post"):
        found = answer(browser, method, address(name, world, mine))
        assert found == answer(browser, method, address(name, world, mine, **unknown)), method
        assert found[0] in (404, 405), method


@pytest.mark.parametrize("name", MERCHANT_PAGES)
def test_what_is_b_s_is_to_a_as_if_it_did_not_exist(world, name):
    if has_object(name, world):
        same_as_unknown(world, world.browser("owner"), name, world.b)


@pytest.mark.parametrize("name", FILING_PAGES)
def test_what_another_account_manager_filed_is_not_found(world, name):
    if has_object(name, world):
        same_as_unknown(world, world.browser("account_manager"), name, world.b)


@pytest.mark.parametrize("variant", ["view", "original", "thumbnail"])
def test_a_file_of_b_is_not_served_through_an_application_of_a(world, variant):
    owner = world.browser("owner")
    own = address("applications:document", world, variant=variant)

    foreign = address("applications:document", world, pk=licence_of(world.b.draft).pk, variant=variant)
    unknown = address("applications:document", world, pk=KEY, variant=variant)

    assert owner.get(own).status_code == 200
    assert answer(owner, "get", foreign) == answer(owner, "get", unknown)
    assert answer(owner, "get", foreign)[0] == 404


@pytest.mark.parametrize("name", ["removal", "placement", "placement_removal"])
def test_a_row_of_b_is_not_reached_through_an_application_of_a(world, name):
    owner, b = world.browser("owner"), world.b.draft
    foreign = licence_of(b).pk if name == "removal" else b.placements.get().pk

    for pk in (foreign, KEY):
        assert owner.post(address(f"applications:{name}", world, pk=pk)).status_code == 404
    assert licence_of(b).removed_at is None
    assert b.placements.count() == 1


def test_a_paper_of_one_case_is_not_served_through_another(world):
    reviewer = world.browser("reviewer")
    foreign = licence_of(world.b.under_review).pk

    assert reviewer.get(address("admin:applications_document", world, document=foreign)).status_code == 404


@pytest.mark.parametrize("page", ["home", "applications:list", "terminals:list", "applications:new"])
def test_no_list_of_a_names_anything_of_b(world, page):
    marks = [world.b.terminal.number, world.b.merchant.uscc, world.b.device.serial_number]
    marks += [
        getattr(world.b, name).number for name in ("draft", "submitted", "under_review", "returned", "filed")
    ]

    text = world.browser("owner").get(address(page, world)).content.decode()
    of_b = world.browser("stranger").get(address(page, world)).content.decode()

    assert not [mark for mark in marks if mark in text]
    assert page == "applications:new" or [mark for mark in marks if mark in of_b]


def test_a_file_is_gone_with_the_session_and_with_the_membership(world):
    path = address("applications:document", world)
    operator = world.browser("operator")
    assert operator.get(path).status_code == 200

    world.a.merchant.memberships.filter(user=world.people["operator"]).delete()

    assert operator.get(path).status_code == 404
    assert world.browser("visitor").get(path).status_code == 302


def test_a_reviewer_of_another_branch_finds_nothing_of_this_one(world):
    elsewhere = signed_in(StaffFactory(role="reviewer", branch=BranchFactory()))

    for noun in ("case", "claim", "correction", "approval", "refusal", "revelation"):
        ask = elsewhere.get if noun == "case" else elsewhere.post
        assert ask(address(f"admin:applications_{noun}", world)).status_code == 404, noun
    assert (
        world.a.under_review.number not in elsewhere.get("/admin/applications/application/").content.decode()
    )
