"""Names that no form has, sent along with those it has: they change nothing. Names that no body has: 400."""

import pytest

from applications.models import Absence, DeskPreference, Registration, Relocation, ReviewDraft
from applications.support.models import Ticket
from config.accounts.models import User
from config.kernel import clock
from config.kernel.message import OutboxMessage
from merchants.models import BlacklistEntry
from terminals import codes
from terminals.activation import activate
from terminals.models import Bulletin, Device, RecoveryNotice, ResponseCode, Terminal
from terminals.offers.models import Offer
from tests.accounts.factories import BranchFactory
from tests.applications.desk import said
from tests.applications.factories import RegistrationFactory, consent, photo
from tests.applications.portal import BUSINESS, PLACEMENT, RESPONSIBLE, signed_in
from tests.applications.reviewing import fresh
from tests.terminals.bulletins import WORDS
from tests.terminals.devices import post
from tests.terminals.offers.factories import answers
from tests.trust.addresses import address
from tests.trust.world import licence_of


def forged(world) -> dict:
    """Everything somebody would like to set."""
    b, root = world.b, world.people["superuser"].pk
    return {
        "status": "approved",
        "merchant": b.merchant.pk,
        "merchant_id": b.merchant.pk,
        "registration": b.draft.pk,
        "application": b.draft.pk,
        "applicant": b.owner.pk,
        "filed_by": b.owner.pk,
        "assignee": root,
        "decided_by": root,
        "decided_at": "2026-01-01 00:00",
        "submitted_at": "2026-01-01 00:00",
        "keep_until": "2000-01-01",
        "version": 999,
        "round": 9,
        "kind": "deactivation",
        "number": "SQ-20260101-000001",
        "id": b.draft.pk,
        "pk": b.draft.pk,
        "application_ptr": b.draft.pk,
        "risk": "low",
        "responsible_id_index": "0" * 64,
        "subject_name": "forged",
        "consent_text": 1,
        "consented_at": "2000-01-01 00:00",
        "position": 77,
        "terminal": b.terminal.pk,
        "stored_file": licence_of(b.draft).stored_file_id,
        "added_by": b.owner.pk,
        "is_staff": "on",
        "is_superuser": "on",
        "is_active": "",
        "role": "administrator",
        "email": "forged@evil.example",
        "mobile_index": "0" * 64,
        "mobile_verified_at": "2026-01-01 00:00",
        "session_generation": 9,
        "registration_code": "123456789012",
        "digest": "0" * 64,
        "sealed": "x",
    }


PROTECTED = """
id number kind status merchant_id applicant_id filed_by_id assignee_id decided_by_id decided_at keep_until
created_at consent_text_id consented_at round submitted_at risk
""".split()  # noqa: SIM905


def protected(registration) -> dict:
    return Registration.objects.filter(pk=registration.pk).values(*PROTECTED).get()


@pytest.fixture
def draft(world):
    return RegistrationFactory(branch=BranchFactory())


PAGES = {
    "draft/type/": lambda one: {"merchant_type": "sole_trader"},
    "draft/business/": lambda one: BUSINESS | {"branch": one.branch_id, "go": "next"},
    "draft/responsible/": lambda one: RESPONSIBLE | {"go": "next"},
    "draft/terminals/new/": lambda one: PLACEMENT,
    "documents/id_front/": lambda one: {"file": photo()},
    "draft/papers/": lambda one: {"go": "next"},
    "draft/terminals/": lambda one: {"go": "next"},
}


@pytest.mark.parametrize("part", PAGES)
def test_a_page_of_a_draft_takes_only_its_own(world, draft, part):
    before = protected(draft)
    of_b = [world.b.draft.placements.count(), world.b.draft.documents.count()]

    answer = signed_in(draft.applicant).post(
        f"/applications/{draft.number}/{part}", forged(world) | PAGES[part](draft)
    )

    assert answer.status_code == 302
    assert protected(draft) == before
    assert [world.b.draft.placements.count(), world.b.draft.documents.count()] == of_b
    assert all(line.position < 77 and line.terminal_id is None for line in draft.placements.all())
    own_files = {document.stored_file.uploaded_by_id for document in draft.documents.all()}
    assert own_files == {draft.applicant_id}


