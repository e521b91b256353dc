"""Merchant A before everything of merchant B: as if it did not exist, by every address that names an object."""

import re

import pytest

from applications.models import Absence
from config.kernel.message import OutboxMessage
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.portal import signed_in
from tests.trust.addresses import CASE_STEPS, address, every_address, has_object
from tests.trust.world import licence_of

NUMBER, KEY, TERMINAL, TOKEN = "SQ-20200101-000001", 2**40, "ZZ999999", "x" * 22
RETURN, VIOLATION, CHARGE = "GH-20200101-000001", "WG-20200101-000001", "FY-999999"
MERCHANT = "Z" * 15
CHECK = "ZC-20200101-000001"
NOTICE = "TZ-ZZ99-2020-0001"
TICKET = "GD-20200101-000001"
REFERENCE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
MERCHANT_PAGES = sorted(
    name
    for name, _ in set(every_address())
    if name.startswith(
        ("applications:", "terminals:", "returns:", "offers:", "inbox:", "people:", "support:", "self_check")
    )
)
FILING_PAGES = sorted(name for name, _ in set(every_address()) if name.startswith("filing:"))


def answer(browser, method, path) -> tuple[int, str]:
    given = getattr(browser, method)(path)
    # Forms in the frame of a page lead back to where it was asked for, each with a key of its own.
    page = CSRF.sub("", given.content.decode().replace(path, ""))
    return given.status_code, REFERENCE.sub("", page)


def same_as_unknown(world, browser, name, mine) -> None:
    room, _, noun = name.partition(":")
    of_returns = {"charge": CHARGE} | dict.fromkeys(("violation", "statement", "decision"), VIOLATION)
    unknown = {
        "terminals": {"number": TERMINAL},
        "returns": {"number": of_returns.get(noun, RETURN)},
        "notices": {"reference": NOTICE},
        "support": {"number": TICKET},
        "inbox": {"pk": KEY},
        "offers": {"pk": KEY},
        "self_check_label": {"number": TERMINAL},
        "self_check": {"number": CHECK},
        "self_check_again": {"number": CHECK},
        "self_check_solved": {"number": CHECK},
        "people": {"token": "x" * 43}
        if noun in ("invited", "acceptance", "declining")
        else {"number": MERCHANT},
    }.get(room, {"number": MERCHANT if noun == "attestation" else NUMBER})
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


@pytest.mark.parametrize(
    "page", ["home", "applications:list", "terminals:list", "notices:list", "applications:new", "people:list"]
)
def test_no_list_of_a_names_anything_of_b(world, page):
    marks = [world.b.terminal.number, world.b.merchant.uscc, world.b.device.serial_number]
    marks += [world.b.notice.reference, world.b.merchant.number]
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


STEPS = sorted(
    name
    for name, route in set(every_address())
    if name.startswith("admin:applications_") and ("<int:pk>" in route or "_application_" in name)
)
OF_NO_CASE = {"admin:applications_application_add", "admin:applications_application_changelist"}


@pytest.fixture
def elsewhere():
    """Browsers of a branch that has nothing to do with anybody's case, for the roles that decide."""
    branch = BranchFactory()
    return {role: signed_in(StaffFactory(role=role, branch=branch)) for role in ("reviewer", "supervisor")}


def test_every_step_on_a_case_is_looked_at():
    """The negative control of the next test: the steps of the desk are among what it asks."""
    nouns = {name.removeprefix("admin:applications_") for name in STEPS}

    assert nouns >= {name.removeprefix("applications_") for name in CASE_STEPS} | {
        "deferral",
        "case",
        "document",
    }


@pytest.mark.parametrize("name", [name for name in STEPS if name not in OF_NO_CASE])
@pytest.mark.parametrize("role", ["reviewer", "supervisor"])
def test_staff_of_another_branch_find_no_case_of_this_one(world, elsewhere, name, role):
    """Whatever is asked, and whatever a role may do: the answer is that of a case which does not exist."""
    browser, unknown = elsewhere[role], {"object_id" if "_application_" in name else "pk": KEY}
    for method in ("get", "post"):
        found = answer(browser, method, address(name, world))
        assert found == answer(browser, method, address(name, world, **unknown)), method
        assert found[0] in (403, 404, 405), method
        assert world.a.under_review.number not in found[1]


def test_lists_and_steps_on_several_cases_end_at_the_branch(world, elsewhere):
    case = world.a.submitted
    for browser in elsewhere.values():
        queue = browser.get("/admin/applications/application/", {"view": "all"}).content.decode()
        for step in ("claim", "return", "approve"):
            said = {"ticked": [case.pk], "step": step}
            told = browser.post(address("admin:applications_bulk", world), said, follow=True).content.decode()
            assert case.number not in told
        said = {
            "ticked": [case.pk],
            f"version_{case.pk}": case.version,
            "reason": "glare",
            "public_text": "x",
        }
        told = browser.post(address("admin:applications_bulk_correction", world), said, follow=True)
        assert case.number not in queue + told.content.decode()
        assert browser.post(address("admin:applications_next", world))["Location"].endswith("/empty/")

    before = (case.status, case.assignee_id, case.version)
    case.refresh_from_db()
    assert (case.status, case.assignee_id, case.version) == before


def test_absences_are_kept_within_the_branch(world, elsewhere):
    """A supervisor of another branch neither finds one nor enters one for a stranger."""
    browser, absent = elsewhere["supervisor"], Absence.objects.get()
    for step in ("change", "delete", "history"):
        path = address(f"admin:applications_absence_{step}", world)
        assert [browser.get(path).status_code, browser.post(path).status_code] in ([302, 302], [404, 404])
    said = {"person": absent.person_id, "first_day": "2026-10-08", "last_day": "2026-10-09"}

    told = browser.post(address("admin:applications_absence_add", world), said)

    assert told.status_code == 200
    assert list(Absence.objects.all()) == [absent]


@pytest.mark.parametrize("role", ["reviewer", "supervisor", "administrator"])
def test_a_message_is_read_by_whom_it_was_written_to(world, role):
    message = OutboxMessage.objects.inbox_of(world.a.owner).first()

    for person in (role, "operator", "stranger"):
        space = "inbox" if person in ("operator", "stranger") else "desk_inbox"
        told = world.browser(person).post(address(f"{space}:reading", world, pk=message.pk))
        assert told.status_code == 404

    message.refresh_from_db()
    assert message.read_at is None


CLEARANCE_STEPS = sorted(
    name
    for name, route in set(every_address())
    if name.startswith("admin:settlement_") and "<int:pk>" in route
)


@pytest.mark.parametrize("name", CLEARANCE_STEPS)
@pytest.mark.parametrize("role", ["settlement", "supervisor"])
def test_the_settlement_desk_of_another_branch_finds_no_clearance_of_this_one(world, name, role):
    assert len(CLEARANCE_STEPS) == 5
    browser = signed_in(StaffFactory(role=role, branch=BranchFactory()))

    for method in ("get", "post"):
        found = answer(browser, method, address(name, world))
        assert found == answer(browser, method, address(name, world, pk=KEY)), method
        assert found[0] in (403, 404, 405), method
        assert world.a.clearance.terminal.number not in found[1]


def test_evidence_of_one_clearance_is_not_served_through_another(world):
    own = address("admin:settlement_clearance_evidence", world)
    foreign = address("admin:settlement_clearance_evidence", world, pk=world.b.clearance.pk)
    clerk = world.browser("settlement")

    assert clerk.get(own).status_code == 200
    assert clerk.get(foreign).status_code == 404
