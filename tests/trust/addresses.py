"""Every address of the portal, found by walking the resolver, and a real object of merchant A for each that needs one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, get_resolver, reverse

from config.accounts.models import User
from config.kernel.message import OutboxMessage
from tests.trust.world import World, evidence_of, licence_of

RETURN_STEPS = (
    "acknowledgement", "announcement", "calling-off", "charges", "closure", "inspection", "loss", "receipt", "receipt_file",
    "reception", "write-off",
)  # fmt: skip
VIOLATION_STEPS = ("charge", "closure", "decision", "dismissal", "evidence", "hearing")
OFFER_STEPS = ("discarding", "ending", "publication", "wording")
TICKET_STEPS = (
    "answer", "closure", "handover", "merging", "note", "release", "reopening", "taking",
)  # fmt: skip
CHARGE_STEPS = ("payment", "waiver", "waiver-grant")
DEVICE_STEPS = (
    "handover",
    "loss",
    "repair",
    "restocking",
    "return",
    "scrapping",
    "allowance",
    "allowance_confirmation",
)
BULLETIN_STEPS = ("publication", "draft", "discarding", "ending", "prolongation", "correction")
TERMINAL_STEPS = ("failed-verification", "release-request", "resumption", "suspension", "verification")
SCHEDULE_STEPS = ("settings", "pause", "resumption", "removal")
OF_SELF_CHECKS = ("self_check", "self_check_again", "self_check_solved", "self_check_label")
DRAFT = [
    "submission",
    "deletion",
    "draft",
    "merchant_type",
    "business",
    "responsible",
    "papers",
    "placements",
    "placement_new",
    "check",
]
OF_NOBODY: dict[str, dict[str, Any]] = {
    "account_device_ending": {"name": "0" * 24},
    "lookup": {"source": "divisions"},
    "mfa_edit_webauthn": {"pk": 2**40},
    "mfa_remove_webauthn": {"pk": 2**40},
}
SENT = ("status", "withdrawal", "receipt", "confirmation")
REFUSED = ("review_request", "renewal")


def every_address() -> Iterator[tuple[str, str]]:
    """(name, route) of every pattern, namespaces included. What has no name is called by its route."""
    yield from _walk(get_resolver().url_patterns, [], "")


def _walk(patterns, spaces: list[str], prefix: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield (":".join([*spaces, pattern.name]) if pattern.name else f"/{route}"), route
        else:
            inner = [*spaces, pattern.namespace] if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, inner, route)


def address(name: str, world: World, mine: SimpleNamespace | None = None, **changed: Any) -> str:
    """The path of a named address, leading to an object of merchant A, or of `mine`."""
    if name.startswith("/"):
        return unnamed(name, world)
    space, _, noun = name.rpartition(":")
    return reverse(name, kwargs=(_kwargs(space, noun, world, mine or world.a)) | changed)


def unnamed(route: str, world: World) -> str:
    """A path for a route without a name: of the admin's, an object's; of a catch-all, something that does not exist."""
    if "<path:object_id>" in route:
        _admin, _desk, app, model, _rest = route.split("/", 4)
        return route.replace("<path:object_id>", str(_object_of_desk(f"{app}_{model}", world, world.a)))
    return route.replace("(?P<url>.*)$", "nothing/here/") + ("nothing" if route == "/api/v1/" else "")


OF_ONE_MERCHANT = {
    *("applications", "filing", "inbox", "notices", "offers", "people", "returns", "support", "terminals"),
}


def has_object(name: str, world: World) -> bool:
    """Whether the address speaks of something of one merchant."""
    space, _, noun = name.rpartition(":")
    if name in ("offers:offer", "offers:enrolment"):
        return False  # for every merchant of the branch
    is_ours = {"number", "pk", "token", "reference"} & set(_kwargs(space, noun, world, world.a))
    is_of_one = space in OF_ONE_MERCHANT or noun in OF_SELF_CHECKS
    return not name.startswith("/") and is_of_one and bool(is_ours)


def _kwargs(space: str, noun: str, world: World, mine: SimpleNamespace) -> dict[str, Any]:
    return OF_SPACE.get(space, lambda *_: {})(noun, world, mine)


def _of_offers(noun: str, world: World, mine: SimpleNamespace) -> dict[str, Any]:
    named: dict[str, Any] = {"list": {}, "withdrawal": {"pk": mine.enrolment.pk}}
    return named.get(noun, {"number": mine.offer.number})


def _of_inbox(noun: str, world: World, mine: SimpleNamespace) -> dict[str, Any]:
    if noun != "reading":
        return {}
    return {"pk": OutboxMessage.objects.inbox_of(mine.owner).values_list("pk", flat=True)[0]}


def _of_nowhere(noun: str, world: World, mine: SimpleNamespace) -> dict[str, Any]:
    if noun in OF_SELF_CHECKS:
        is_label = noun == "self_check_label"
        return {"number": mine.terminal.number if is_label else mine.self_check.number}
    tokens = {"notice_check": mine.notice.current.token, "receipt": mine.code.receipt_token}
    if noun in tokens:
        return {"token": tokens[noun]}
    return OF_NOBODY.get(noun, {})


def _of_application(noun: str, world: World, mine: SimpleNamespace, *, filed: bool) -> dict[str, Any]:
    draft, sent = (mine.filed, mine.filed_submitted) if filed else (mine.draft, mine.submitted)
    if noun == "new_request":
        return {"kind": "relocation"}
    if noun == "attestation":
        return {"number": mine.merchant.number}
    if noun == "request":
        return {"number": (mine.filed_request if filed else mine.request).number}
    if noun == "calling_off":
        return {"number": (mine.filed_request if filed else mine.moving).number}
    if noun in DRAFT:
        return {"number": draft.number}
    if noun in SENT:
        return {"number": sent.number}
    if noun in REFUSED:
        return {"number": (sent if filed else mine.refused).number}
    paper = {"number": draft.number, "pk": licence_of(draft).pk}
    line = {"number": draft.number, "pk": draft.placements.get().pk}
    return {
        "consent": {"version": world.consent.version},
        "placement": line,
        "placement_removal": line,
        "removal": paper,
        "document": paper | {"variant": "view"},
        "upload": {"number": draft.number, "paper": "licence"},
    }.get(noun, {})


def _of_people(noun: str, mine: SimpleNamespace) -> dict[str, Any]:
    if noun in ("invited", "acceptance", "declining"):
        return {"token": mine.token}
    of_member = dict.fromkeys(("role", "removal", "handover"), mine.assistant)
    key = {"calling_off": mine.invitation, **of_member}.get(noun)
    of_merchant = {"number": mine.merchant.number} if noun != "list" else {}
    return of_merchant | ({"pk": key.pk} if key else {})


def _of_notice(noun: str, mine: SimpleNamespace) -> dict[str, Any]:
    if noun == "list":
        return {}
    return {"reference": mine.notice.reference} | ({"number": "1"} if noun == "version" else {})


CASE_STEPS = {
    f"applications_{step}"
    for step in [
        "case", "claim", "deferral", "release", "takeover", "escalation", "draft", "correction", "approval", "refusal",
        "confirmation", "reversal", "retraction", "reopening", "upholding", "revelation", "shortcuts",
    ]
}  # fmt: skip
STOP_STEPS = {
    f"applications_{step}" for step in ("revocation", "revocation_confirmation", "revocation_refusal")
}
# Of what was granted and waits for its day.
CALLING_OFF = "applications_calling_off"
USER_STEPS = {f"accounts_user_{step}" for step in ["invitation", "second-factor-reset", "session-end"]}
# Of merchant A's clearance the batch waits for its check, all else is open.
OF_CLEARANCES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "settlement_clearance_confirmation": lambda clearance: {"code": "upload"},
    "settlement_clearance_check": lambda clearance: {"code": "batch"},
    "settlement_clearance_return": lambda clearance: {"code": "batch"},
    "settlement_clearance_completion": lambda clearance: {},
    "settlement_clearance_evidence": lambda clearance: {
        "file": evidence_of(clearance).pk,
        "variant": "view",
    },
}
ONE_STEP = {
    "merchants_blacklistentry_removal": "merchants_blacklistentry",
    "accounts_deletionrequest_granting": "accounts_deletionrequest",
    "accounts_deletionrequest_refusal": "accounts_deletionrequest",
    "merchants_handover_confirmation": "merchants_handover",
    "merchants_handover_refusal": "merchants_handover",
    "terminals_terminal_code_replacement": "terminals_terminal",
    **{f"files_export_{step}": "files_export" for step in ("file", "cancellation", "repetition")},
    **{f"files_reportschedule_{step}": "files_reportschedule" for step in SCHEDULE_STEPS},
    "files_importjob_cancellation": "files_importjob",
    "files_importjob_start": "files_importjob",
    "terminals_bindingreport_file": "terminals_bindingreport",
    "terminals_responsecode_wording": "terminals_responsecode",
    "terminals_riskcase_closing": "terminals_riskcase",
    "terminals_bindingreport_resending": "terminals_bindingreport",
    **{f"terminals_device_{step}": "terminals_device" for step in DEVICE_STEPS},
    **{f"terminals_bulletin_{step}": "terminals_bulletin" for step in BULLETIN_STEPS},
    **{f"terminals_terminal_{step}": "terminals_terminal" for step in TERMINAL_STEPS},
} | {
    f"applications_deactivationnotice_{step}": "applications_deactivationnotice"
    for step in ["delivery", "upholding", "concession", "correction", "revocation", "completion", "version"]
}
BESIDES = {"applications_deactivationnotice_version": {"number": 1}}
BY_NAME = {
    "app_list": {"app_label": "kernel"},
    "files_export_report": {"name": "devices"},
    "files_reportschedule_new": {"name": "devices"},
}
OF_NO_OBJECT = {"constance_config_history", "password_change"}


def _of_desk(noun: str, world: World, mine: SimpleNamespace) -> dict[str, Any]:
    if found := _of_equipment(noun, mine) or _of_help_line(noun, world, mine):
        return found
    case = mine.under_review
    if noun == "applications_document":
        return {"pk": case.pk, "document": licence_of(case).pk, "variant": "view"}
    if noun in CASE_STEPS | STOP_STEPS | {CALLING_OFF}:
        granted = {**dict.fromkeys(STOP_STEPS, mine.stop), CALLING_OFF: mine.moving}
        return {"pk": granted.get(noun, case).pk}
    if noun in USER_STEPS:
        return {"pk": world.people["reviewer"].pk}
    if noun in ONE_STEP:
        return {"pk": _object_of_desk(ONE_STEP[noun], world, mine)} | BESIDES.get(noun, {})
    if noun == "terminals_terminal_code_revocation":
        return {"pk": mine.terminal.pk, "code": mine.code.pk}
    if noun in BY_NAME:
        return BY_NAME[noun]
    if noun == "view_on_site":
        return {"content_type_id": ContentType.objects.get_for_model(User).pk, "object_id": case.pk}
    if not noun.endswith(("_history", "_delete", "_change")) or noun in OF_NO_OBJECT:
        return {}
    return {"object_id": _object_of_desk(noun.rpartition("_")[0], world, mine)}


def _of_portal_returns(noun: str, mine: SimpleNamespace) -> dict[str, Any]:
    named = {
        "list": "",
        "violations": "",
        "violation": mine.violation,
        "statement": mine.violation,
        "decision": mine.decided,
        "charge": mine.charge,
    }.get(noun, mine.returning)
    return {"number": str(named)} if named else {}


def _of_portal_tickets(noun: str, mine: SimpleNamespace) -> dict[str, Any]:
    if noun in ("list", "new_ticket", "new_sale"):
        return {}
    if noun == "file":
        return {"number": mine.ticket.number, "pk": mine.ticket.messages.get().pk, "variant": "view"}
    return {"number": (mine.closed_ticket if noun in ("reopening", "rating") else mine.ticket).number}


def _of_help_line(noun: str, world: World, mine: SimpleNamespace) -> dict[str, Any]:
    if noun == "support_ticket_file":
        return {"pk": mine.ticket.pk, "message": mine.ticket.messages.get().pk, "variant": "view"}
    if noun in {f"support_ticket_{step}" for step in TICKET_STEPS}:
        return {"pk": mine.ticket.pk}
    if noun == "support_callercheck_identity":
        return {"merchant": mine.merchant.pk}
    if noun in ("support_callercheck_ticket", "support_callercheck_sale"):
        return {"pk": world.a.caller_check.pk}
    return {}


def _of_equipment(noun: str, mine: SimpleNamespace) -> dict[str, Any]:
    if noun in OF_CLEARANCES:
        return {"pk": mine.clearance.pk} | OF_CLEARANCES[noun](mine.clearance)
    if noun == "returns_returnorder_file":
        return {"pk": mine.returning.pk, "file": 2**40, "variant": "view"}
    if noun in {f"returns_returnorder_{step}" for step in RETURN_STEPS}:
        return {"pk": mine.returning.pk}
    if noun == "returns_violation_evidence_file":
        return {"pk": mine.violation.pk, "evidence": 2**40, "variant": "view"}
    if noun == "returns_violation_sheet":
        return {"pk": mine.decided.pk}
    steps = {
        **{f"returns_violation_{step}": mine.violation for step in VIOLATION_STEPS},
        **{f"returns_charge_{step}": mine.charge for step in CHARGE_STEPS},
        **{f"offers_offer_{step}": mine.offer for step in OFFER_STEPS},
        **{f"terminals_device_{step}": mine.device for step in DEVICE_STEPS},
    }
    return {"pk": steps[noun].pk} if noun in steps else {}


def _object_of_desk(model: str, world: World, mine: SimpleNamespace) -> Any:
    """The key of an object of this model, merchant A's where it has one."""
    of_the_merchant = {
        "accounts_branch": mine.branch,
        "accounts_user": world.people["reviewer"],
        "applications_application": mine.under_review,
        "applications_deactivationnotice": mine.notice,
        "merchants_handover": mine.handover,
        "files_export": world.people["supervisor"].exports.last(),
        "files_importjob": world.people["storekeeper"].importjobs.last(),
        "files_reportschedule": world.people["supervisor"].report_schedules.last(),
        "merchants_merchant": mine.merchant,
        "settlement_clearance": mine.clearance,
        "offers_enrolment": mine.enrolment,
        "offers_offer": mine.offer,
        "support_callercheck": world.a.caller_check,
        "support_ticket": mine.ticket,
        "support_selfcheck": mine.self_check,
        "support_selfcheckweek": mine.self_check_week,
        "returns_charge": mine.charge,
        "returns_returnorder": mine.returning,
        "returns_violation": mine.violation,
        "terminals_device": mine.device,
        "terminals_devicemodel": mine.device.model,
        "terminals_registrationcode": mine.code,
        "terminals_terminal": mine.terminal,
    }
    if model in of_the_merchant:
        return of_the_merchant[model].pk
    if model == "constance_config":
        return "Config"
    return apps.get_model(*model.split("_")).objects.order_by("-pk").values_list("pk", flat=True).first()


OF_SPACE: dict[str, Callable[[str, World, SimpleNamespace], dict[str, Any]]] = {
    "": _of_nowhere,
    "admin": _of_desk,
    "applications": partial(_of_application, filed=False),
    "bulletins": lambda noun, world, mine: {} if noun == "list" else {"number": world.bulletin.number},
    "desk_inbox": _of_inbox,
    "help": lambda noun, world, mine: {"code_set": "unionpay", "code": "97"} if noun == "article" else {},
    "filing": partial(_of_application, filed=True),
    "inbox": _of_inbox,
    "notices": lambda noun, world, mine: _of_notice(noun, mine),
    "offers": _of_offers,
    "support": lambda noun, world, mine: _of_portal_tickets(noun, mine),
    "people": lambda noun, world, mine: _of_people(noun, mine),
    "returns": lambda noun, world, mine: _of_portal_returns(noun, mine),
    "terminals": lambda noun, world, mine: {} if noun == "list" else {"number": mine.terminal.number},
}