def test_a_new_draft_is_the_persons_own(world):
    known = set(Registration.objects.values_list("pk", flat=True))
    said = forged(world)

    refused = world.browser("owner").post("/applications/new/", said | {"for_merchant": world.b.merchant.pk})
    taken = world.browser("owner").post("/applications/new/", said | {"for_merchant": world.a.merchant.pk})

    made = Registration.objects.exclude(pk__in=known).get()
    assert (refused.status_code, taken.status_code) == (200, 302)
    assert (made.applicant, made.filed_by, made.status) == (world.a.owner, world.a.owner, "draft")
    assert made.merchant == world.a.merchant


def test_submission_and_withdrawal_take_nothing(world, draft):
    browser = signed_in(draft.applicant)

    browser.post(f"/applications/{draft.number}/submission/", forged(world) | {"agree": consent().version})
    sent = protected(draft)
    browser.post(f"/applications/{draft.number}/withdrawal/", forged(world))
    gone = protected(draft)

    assert (sent["status"], sent["round"], sent["applicant_id"]) == ("submitted", 1, draft.applicant_id)
    assert (gone["status"], gone["decided_by_id"], gone["merchant_id"]) == ("withdrawn", None, None)


PERSON = [
    field.attname for field in User._meta.concrete_fields if field.name not in ("full_name", "language")
]


def test_calling_off_takes_only_the_words(world):
    row = Relocation.objects.filter(pk=world.a.moving.pk)
    before = row.values().get()

    world.browser("owner").post(
        address("applications:calling_off", world), forged(world) | {"words": "不搬了"}
    )

    after = row.values().get()
    changed = {name for name, value in after.items() if value != before[name]}
    assert changed == {"called_off_at", "called_off_by_id", "called_off_note"}
    assert (after["called_off_by_id"], after["called_off_note"]) == (world.a.owner.pk, "不搬了")


@pytest.mark.parametrize("role", ["owner", "reviewer"])
def test_the_account_page_changes_name_and_language_only(world, role):
    rows = User.objects.filter(pk=world.people[role].pk)
    before = rows.values(*PERSON).get()

    answer = world.browser(role).post("/accounts/", forged(world) | {"full_name": "新名字", "language": "en"})

    assert answer.status_code == 302
    assert rows.values(*PERSON).get() == before
    assert rows.get().full_name == "新名字"


def test_sign_up_makes_a_merchants_person(world):
    said = forged(world) | {
        "reach": "new@shop.example",
        "email": "new@shop.example",
        "password1": "five red kettles",
    }

    world.browser("visitor").post("/accounts/signup/", said)

    for person in User.objects.filter(email__in=["new@shop.example", "forged@evil.example"]):
        assert (person.is_staff, person.is_superuser, person.role, person.branch) == (False, False, "", None)


OF_THE_DESK = {
    "lease_until": "2099-01-01 00:00",
    "held_since": "",
    "proposed_by": "",
    "escalated_at": "",
    "state": "released",
    "outcome": "approved",
    "checker": "1",
    "decision": "approved",
    "reviewer": "1",
    "user": "1",
    "verdict-application": "ok",
    "verdict-field:status": "ok",
}


@pytest.mark.parametrize("noun", ["claim", "draft", "correction", "revelation", "escalation", "shortcuts"])
def test_the_desk_decides_what_it_was_asked(world, noun):
    case, person = fresh(world.a.under_review), world.people["reviewer"]
    case.release(by=case.assignee, now=clock.now())
    case.claim(by=person, now=clock.now())
    reviewer = world.browser("reviewer")
    asked = said(case, "paper:licence") | {
        "reveal": "account_number",
        "purpose-account_number": "call_the_person",
    }

    reviewer.post(address(f"admin:applications_{noun}", world), forged(world) | OF_THE_DESK | asked)

    case = Registration.objects.get(pk=case.pk)
    assert case.status == ("returned" if noun == "correction" else "under_review")
    assert (case.merchant, case.applicant, case.decided_by) == (world.a.merchant, world.a.owner, None)
    assert (case.assignee, case.proposed_by, case.held_since) == (person, None, None)
    assert {draft.reviewer for draft in ReviewDraft.objects.all()} <= {person}
    assert {one.user for one in DeskPreference.objects.all()} <= {person}


