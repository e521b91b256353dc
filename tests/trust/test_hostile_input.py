"""Whatever is typed or sent: an answer below 500, a message at its field, nothing typed is lost, nothing becomes markup."""

from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.html import escape

from applications.items import reviewed_items
from config.files.exports.schedule import SETTINGS
from config.kernel import clock
from terminals.models import Device
from terminals.offers.desk.forms import OfferForm
from tests.applications.factories import RegistrationFactory
from tests.applications.portal import signed_in
from tests.applications.reviewing import fresh
from tests.terminals.bulletins import WORDS
from tests.trust.addresses import DEVICE_STEPS, address, every_address
from tests.trust.hostile_text import HALF_A_PAIR, RAW, TEXTS, fields_of, title_of
from tests.trust.test_matrix import READING

# Names that some page of ours, the admin or a library reads from an address.
PARAMETERS = """
at p o e q all view due risk branch from merchant focus tried ask show pdf remove doc next named check terminal category registered_division serial screen code
_to_field _popup _facets _changelist_filters id__in id__exact role__exact is_active__exact state__exact status term
""".split()  # noqa: SIM905
READERS = {
    "admin": "superuser",
    "filing": "account_manager",
    "applications": "owner",
    "terminals": "owner",
    "inbox": "owner",
    "support": "owner",
    "check": "owner",
    "self_check": "owner",
    "self_check_label": "owner",
    "people": "owner",
    "desk_inbox": "reviewer",
}
PAGES = sorted(
    {
        name
        for name, _ in every_address()
        if READING.get(name, {}).get(READERS.get(name.partition(":")[0], "visitor")) == "ok"
    }
)
SHORT = ("nul", "full_width", "sql", "script", "huge_number", "bidi", "no_json", "empty")


@pytest.mark.parametrize("name", [page for page in PAGES if page != "/readyz"])
def test_no_address_is_broken_by_its_query(world, name):
    reader = world.browser(READERS.get(name.partition(":")[0], "visitor"))
    for kind in (*SHORT, "half"):
        text = HALF_A_PAIR if kind == "half" else quote(TEXTS[kind])
        answer = reader.get(address(name, world) + "?" + "&".join(f"{name}={text}" for name in PARAMETERS))

        assert answer.status_code < 500, kind
        assert not [raw for raw in RAW if raw in answer.content.decode(errors="replace")], kind


@pytest.mark.parametrize(
    "name", ["applications:list", "terminals:list", "admin:applications_application_changelist"]
)
def test_no_list_is_broken_by_an_endless_query(world, name):
    reader = world.browser(READERS[name.partition(":")[0]])

    for parameter in ("q", "at", "page"):
        assert reader.get(address(name, world), {parameter: "9" * 100_000}).status_code == 200


@pytest.fixture
def draft(db):
    """A newcomer's complete draft, every page of it open, and its browser."""
    registration = RegistrationFactory()
    return signed_in(registration.applicant), registration


PAGES_OF_A_DRAFT = ("type", "business", "responsible", "terminals/new")


@pytest.mark.parametrize("part", PAGES_OF_A_DRAFT)
@pytest.mark.parametrize("kind", TEXTS)
def test_a_page_of_a_draft_takes_it_calmly(draft, part, kind):
    browser, registration = draft
    url = f"/applications/{registration.number}/draft/{part}/"
    names = [
        name for name in fields_of(browser.get(url)) if name not in ("csrfmiddlewaretoken", "idempotency_key")
    ]

    answer = browser.post(url, dict.fromkeys(names, TEXTS[kind]) | {"go": "next"})

    assert answer.status_code == 200
    assert title_of(answer).startswith("错误")
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert not [raw for raw in RAW if raw in page]
    assert kind != "sql" or escape(TEXTS[kind]) in page or part == "type"


