"""The table of members' rights against one written matrix, by real requests: what is allowed happens, the rest changes nothing."""

import pytest
from django.db import transaction
from django.utils.html import escape

from applications.models import DeactivationNotice, Relocation, ReviewRequest
from applications.support.models import TicketMessage
from config.accounts.roles import MEMBER_RIGHTS, MemberRight
from config.kernel.audit import AccessRecord
from merchants.models import Membership
from merchants.people import objection_to
from terminals.models import RegistrationCode
from terminals.returns.models import ReturnReceipt, Violation
from tests.applications.factories import consent, photo
from tests.applications.portal import PLACEMENT
from tests.merchants.expiring import make_due_for_attestation
from tests.terminals.unused import make_unused
from tests.trust import matrix_members
from tests.trust.addresses import address
from tests.trust.test_every_state import picture_of
from tests.trust.world import MERCHANTS

_columns, *LINES = matrix_members.ROWS.strip("\n").splitlines()
ROWS = {
    (right, name): dict(zip(MERCHANTS, cells, strict=True)) for right, name, *cells in map(str.split, LINES)
}
SENT = {
    "applications:new": lambda world: {"for_merchant": world.a.merchant.pk},
    "applications:placement": lambda world: PLACEMENT | {"label": "改过的名字"},
    "applications:upload": lambda world: {"file": photo()},
    "returns:statement": lambda world: {"statement": "店铺装修。"},
    "applications:submission": lambda world: {"agree": consent().version},
    "applications:calling_off": lambda world: {"words": "不搬了。"},
    "applications:review_request": lambda world: {"text": "店铺并未转让。"},
    "offers:enrolment": lambda world: {"merchant": world.a.merchant.number, "agree": "on"},
    "notices:objection": lambda world: {"text": "协议没有到期。"},
    "support:new_ticket": lambda world: {"category": "other", "text": "问一下。"},
    "support:message": lambda world: {"text": "补充一点。"},
    "support:reopening": lambda world: {"text": "又不行了。"},
    "support:rating": lambda world: {"rating": "3"},
    "people:invitation": lambda world: {"reach": "another@trust.example", "role": "operator"},
    "people:role": lambda world: {"role": "operator"},
}

# What has to be so that there is anything to do.
BEFOREHAND = {
    "terminals:use_confirmation": lambda world: make_unused(world.a.terminal),
    # To make a further owner asks for proof of who one is besides; that one is an operator from now on does not.
    "people:role": lambda world: world.a.merchant.memberships.filter(user=world.a.assistant.user).update(
        role=Membership.Role.OWNER
    ),
    "applications:attestation": lambda world: make_due_for_attestation(world.a.merchant),
}


def picture_of_a(world) -> tuple:
    """Everything of merchant A that these requests could change."""
    a = world.a
    return (
        [picture_of(each) for each in (a.draft, a.submitted)],
        a.merchant.applications.count(),
        Relocation.objects.filter(pk=a.moving.pk).values_list("called_off_at", "called_off_note").get(),
        ReviewRequest.objects.filter(application=a.refused).count(),
        list(RegistrationCode.objects.filter(terminal=a.terminal).values()),
        AccessRecord.objects.of(a.code).count(),
        Violation.objects.filter(merchant=a.merchant, status="open").count(),
        ReturnReceipt.objects.filter(order=a.returning, confirmed_at=None).count(),
        a.terminal.use_confirmations.count(),
        a.merchant.attestations.count(),
        list(a.merchant.enrolments.order_by("pk").values_list("status", flat=True)),
        list(a.merchant.tickets.order_by("pk").values("status", "rating")),
        TicketMessage.objects.filter(ticket__merchant=a.merchant).count(),
        list(a.merchant.memberships.values_list("user", "role")),
        list(a.merchant.invitations.values_list("status", flat=True)),
        list(DeactivationNotice.objects.filter(pk=a.notice.pk).values("status", "acknowledged_by")),
    )


def outcome(world, role: str, name: str) -> str:
    BEFOREHAND.get(name, lambda world: None)(world)
    before, browser = picture_of_a(world), world.browser(role)
    answer = browser.post(address(name, world), SENT.get(name, lambda world: {})(world), follow=True)
    if answer.status_code == 404:
        assert picture_of_a(world) == before
        return "404"
    if picture_of_a(world) != before:
        return "yes"
    return "no"


def test_every_right_has_its_row():
    assert {right for right, _name in ROWS} == set(MemberRight)


def test_every_role_has_its_rights():
    assert set(MEMBER_RIGHTS) == set(Membership.Role.values)


@pytest.mark.parametrize(("right", "name"), ROWS)
def test_what_is_done_is_what_is_written(world, right, name):
    found = {}
    for role in MERCHANTS:
        with transaction.atomic():
            found[role] = outcome(world, role, name)
            transaction.set_rollback(True)

    assert found == ROWS[right, name]


@pytest.mark.parametrize(("right", "name"), [key for key, row in ROWS.items() if row["operator"] == "no"])
def test_the_page_says_the_sentence_that_refuses(world, right, name):
    sentence = objection_to(MemberRight(right), world.people["operator"], world.a.merchant)

    with transaction.atomic():
        answer = world.browser("operator").post(
            address(name, world), SENT.get(name, lambda world: {})(world), follow=True
        )
        transaction.set_rollback(True)

    assert sentence
    assert escape(sentence) in answer.content.decode()


PAGES = {
    "applications:check": MemberRight.SUBMIT,
    "applications:status": MemberRight.WITHDRAW,
    "terminals:terminal": MemberRight.REPLACE_CODES,
    "notices:notice": MemberRight.OBJECT_TO_NOTICES,
    "offers:offer": MemberRight.ENROL_IN_OFFERS,
    "people:people": MemberRight.MANAGE_PEOPLE,
}


@pytest.mark.parametrize(("name", "right"), PAGES.items())
def test_a_page_says_beforehand_what_only_an_owner_can_do(world, name, right):
    sentence = escape(objection_to(right, world.people["operator"], world.a.merchant))

    assert sentence in world.browser("operator").get(address(name, world)).content.decode()
    assert sentence not in world.browser("owner").get(address(name, world)).content.decode()


@pytest.mark.parametrize("role", ["owner", "operator"])
def test_staff_have_no_rights_of_members(world, role):
    reviewer = world.people["reviewer"]
    Membership.objects.create(
        user=reviewer, merchant=world.a.merchant, role=role, since=world.a.merchant.onboarded_at
    )

    assert all(objection_to(right, reviewer, world.a.merchant) for right in MemberRight)