UNTOUCHED = (
    "status",
    "merchant_id",
    "applicant_id",
    "decided_by_id",
    "proposed_by_id",
    "held_since",
    "number",
    "risk",
)


@pytest.mark.parametrize(
    ("noun", "role"),
    [("release", "reviewer"), ("deferral", "reviewer"), ("takeover", "supervisor"), ("confirmation", "supervisor"),
     ("reversal", "supervisor"), ("retraction", "supervisor"), ("upholding", "supervisor"), ("reopening", "supervisor")],
)  # fmt: skip
def test_a_step_on_a_case_takes_its_own_words_only(world, noun, role):
    rows = Registration.objects.filter(pk=world.a.under_review.pk)
    case, person = fresh(world.a.under_review), world.people["reviewer"]
    case.release(by=case.assignee, now=clock.now())
    case.claim(by=person, now=clock.now())
    before = rows.values(*UNTOUCHED).get()

    told = world.browser(role).post(
        address(f"admin:applications_{noun}", world), forged(world) | OF_THE_DESK | {"words": "同事休假"}
    )

    holder = rows.get().assignee_id
    assert told.status_code < 500
    assert rows.values(*UNTOUCHED).get() == before
    assert holder in (None, person.pk, world.people[role].pk)


def test_an_absence_is_of_a_reviewer_and_of_no_other_field(world):
    said = {"person": world.people["reviewer"].pk, "first_day": "2026-10-08", "last_day": "2026-10-09"}
    known = set(Absence.objects.values_list("pk", flat=True))

    world.browser("supervisor").post(address("admin:applications_absence_add", world), forged(world) | said)
    refused = world.browser("supervisor").post(
        address("admin:applications_absence_add", world), said | {"person": world.b.owner.pk}
    )

    made = Absence.objects.exclude(pk__in=known).get()
    assert (made.person, str(made.first_day)) == (world.people["reviewer"], "2026-10-08")
    assert made.pk != forged(world)["pk"]
    assert refused.status_code == 200


def test_several_at_once_take_their_reason_only(world):
    case, reviewer = fresh(world.a.submitted), world.people["reviewer"]
    before = Registration.objects.filter(pk=case.pk).values(*UNTOUCHED).get()

    more = forged(world) | OF_THE_DESK | {"ticked": [case.pk], "step": "claim"}
    world.browser("reviewer").post(address("admin:applications_bulk", world), more)

    after = Registration.objects.filter(pk=case.pk)
    assert after.values(*UNTOUCHED).get() == before | {"status": "under_review"}
    assert after.get().assignee == reviewer


@pytest.mark.parametrize("noun", ["reading", "reading_of_all"])
def test_reading_a_message_marks_it_as_read_and_nothing_else(world, noun):
    rows = OutboxMessage.objects.inbox_of(world.a.owner).order_by("-pk")
    of_others = OutboxMessage.objects.exclude(recipient=world.a.owner).filter(read_at__isnull=False).count()
    before = list(rows.values())
    more = {
        "newest": before[0]["id"],
        "recipient": world.b.owner.pk,
        "read_at": "2000-01-01",
        "state": "dead",
    }

    world.browser("owner").post(address(f"inbox:{noun}", world), forged(world) | more)

    after = list(rows.values())
    assert [row | {"read_at": None} for row in after] == [row | {"read_at": None} for row in before]
    assert all(row["read_at"] is None or row["read_at"].year > 2000 for row in after)
    assert (
        OutboxMessage.objects.exclude(recipient=world.a.owner).filter(read_at__isnull=False).count()
        == of_others
    )