@pytest.mark.parametrize("kind", TEXTS)
def test_the_other_forms_of_the_portal_take_it_calmly(world, kind):
    visitors = [
        "account_login",
        "account_signup",
        "account_reset_password",
        "simulator:pos",
        "language",
        "check",
    ]
    members = [
        "account",
        "account_change_password",
        "account_email",
        "account_change_phone",
        "account_reauthenticate",
    ]
    members += ["applications:new", "applications:submission", "applications:upload", "applications:papers"]
    members += [
        "applications:placements",
        "applications:withdrawal",
        "applications:calling_off",
        "terminals:code",
        "terminals:slip",
        "terminals:code_replacement",
        "bulletins:recovery_notice",
        "notices:acknowledgement",
        "notices:objection",
        "offers:enrolment",
        "offers:withdrawal",
        "support:new_ticket",
        "support:new_sale",
        "support:message",
        "support:reopening",
        "support:rating",
        "check",
        "self_check_again",
        "self_check_solved",
    ]
    names = [
        "text",
        "words",
        "login",
        "password",
        "email",
        "phone",
        "password1",
        "reach",
        "code",
        "next",
        "language",
        "full_name",
    ]
    names += ["oldpassword", "action", "go", "agree"]
    names += ["merchant", "terminals"]
    names += [
        "category",
        "terminal",
        "merchant",
        "amount_fen",
        "sold_at",
        "card_last4",
        "batch_number",
        "slip_number",
        "rating",
    ]
    names += ["typed", "screen", "since", "solved"]
    names += ["serial_number", "other_serial", "registration_code", "by", "file", "merchant_mobile"]
    for role, pages in (("visitor", visitors), ("owner", members)):
        for name in pages:
            with transaction.atomic():
                answer = world.browser(role).post(address(name, world), dict.fromkeys(names, TEXTS[kind]))
                transaction.set_rollback(True)
            assert answer.status_code < 500, name
            assert not [raw for raw in RAW if raw in answer.content.decode(errors="replace")], name


OF_A_BULLETIN = (*WORDS, "kind", "starts_at", "expected_end_at", "branch", "carrier", "code")
REVIEWS = [
    f"admin:applications_{noun}"
    for noun in (
        "draft",
        "release",
        "correction",
        "approval",
        "refusal",
        "revelation",
        "escalation",
        "shortcuts",
        "claim",
        "deferral",
        "confirmation",
        "reversal",
        "retraction",
        "upholding",
        "reopening",
    )
]


def names_on_a_case(world) -> list[str]:
    """Whatever the case page of its holder sends, whichever button is pressed."""
    case, reviewer = fresh(world.a.under_review), world.people["reviewer"]
    case.release(by=case.assignee, now=clock.now())
    case.claim(by=reviewer, now=clock.now())
    told = [f"{part}-{item.key}" for item in reviewed_items(case) for part in ("verdict", "reason", "text")]
    told += ["reason-application", "text-application", "version", "private_note", "account_verified"]
    return [
        *told,
        "rest_in_order",
        "open_next",
        "doc",
        "reveal",
        "purpose-account_number",
        "words",
        "has_shortcuts",
    ]


ASK_FOR_NOTHING = {"admin:kernel_outboxmessage_changelist", "admin:files_export_report"}


