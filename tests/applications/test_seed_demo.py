"""The demonstration has every state that the verbs reach, is made once, and its codes work."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils.module_loading import import_string

from applications.checks import findings_of
from applications.demo.telling import TOLD
from applications.models import (
    Application,
    DeactivationNotice,
    Document,
    InformationChange,
    Registration,
    Relocation,
)
from config.accounts.models import Role, User
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.templatetags.formats import moment
from merchants.models import BlacklistEntry, Membership, Merchant
from merchants.particulars import MerchantType
from terminals.activation import activate
from terminals.models import Device, RegistrationCode, ResponseCode, Terminal
from terminals.offers.models import Offer
from terminals.returns.models import Charge, ReturnOrder, Violation
from terminals.settlement.models import Clearance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made")]
COUNTED = (User, Merchant, Application, Document, Terminal, Device, RegistrationCode, AuditEvent)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """What `seed_demo --json` printed; everything it made is gone after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield json.loads(seeded())
        transaction.set_rollback(True)


def seeded(**options) -> str:
    printed = StringIO()
    call_command("seed_demo", json=True, stdout=printed, stderr=StringIO(), **options)
    return printed.getvalue()


@pytest.mark.parametrize("model", [Application, RegistrationCode, Terminal, Device])
def test_every_status_that_verbs_reach_is_there(model):
    assert set(model.objects.values_list("status", flat=True)) == set(model.Status.values)


def test_every_invariant_holds():
    """Also when the worker has gone round once: the past that the stories tell leaves it nothing that breaks one."""
    call_command("verify_invariants")
    with transaction.atomic():
        for path in settings.PERIODIC_SWEEPS:
            import_string(path)(clock.now())
        call_command("verify_invariants")
        transaction.set_rollback(True)


SHOWN = {
    "waits for its activation after a replacement": lambda: Terminal.objects.filter(
        status="pending_activation",
        activated_at__isnull=False,
        codes__in=RegistrationCode.objects.in_force(),
        returns__status="open",
    ),
    "suspended by the bank, with the reason": lambda: Terminal.objects.filter(
        status="suspended", suspensions__ended_at=None, suspensions__until=None
    ).exclude(suspensions__note=""),
    "closed for a time": lambda: Terminal.objects.filter(
        status="suspended", suspensions__ended_at=None, suspensions__until__gt=clock.today()
    ),
    "under verification after three months": lambda: Terminal.objects.filter(
        status="dormant_review", last_transaction_at__lt=clock.now() - timedelta(days=89)
    ),
    "in use, with its stop announced": lambda: Terminal.objects.filter(
        status="active", announcements__about="stop", announcements__due_on__gt=clock.today()
    ),
    "settles only, items open and checked": lambda: Clearance.objects.filter(
        status="open", terminal__status="settle_only", items__status="open"
    ).filter(items__status="checked"),
    "stopped, with its notice read": lambda: DeactivationNotice.objects.filter(
        acknowledged_at__isnull=False,
        application__terminal_links__terminal__status="deactivated",
        application__terminal_links__terminal__cleared_at__isnull=False,
    ),
    "back in part, one piece missing": lambda: ReturnOrder.objects.filter(
        status="part_received", lines__missing__gt=0
    ).filter(lines__piece="terminal", lines__received=1),
    "overdue": lambda: ReturnOrder.objects.overdue(on=clock.today()).filter(chased__gt=1),
    "a violation with its charge": lambda: Violation.objects.filter(status="decided", charges__status="due"),
    "a charge waived by two people": lambda: Charge.objects.filter(status="waived", needs_second=True),
    "a notice objected to": lambda: DeactivationNotice.objects.filter(
        status="objected", objections__outcome=""
    ),
    "a move that waits for its day": lambda: Relocation.objects.filter(
        status="approved", effected_at=None, called_off_at=None, effect_due_at__gt=clock.now()
    ),
    "an offer that is running, with somebody in it": lambda: Offer.objects.filter(
        status="published", starts_on__lte=clock.today(), enrolments__status="enrolled"
    ),
    "an offer to enrol in": lambda: Offer.objects.open_on(clock.today()).filter(enrolled_count=0),
    "an offer that is over, with who took part": lambda: Offer.objects.filter(
        status="ended", enrolments__reason="over"
    ),
    "an offer that waits for its publication": lambda: Offer.objects.filter(status="draft"),
    "a change in its cooling period": lambda: InformationChange.objects.filter(
        status="approved", effected_at=None, called_off_at=None, effect_due_at__gt=clock.now()
    ),
}