def test_the_blacklist_takes_only_what_its_forms_have(world):
    risk, officer = world.browser("risk"), world.people["risk"]
    said = {"kind": "mobile", "value": "19900000005", "reason": "冒用", "source": "协会"}
    beyond = {"added_by": world.b.owner.pk, "removed_by": world.b.owner.pk, "removed_at": "2026-01-01 00:00"}
    beyond |= {"value_index": "0" * 64, "removal_reason": "forged", "added_at": "2000-01-01 00:00"}

    risk.post(address("admin:merchants_blacklistentry_add", world), forged(world) | beyond | said)
    entry = BlacklistEntry.objects.order_by("-pk").first()
    taken = (entry.value, entry.added_by, entry.removed_at, entry.removed_by, entry.removal_reason)
    risk.post(f"/admin/merchants/blacklistentry/{entry.pk}/removal/", forged(world) | beyond | said)

    assert taken == ("19900000005", officer, None, None, "")
    entry.refresh_from_db()
    assert (entry.value, entry.removed_by, entry.removal_reason) == ("19900000005", officer, "冒用")
    assert entry.value_index != "0" * 64
    assert entry.pk != forged(world)["pk"]


@pytest.mark.parametrize(
    "name", ["status", "merchant", "terminal_number", "device_key", "wrong_tries", "is_staff", "at", "ip"]
)
def test_a_body_with_a_name_of_its_own_is_400(world, name):
    body = {
        "serial_number": world.a.device.serial_number,
        "registration_code": "123456789012",
        name: "active",
    }

    answer = post(body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    world.a.code.refresh_from_db()
    assert world.a.code.wrong_tries == 0


def facts_of(device) -> dict:
    return Device.objects.filter(pk=device.pk).values().get()


def test_a_step_of_a_device_takes_its_remark_only(world):
    device, storekeeper = world.a.device, world.browser("storekeeper")
    before = facts_of(device)
    more = {"serial_number": "FORGED000001", "branch": world.b.branch.pk, "ownership": "merchant", "model": 1}

    answer = storekeeper.post(
        address("admin:terminals_device_handover", world), forged(world) | more | {"note": "交给商户"}
    )

    assert answer.status_code == 302
    assert facts_of(device) == before | {"status": "issued"}


@pytest.mark.parametrize("noun", ["code_replacement", "code_revocation"])
def test_a_step_on_a_code_takes_its_reason_only(world, noun):
    terminal, former = world.a.terminal, world.a.code
    before = Terminal.objects.filter(pk=terminal.pk).values().get()
    more = {"serial_number": "FORGED000001", "device": world.b.device.pk, "expires_at": "2099-01-01 00:00"}
    more |= {"code": world.b.code.pk, "wrong_tries": 0, "new-reason": "商户丢失", "back-reason": "可疑"}

    answer = world.browser("reviewer").post(
        address(f"admin:terminals_terminal_{noun}", world), forged(world) | more
    )

    assert answer.status_code == 302
    assert Terminal.objects.filter(pk=terminal.pk).values().get() == before
    found = list(terminal.codes.order_by("id"))
    assert [code.status for code in found] == ["revoked", "issued"][: len(found)]
    assert len(found) == (2 if noun == "code_replacement" else 1)
    same = ("serial_number", "device_id", "merchant_number", "terminal_number", "application_number")
    assert all(getattr(code, name) == getattr(former, name) for code in found for name in same)
    assert found[-1].digest != "0" * 64
    assert found[-1].expires_at.year < 2099
    world.b.code.refresh_from_db()
    assert world.b.code.status == "issued"


def test_an_item_of_a_clearance_takes_its_own_words_only(world):
    clearance, clerk = world.a.clearance, world.people["settlement"]
    root = world.people["superuser"].pk
    beyond = {"source": "computed", "checked_by": root, "checked_at": "2026-01-01 00:00", "status": "checked"}
    beyond |= {"confirmed_by": root, "code": "payout", "clearance": 1, "position": 77, "amount_fen": "5"}
    beyond |= {f"upload-{name}": value for name, value in beyond.items()}
    said = {"upload-evidence": "主机标志 207", "upload-way": "reported"}
    url = address("admin:settlement_clearance_confirmation", world)

    told = world.browser("settlement").post(url, forged(world) | beyond | said)

    item = clearance.items.get(code="upload")
    assert told.status_code == 302
    assert (item.status, item.source, item.evidence) == ("confirmed", "person", "主机标志 207")
    assert (item.confirmed_by, item.checked_by, item.amount_fen, item.position) == (clerk, None, None, 2)
    others = clearance.items.exclude(code="upload").values_list("code", "status")
    assert set(others) >= {("batch", "confirmed"), ("payout", "open")}


@pytest.mark.parametrize("noun", ["check", "return", "completion"])
def test_a_step_on_a_clearance_takes_nothing_else(world, noun):
    clearance = world.a.clearance
    terminal = Terminal.objects.filter(pk=clearance.terminal_id)
    before = terminal.values().get()
    more = forged(world) | {
        "reason": "swap",
        "closed_by": 1,
        "batch-back-note": "不对",
        "batch-status": "open",
    }

    told = world.browser("settlement").post(address(f"admin:settlement_clearance_{noun}", world), more)

    clearance.refresh_from_db()
    assert told.status_code == (409 if noun == "completion" else 302)
    assert (clearance.status, clearance.reason, clearance.closed_by) == ("open", "stop", None)
    assert terminal.values().get() == before
    expected = {"check": "checked", "return": "open", "completion": "confirmed"}[noun]
    assert clearance.items.get(code="batch").status == expected


def test_a_suspension_takes_its_reason_its_note_and_its_day_only(world):
    terminal = world.b.terminal
    activate(
        serial_number=world.b.code.serial_number,
        registration_code=codes.collect(world.b.code, by=world.b.owner, now=clock.now()),
        ip=None,
        now=clock.now(),
    )
    beyond = {
        "by": world.b.owner.pk,
        "needs_second": "",
        "since": "2000-01-01",
        "ended_at": "2026-01-01 00:00",
    }
    more = beyond | {f"suspension-{name}": value for name, value in beyond.items()}
    said = {"suspension-reason": "risk", "suspension-note": "核实"}

    answer = world.browser("risk").post(
        address("admin:terminals_terminal_suspension", world, world.b), forged(world) | more | said
    )

    terminal.refresh_from_db()
    suspension = terminal.suspension
    assert answer.status_code == 302
    assert (suspension.by, suspension.needs_second, suspension.ended_at) == (world.people["risk"], True, None)
    assert suspension.since.year > 2000


def test_devices_of_a_list_join_the_stock_as_the_banks(world):
    text = f"serial_number,model,status,ownership,branch\nP2AFORGED001,{world.a.device.model.name},installed,merchant,{world.b.branch.pk}"
    storekeeper = world.people["storekeeper"]

    answer = world.browser("storekeeper").post(
        address("admin:terminals_device_import", world),
        forged(world) | {"ownership": "merchant", "branch": storekeeper.branch_id, "text": text},
    )

    joined = Device.objects.get(serial_number="P2AFORGED001")
    assert answer.status_code == 302
    assert (joined.status, joined.ownership, joined.branch_id) == ("in_stock", "bank", storekeeper.branch_id)


def test_a_branch_that_is_not_the_storekeepers_takes_no_devices(world):
    text = f"serial_number,model\nP2AFORGED002,{world.a.device.model.name}"

    answer = world.browser("storekeeper").post(
        address("admin:terminals_device_import", world), {"branch": BranchFactory().pk, "text": text}
    )

    assert answer.status_code == 200
    assert not Device.objects.filter(serial_number="P2AFORGED002").exists()


@pytest.mark.parametrize("role", ["support", "storekeeper", "superuser"])
def test_response_codes_are_changed_by_no_form_but_their_own(world, role):
    before = list(ResponseCode.objects.order_by("pk").values())

    for form in ("change", "add", "delete", "wording"):
        said = forged(world) | {"code": "97", "meaning_zh": "伪造", "post": "yes"}
        answer = world.browser(role).post(address(f"admin:terminals_responsecode_{form}", world), said)
        keeps_the_table = role in ("support", "superuser") and form in ("add", "wording")
        assert answer.status_code in ((200,) if keeps_the_table else (403, 405))

    assert list(ResponseCode.objects.order_by("pk").values()) == before


def test_a_bulletin_takes_only_what_its_form_asks(world):
    """Neither published nor dated nor counted by what is sent along; and nobody asks in another's name."""
    other = world.people["stranger"]
    said = {
        **WORDS,
        "kind": "fault",
        "starts_at": "2026-09-11 02:00",
        "published_at": "2026-01-01 00:00",
        "ended_at": "2026-01-01 00:00",
        "asked_by_count": 99,
        "written_by": world.people["superuser"].pk,
        "person": other.pk,
        "told_at": "2026-01-01 00:00",
    }
    forgery = {name: value for name, value in forged(world).items() if name != "kind"}

    made = world.browser("supervisor").post(address("admin:terminals_bulletin_add", world), forgery | said)
    asked = world.browser("owner").post(address("bulletins:recovery_notice", world), forgery | said)

    bulletin, notice = Bulletin.objects.latest("pk"), RecoveryNotice.objects.get()
    assert (made.status_code, asked.status_code) == (302, 302)
    assert (bulletin.status, bulletin.published_at, bulletin.ended_at) == ("draft", None, None)
    assert (bulletin.asked_by_count, bulletin.written_by) == (None, world.people["supervisor"])
    assert (notice.person, notice.told_at) == (world.people["owner"], None)


def test_an_enrolment_takes_the_agreement_only(world):
    a, sent = (
        world.a,
        forged(world) | {"enrolled_count": 0, "quota": 9, "offer": world.b.offer.pk, "reason": "over"},
    )
    path = address("offers:enrolment", world)

    assert (
        world.browser("owner").post(path, sent | {"agree": "on", "merchant": a.merchant.number}).status_code
        == 302
    )

    enrolment = a.offer.enrolments.get()
    a.offer.refresh_from_db()
    assert (enrolment.merchant, enrolment.enrolled_by, enrolment.reason) == (a.merchant, a.owner, "")
    assert (a.offer.quota, a.offer.enrolled_count) == (None, 1)


def test_a_new_offer_is_a_draft_of_whoever_writes_it(world):
    writer = world.people["account_manager"]
    said = answers(bars_violations="on", min_terminals=1, branch=writer.branch_id)
    sent = forged(world) | said | {"status": "published", "published_by": world.people["superuser"].pk}

    world.browser("account_manager").post(
        address("admin:offers_offer_add", world), sent | {"enrolled_count": 7}
    )

    offer = Offer.objects.latest("pk")
    assert (offer.status, offer.written_by, offer.published_by) == ("draft", writer, None)
    assert (offer.enrolled_count, offer.number != sent["number"]) == (0, True)


def test_a_ticket_takes_its_own_words_only(world):
    a, b = world.a, world.b
    beyond = {"opened_by": b.owner.pk, "branch": b.branch.pk, "origin": "call", "due_at": "2099-01-01 00:00"}
    beyond |= {"language": "en", "rating": "5", "is_from_bank": "on", "self_check": "1", "cause": "network"}
    more = forged(world) | beyond | {"category": "other", "text": "问一下", "terminal": ""}

    world.browser("owner").post(address("support:new_ticket", world), more)

    ticket = Ticket.objects.latest("pk")
    assert (ticket.merchant, ticket.opened_by, ticket.branch) == (a.merchant, a.owner, a.branch)
    assert (ticket.status, ticket.origin, ticket.rating, ticket.assignee) == ("open", "portal", None, None)
    assert ticket.due_at.year < 2099
    assert not ticket.messages.get().is_from_bank


@pytest.mark.parametrize(
    ("noun", "said"), [("answer", {"answer-text": "在查"}), ("note", {"note-text": "内部"}), ("taking", {})]
)
def test_a_step_on_a_ticket_takes_its_own_words_only(world, noun, said):
    ticket, support = world.a.ticket, world.people["support"]
    if noun == "answer":
        ticket.take(by=support, now=clock.now())
    beyond = {"merchant": world.b.merchant.pk, "cause": "network", "rating": "1", "by": world.b.owner.pk}
    beyond |= {f"{noun}-{name}": value for name, value in (forged(world) | beyond).items()}

    told = world.browser("support").post(
        address(f"admin:support_ticket_{noun}", world), forged(world) | beyond | said
    )

    ticket.refresh_from_db()
    assert told.status_code == 302
    assert (ticket.merchant, ticket.cause, ticket.rating) == (world.a.merchant, None, None)
    assert ticket.assignee == (None if noun == "note" else support)
    assert {row.by for row in (*ticket.messages.all(), *ticket.notes.all())} <= {world.a.owner, support}