@pytest.mark.parametrize("kind", TEXTS)
def test_the_desks_forms_take_it_calmly(world, kind):
    forms = {
        **dict.fromkeys(REVIEWS, ("reviewer", names_on_a_case(world))),
        "admin:applications_takeover": ("supervisor", ["words"]),
        "admin:applications_deactivationnotice_delivery": (
            "reviewer",
            ["delivery-way", "delivery-on", "delivery-waybill", "delivery-receiver"],
        ),
        "admin:applications_deactivationnotice_correction": (
            "reviewer",
            [
                "fix-full_stop_on",
                "fix-settle_on",
                "fix-return_by",
                "fix-return_place",
                "fix-contact",
                "fix-why",
            ],
        ),
        "admin:applications_deactivationnotice_upholding": ("reviewer", ["stands-words"]),
        "admin:applications_deactivationnotice_concession": ("reviewer", ["gone-words"]),
        "admin:applications_deactivationnotice_revocation": ("supervisor", ["back-words"]),
        "admin:applications_next": ("reviewer", ["q", "view", "kind", "due", "branch"]),
        "admin:applications_bulk": ("reviewer", ["step", "ticked"]),
        "admin:applications_bulk_correction": ("reviewer", ["ticked", "reason", "public_text", "version_1"]),
        "admin:applications_bulk_approval": ("reviewer", ["ticked", "version_1"]),
        "admin:applications_calling_off": ("reviewer", ["words"]),
        "admin:applications_revocation": ("reviewer", ["words"]),
        "admin:applications_revocation_refusal": ("supervisor", ["words"]),
        "admin:applications_reasoncode_add": ("supervisor", None),
        "admin:applications_reasoncode_change": ("supervisor", None),
        "admin:applications_absence_add": ("supervisor", None),
        "admin:applications_absence_change": ("supervisor", None),
        "desk_inbox:reading_of_all": ("reviewer", ["newest", "at"]),
        "admin:accounts_user_add": ("superuser", None),
        "admin:accounts_user_change": ("superuser", None),
        "admin:accounts_branch_add": ("superuser", None),
        "admin:accounts_branch_change": ("superuser", None),
        "admin:constance_config_changelist": ("superuser", None),
        "admin:kernel_outboxmessage_changelist": (
            "superuser",
            ["action", "_selected_action", "select_across", "index"],
        ),
        "admin:kernel_messageswitch_changelist": ("superuser", ["seen", "on"]),
        "admin:merchants_blacklistentry_add": ("risk", None),
        "admin:merchants_blacklistentry_import": ("risk", None),
        "admin:merchants_blacklistentry_removal": ("risk", ["reason"]),
        "filing:new": ("account_manager", None),
        "admin:terminals_device_import": ("storekeeper", ["branch", "file", "text", "go"]),
        "admin:terminals_devicemodel_add": ("storekeeper", None),
        "admin:terminals_devicemodel_change": ("storekeeper", None),
        "admin:terminals_terminal_code_replacement": ("reviewer", ["new-reason", "reason"]),
        "admin:terminals_terminal_code_revocation": ("reviewer", ["back-reason", "reason"]),
        "admin:settlement_clearance_confirmation": (
            "settlement",
            ["upload-evidence", "upload-way", "upload-voucher_number", "upload-file"],
        ),
        "admin:settlement_clearance_return": ("supervisor", ["batch-back-note"]),
        "admin:terminals_terminal_suspension": (
            "supervisor",
            ["suspension-reason", "suspension-note", "suspension-until"],
        ),
        "admin:terminals_terminal_release-request": ("supervisor", ["release-request-note"]),
        "admin:terminals_terminal_verification": ("supervisor", ["verification-note"]),
        "admin:terminals_terminal_failed-verification": ("supervisor", ["failed-verification-note"]),
        "admin:files_export_report": (
            "supervisor",
            ["q", "status", "branch", "ticked", "plain", "purpose", "go"],
        ),
        "admin:files_reportschedule_new": ("supervisor", ["q", "status", "ticked", "save", *SETTINGS]),
        "admin:files_reportschedule_settings": ("supervisor", list(SETTINGS)),
        "admin:terminals_bindingreport_import": ("risk", ["file", "text", "go"]),
        "admin:terminals_hostreport_import": ("supervisor", ["reaches_to", "file", "text", "go"]),
        "admin:terminals_terminal_resumption": ("supervisor", ["resumption-note"]),
        "admin:offers_offer_add": ("supervisor", None),
        "admin:offers_offer_wording": ("supervisor", [f"wording-{name}" for name in OfferForm.base_fields]),
        "admin:offers_offer_ending": ("supervisor", ["ending-note"]),
        "admin:terminals_suspensionreason_add": ("supervisor", None),
        "admin:terminals_suspensionreason_change": ("supervisor", None),
        "admin:terminals_stopreason_add": ("supervisor", None),
        "admin:terminals_stopreason_change": ("supervisor", None),
        "admin:terminals_bulletin_add": ("supervisor", None),
        "admin:terminals_bulletin_draft": ("support", [f"draft-{name}" for name in OF_A_BULLETIN]),
        "admin:terminals_bulletin_correction": ("support", [f"correction-{name}" for name in OF_A_BULLETIN]),
        "admin:terminals_bulletin_prolongation": ("supervisor", ["prolongation-until"]),
        "admin:terminals_bulletin_discarding": ("supervisor", ["discarding-note"]),
        "admin:terminals_bulletin_ending": ("supervisor", ["ending-note"]),
        "admin:support_ticket_answer": (
            "support",
            ["answer-canned", "answer-text", "answer-asks", "answer-file"],
        ),
        "admin:support_ticket_note": ("support", ["note-text"]),
        "admin:support_ticket_closure": ("support", ["closure-cause", "closure-text"]),
        "admin:support_ticket_handover": ("support", ["handover-to"]),
        "admin:support_ticket_merging": ("support", ["merging-other"]),
        "admin:support_ticket_reopening": ("support", ["reopening-text"]),
        "admin:support_callercheck_add": ("support", None),
        "admin:support_callercheck_identity": ("support", None),
        "admin:support_callercheck_ticket": (
            "support",
            ["ticket-category", "ticket-terminal", "ticket-text"],
        ),
        "admin:support_callercheck_sale": (
            "support",
            ["sale-terminal", "sale-amount_fen", "sale-sold_at", "sale-card_last4", "sale-text"],
        ),
        "admin:support_cannedtext_add": ("supervisor", None),
        "admin:support_cannedtext_change": ("supervisor", None),
        "admin:support_closingcause_add": ("supervisor", None),
        "admin:terminals_responsecode_change": ("support", ["code", "meaning_zh", "meaning_en"]),
        "admin:terminals_responsecode_add": ("support", None),
        "admin:terminals_responsecode_wording": ("support", None),
        "admin:terminals_responsecode_import": ("support", ["file", "text", "go"]),
    }
    forms |= {f"admin:terminals_device_{step}": ("storekeeper", ["note"]) for step in DEVICE_STEPS}
    for name, (role, fixed) in forms.items():
        browser, url = world.browser(role), address(name, world)
        names = set(fixed or fields_of(browser.get(url))) - {"csrfmiddlewaretoken", "idempotency_key"}
        with transaction.atomic():
            answer = browser.post(url, dict.fromkeys(names, TEXTS[kind]))
            transaction.set_rollback(True)

        assert answer.status_code < 500, name
        assert not [raw for raw in RAW if raw in answer.content.decode()], name
        # A list of messages and a report ask for nothing: all fields empty is a good answer there.
        if answer.status_code == 200 and name not in ASK_FOR_NOTHING:
            assert title_of(answer).startswith("错误"), name


