"""Every status against every step a merchant's browser can send, crafted or not: only the arrows change anything."""

from types import SimpleNamespace

import pytest

from applications.models import Application, ReasonCode, Registration
from config.accounts.roles import MemberRight
from config.kernel import clock
from config.kernel.lifecycle import Refused
from merchants.people import admit, objection_to
from terminals.models import RegistrationCode, Terminal
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.factories import (
    STATES,
    RegistrationFactory,
    consent,
    particulars,
    photo,
    reviewer_for,
)
from tests.applications.portal import PLACEMENT, RESPONSIBLE, signed_in
from tests.merchants.factories import owner_of
from tests.terminals.factories import cut_off
from tests.terminals.test_states import TERMINAL_ROADS
from tests.trust.addresses import address

pytestmark = pytest.mark.any_database

Status = Application.Status
STEPS = {"submission": Status.SUBMITTED, "withdrawal": Status.WITHDRAWN}
EDITS = {
    "draft/type/": lambda one: {"merchant_type": "enterprise"},
    "draft/business/": lambda one: {"trading_name": "改过的名字", "go": "later"},
    "draft/responsible/": lambda one: RESPONSIBLE | {"go": "later"},
    "draft/terminals/new/": lambda one: PLACEMENT,
    "draft/terminals/{line}/": lambda one: PLACEMENT | {"label": "改过的名字"},
    "draft/terminals/{line}/removal/": lambda one: {},
    "documents/id_front/": lambda one: {"file": photo()},
    "documents/{paper}/removal/": lambda one: {},
}


def picture_of(registration) -> tuple:
    """Everything of an application that a merchant could change."""
    return (
        Registration.objects.filter(pk=registration.pk).values().first(),
        list(registration.placements.order_by("pk").values()),
        list(registration.documents.order_by("pk").values()),
        list(registration.maker_rows.order_by("pk").values()),
    )


def address_of(registration, part: str) -> str:
    line, paper = registration.placements.get().pk, registration.documents.first().pk
    return f"/applications/{registration.number}/{part.format(line=line, paper=paper)}"


