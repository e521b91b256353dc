"""The policy numbers as one frozen object, read once per request or task."""

from dataclasses import dataclass, fields

from constance.codecs import dumps
from constance.models import Constance
from constance.utils import get_values

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
    notice_objection_working_days: int
    notice_answer_working_days: int
    notice_deposit_working_days: int
    notice_money_working_days: int
    licence_warning_days: int
    card_warning_days: int
    place_distance_metres: int
    bank_opens: int
    bank_closes: int
    retention_years: int
    abandoned_retention_days: int
    upload_limit_mb: int
    upload_pixel_limit_mp: int
    uploads_per_application: int
    sign_up_codes_per_hour: int

    @property
    def upload_limit_bytes(self) -> int:
        return self.upload_limit_mb * 1024 * 1024

    @property
    def upload_pixel_limit(self) -> int:
        return self.upload_pixel_limit_mp * 1_000_000


def current_policy() -> Policy:
    """The numbers as they stand now, by one query. A number nobody has written yet counts as its default."""
    values = get_values()
    return Policy(**{field.name: values[field.name] for field in fields(Policy)})


def write_defaults() -> None:
    """Leave a row for every number that has none: the library would INSERT at the first read, which may be a GET."""
    rows = [Constance(key=name, value=dumps(number.default)) for name, number in POLICY.items()]
    Constance.objects.bulk_create(rows, ignore_conflicts=True)