# Digits, wide ones too, and hyphens are what makers print on devices.
GOOD_SERIALS = ("full_width", "huge_number", "no_date")


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind != "empty"])
@pytest.mark.parametrize("sent_as", ["text", "file"])
@pytest.mark.parametrize("column", [0, 1], ids=["serial", "model"])
def test_a_list_of_devices_takes_it_calmly(world, kind, sent_as, column):
    """In a cell of a list that is otherwise good: every line is judged, nothing joins the estate, what was sent comes back."""
    device = world.a.device
    cells = ["P2AHOSTILE01", device.model.name]
    cells[column] = TEXTS[kind]
    content = "serial_number,model\n" + ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells)
    sent = content if sent_as == "text" else SimpleUploadedFile("devices.csv", content.encode())
    before = Device.objects.count()

    answer = world.browser("storekeeper").post(
        address("admin:terminals_device_import", world),
        {"branch": world.people["storekeeper"].branch_id, sent_as: sent, "go": "import"},
    )

    page = answer.content.decode()
    is_good = column == 0 and kind in GOOD_SERIALS
    assert answer.status_code == (302 if is_good else 200)
    assert Device.objects.count() == before + is_good
    if is_good:
        return
    assert title_of(answer).startswith("错误")
    assert not [raw for raw in RAW if raw in page]
    assert kind == "nul" or "serial_number,model" in page
