"""The policy numbers as one frozen object, read once per request, step or task."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from constance.codecs import dumps, loads
from constance.models import Constance
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.kernel.policy_defaults import POLICY


@dataclass(frozen=True)
class Policy:
    """What the bank has set. What each number means stands with its default in `policy_defaults`."""

    code_valid_days: int
    code_max_tries: int
    code_reissues_per_day: int
    activation_tries_per_minute: int
    terminals_per_application: int
    draft_days: int
    drafts_per_person: int
    review_working_days: int
    change_cooling_hours: int
    correction_working_days: int
    correction_rounds: int
    correction_reminder_days: int
    claim_idle_minutes: int
    reservation_hours: int
    auto_assign: int
    auto_assign_cap: int
    review_draft_hours: int
    review_request_days: int
    hold_high_risk: int
    hold_terminals_over: int
    hold_bank_stops: int
    hold_early_stops: int
    stop_notice_working_days: int
    stop_settle_working_days: int
    closure_days: int
    unused_stop_months: int
    unused_again_days: int
    notice_objection_working_days: int
    notice_answer_working_days: int
    notice_deposit_working_days: int
    notice_money_working_days: int
    licence_warning_days: int
    card_warning_days: int
    place_distance_metres: int
    return_working_days: int
    return_reminder_days: int
    return_late_days: int
    statement_working_days: int
    charge_days: int
    waiver_limit_yuan: int
    unused_review_months: int
    notice_days_first: int
    notice_days_second: int
    notice_days_last: int
    attestation_months: int
    expiry_days_first: int
    expiry_days_second: int
    expiry_days_last: int
    expiry_grace_days: int
    bulletin_ahead_days: int
    bulletin_check_people: int
    ticket_answer_hours: int
    ticket_sale_hours: int
    ticket_next_word_hours: int
    ticket_reopen_days: int
    caller_minutes: int
    caller_tries: int
    bank_opens: int
    bank_closes: int
    retention_years: int
    abandoned_retention_days: int
    upload_limit_mb: int
    upload_pixel_limit_mp: int
    uploads_per_application: int
    self_checks_per_hour: int
    self_check_report_minutes: int
    visitor_checks_per_hour: int
    sign_up_codes_per_hour: int
    invitation_days: int
    invitations_per_day: int
    handover_cooling_hours: int
    handover_answer_days: int
    personal_export_days: int
    export_rows_at_once: int
    export_days: int
    exports_per_day: int

    @property
    def upload_limit_bytes(self) -> int:
        return self.upload_limit_mb * 1024 * 1024

    @property
    def upload_pixel_limit(self) -> int:
        return self.upload_pixel_limit_mp * 1_000_000


# What was read in the request or step that is running: empty until somebody asks, None outside of one.
_reading: ContextVar[list[Policy] | None] = ContextVar("policy", default=None)


def current_policy() -> Policy:
    """The numbers as they stand now, by one query; inside `one_reading` as they stood at its first question.

    A number nobody has written yet counts as its default.
    """
    read = _reading.get()
    if read:
        return read[0]
    stored = dict(Constance.objects.values_list("key", "value"))
    policy = Policy(
        **{
            name: _number(stored[name]) if name in stored else number.default
            for name, number in POLICY.items()
        }
    )
    if read is not None:
        read.append(policy)
    return policy


# Every page reads all numbers, and they hardly ever change: a text is opened once. Numbers cannot be changed in place.
_number = lru_cache(maxsize=1024)(loads)


@contextmanager
def one_reading() -> Iterator[None]:
    """Whatever asks for the policy inside gets the same numbers, read once; nothing of them is kept afterwards."""
    if _reading.get() is not None:
        yield
        return
    token = _reading.set([])
    try:
        yield
    finally:
        _reading.reset(token)


def read_once_a_request(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a request is answered by one reading of the policy."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        with one_reading():
            return get_response(request)

    return answer


def write_defaults() -> None:
    """Leave a row for every number that has none: the library would INSERT at the first read, which may be a GET."""
    rows = [Constance(key=name, value=dumps(number.default)) for name, number in POLICY.items()]
    Constance.objects.bulk_create(rows, ignore_conflicts=True)