@pytest.mark.parametrize("scene", SHOWN)
def test_the_later_life_of_a_terminal_is_shown(scene):
    assert SHOWN[scene]().exists()


def test_there_is_an_account_per_role_and_a_merchant_per_type(made):
    roles = {account["role"] for account in made["accounts"]}

    assert roles == {*Role.values, *Membership.Role.values, "applicant"}
    assert {merchant["merchant_type"] for merchant in made["merchants"]} == set(MerchantType.values)


def test_the_operator_acts_for_a_merchant_that_has_an_owner(made):
    operator = next(account for account in made["accounts"] if account["role"] == "operator")

    of_the_merchant = [
        account["role"]
        for account in made["accounts"]
        if account.get("merchant_number") == operator["merchant_number"]
    ]
    assert sorted(of_the_merchant) == ["operator", "owner"]


def test_everybody_signs_in_with_the_password_that_is_printed(made):
    for account in made["accounts"]:
        people = User.objects.filter(email=account["login"]) | User.objects.with_mobile(account["login"])

        assert people.get().check_password(account["password"])


def test_made_again_it_is_the_same_and_nothing_is_there_twice(made):
    before = {model: model._base_manager.count() for model in COUNTED}

    again = json.loads(seeded())

    assert again == made
    assert {model: model._base_manager.count() for model in COUNTED} == before


def test_what_people_have_deleted_does_not_come_back(made):
    stories = AuditEvent.objects.filter(action=TOLD).count()
    draft = Application.objects.get(status=Application.Status.DRAFT)
    draft.as_kind().delete()

    seeded()

    assert not Application.objects.filter(status=Application.Status.DRAFT).exists()
    assert AuditEvent.objects.filter(action=TOLD).count() == stories


def test_every_code_that_is_printed_activates(made):
    for code in made["codes"]:
        done = activate(
            serial_number=code["serial_number"],
            registration_code=code["registration_code"],
            ip="192.0.2.99",
            now=clock.now(),
        )

        assert done.terminal.status == Terminal.Status.ACTIVE
        assert done.terminal.number == code["terminal_number"]
    assert len(made["codes"]) >= 3


def test_every_step_is_in_the_past(made):
    now = clock.now()

    assert all(event.at <= now for event in AuditEvent.objects.only("at"))
    assert moment(now) > moment(Application.objects.latest("created_at").created_at)


def test_the_blacklist_has_entries_in_every_state_and_one_case_is_warned_of():
    today = clock.today()
    case = Registration.objects.get(applicant__email="kiosk@shop.example")

    assert BlacklistEntry.objects.in_force(on=today).count() >= 3
    assert BlacklistEntry.objects.standing().filter(valid_to__lt=today).exists()
    assert BlacklistEntry.objects.exclude(removed_at=None).exists()
    assert case.blocks(on=today)
    codes = {finding.code for finding in findings_of(case, on=today) if finding.level != "ok"}
    assert {"blacklisted", "id_expires_soon", "point_outside_division"} <= codes


def test_one_licence_ends_soon_and_its_merchant_has_been_reminded():
    merchant = Merchant.objects.get(expiry_notices__days_ahead=30, expiry_notices__about="licence")

    assert clock.today() < merchant.licence_to <= clock.today() + timedelta(days=30)
    assert merchant.terminals.filter(status=Terminal.Status.ACTIVE).exists()


def test_no_code_is_printed_for_people():
    printed = StringIO()

    call_command("seed_demo", stdout=printed, stderr=StringIO())

    live = RegistrationCode.objects.in_force()
    assert live.exists()
    assert not any(code.sealed in printed.getvalue() for code in live)


def test_one_picture_is_there_twice_and_no_other():
    digests = list(Document.objects.values_list("stored_file__sha256", "application__applicant"))
    applicants = {}
    for digest, applicant in digests:
        applicants.setdefault(digest, set()).add(applicant)

    assert [len(people) for people in applicants.values() if len(people) > 1] == [2]


@pytest.mark.parametrize("switched", [{"DEMO_MODE": False}, {"PRODUCTION": True}])
def test_a_portal_in_production_refuses(settings, switched):
    for name, value in switched.items():
        setattr(settings, name, value)

    with pytest.raises(CommandError, match="DEMO_MODE"):
        call_command("seed_demo")


def test_the_table_of_codes_has_been_changed_and_added_to():
    versions = ResponseCode.objects.filter(version__gt=1).values_list("code", "version")
    assert dict(versions) == {"77": 3, "58": 2}
    added = ResponseCode.objects.get(code_set="newland", code="T5")
    assert (added.version, added.changed_by.role) == (1, Role.SUPPORT)