@pytest.mark.django_db
@pytest.mark.parametrize("noun", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_a_step_goes_along_an_arrow_or_nowhere(state, noun):
    registration = RegistrationFactory(state=state)
    before = picture_of(registration)

    answer = signed_in(registration.applicant).post(
        address_of(registration, f"{noun}/"), {"agree": consent().version}
    )

    after = Application.objects.get(pk=registration.pk).status
    assert answer.status_code == 302
    # What was returned goes in again only after something was corrected.
    if STEPS[noun] in Application.NEXT[state] and (state, noun) != ("returned", "submission"):
        assert after == STEPS[noun]
    else:
        assert picture_of(registration) == before


@pytest.fixture
def shop():
    """A customer with an owner and an operator, and what is needed to file for it once more."""
    first = RegistrationFactory(state="approved")
    owner, operator = owner_of(first.merchant), MerchantUserFactory()
    admit(operator, first.merchant, "operator", by=owner, now=clock.now())
    more = {"branch": first.branch, "merchant": first.merchant, "answers": particulars(uscc=first.uscc)}
    return SimpleNamespace(owner=owner, operator=operator, more=more)


@pytest.mark.django_db
@pytest.mark.parametrize("noun", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_an_operator_takes_no_step_that_binds_the_merchant(shop, state, noun):
    registration = RegistrationFactory(applicant=shop.owner, state=state, **shop.more)
    before = picture_of(registration)

    answer = signed_in(shop.operator).post(address_of(registration, f"{noun}/"), {"agree": consent().version})

    assert answer.status_code == 302
    assert picture_of(registration) == before


@pytest.mark.django_db
@pytest.mark.parametrize("noun", STEPS)
def test_what_an_operator_has_filled_in_is_the_owners_to_send_and_to_withdraw(shop, noun):
    registration = RegistrationFactory(applicant=shop.operator, **shop.more)
    assert not registration.is_maker(shop.owner)

    signed_in(shop.owner).post(address_of(registration, f"{noun}/"), {"agree": consent().version})

    assert Application.objects.get(pk=registration.pk).status == STEPS[noun]
    assert Application.objects.get(pk=registration.pk).is_maker(shop.owner) == (noun == "submission")


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_only_a_draft_is_deleted(state):
    registration = RegistrationFactory(state=state)
    before = picture_of(registration)

    signed_in(registration.applicant).post(address_of(registration, "deletion/"))

    assert Application.objects.filter(pk=registration.pk).exists() == (state != "draft")
    assert state == "draft" or picture_of(registration) == before


@pytest.mark.django_db
@pytest.mark.parametrize("part", EDITS)
@pytest.mark.parametrize("state", [state for state in STATES if state not in Application.EDITABLE])
def test_what_is_with_the_bank_is_not_edited(state, part):
    registration = RegistrationFactory(state=state)
    before = picture_of(registration)

    answer = signed_in(registration.applicant).post(address_of(registration, part), EDITS[part](registration))

    assert answer.status_code in (302, 404)
    assert picture_of(registration) == before


@pytest.mark.django_db
@pytest.mark.parametrize("part", EDITS)
def test_what_is_with_the_merchant_is(part):
    """The negative control: the same requests change a draft."""
    registration = RegistrationFactory()
    before = picture_of(registration)

    signed_in(registration.applicant).post(address_of(registration, part), EDITS[part](registration))

    assert picture_of(registration) != before


@pytest.mark.django_db
@pytest.mark.parametrize("status", TERMINAL_ROADS)
def test_a_code_is_collected_and_renewed_only_while_the_terminal_waits(status):
    is_over = status in Terminal.ENDED
    terminal = TERMINAL_ROADS[Terminal.Status.PENDING_ACTIVATION if is_over else status]()
    if is_over:
        if status == "cancelled":
            terminal.cancel(by=StaffFactory(), now=clock.now(), note="结束")
        else:
            cut_off(terminal)
    browser, page = signed_in(owner_of(terminal.merchant)), f"/terminals/{terminal.number}/code/"
    waits = status == Terminal.Status.PENDING_ACTIVATION

    collected = browser.post(page)
    renewed = browser.post(f"{page}replacement/")

    assert collected.status_code == (200 if waits else 302)
    assert renewed.status_code == 302
    assert RegistrationCode.objects.filter(terminal=terminal).count() == (2 if waits else 1)
    assert Terminal.objects.get(pk=terminal.pk).status == status


ACTIONS = ("delete_selected", "approve", "mark_approved", "send_again", "activate", "")


@pytest.mark.parametrize("action", ACTIONS)
def test_no_list_of_the_desk_acts_on_cases(world, action):
    cases = {name: getattr(world.a, name) for name in ("submitted", "under_review", "returned", "approved")}
    before = [picture_of(case) for case in cases.values()]
    chosen = [case.pk for case in cases.values()]

    for role in ("reviewer", "supervisor", "superuser"):
        said = {"action": action, "_selected_action": chosen, "index": 0, "select_across": 1, "post": "yes"}
        world.browser(role).post(address("admin:applications_application_changelist", world), said)
        for form in ("change", "delete"):
            said = {"status": "approved", "post": "yes"}
            world.browser(role).post(address(f"admin:applications_application_{form}", world), said)

    assert [picture_of(case) for case in cases.values()] == before


@pytest.mark.django_db
def test_only_an_owner_asks_that_a_refusal_be_looked_at_again(shop):
    refused = RegistrationFactory(applicant=shop.operator, state="draft", **shop.more)
    refused.submit(by=shop.owner, now=clock.now(), consent=consent())
    refused.claim(by=reviewer_for(refused), now=clock.now())
    reason = ReasonCode.objects.get(pk="not_eligible")
    refused.reject(by=refused.assignee, now=clock.now(), version=refused.version, reason=reason)

    with pytest.raises(Refused) as no:
        refused.ask_for_review(by=shop.operator, now=clock.now(), text="请再看一次")

    assert no.value.sentence == objection_to(MemberRight.ASK_FOR_REVIEW, shop.operator, refused.merchant)
    refused.ask_for_review(by=shop.owner, now=clock.now(), text="请再看一次")
