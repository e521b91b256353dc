"""Making sure who calls: what the caller says is compared, and never shown before or after.

Knowing what is printed on every slip proves nothing, so at least one of two answers is something else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.support.models import CallerCheck
from config.kernel.audit import record
from config.kernel.lifecycle import Refused, lock_in_order
from config.kernel.policy import current_policy
from config.privacy.fields import blind_index
from config.privacy.identifiers import merchant_number, mobile, normalise, terminal_number, uscc
from merchants.models import Merchant

LEAST = 2
DAY = timedelta(hours=24)

# What can be asked: its label, and what the record holds of it.
QUESTIONS: dict[str, tuple[Promise, Callable[[Merchant], str]]] = {
    "contact_name": (gettext_lazy("Name of the contact person"), lambda merchant: merchant.contact_name),
    "id_last4": (
        gettext_lazy("Last four of the responsible person's document"),
        lambda merchant: merchant.responsible_id_number[-4:],
    ),
    "account_last4": (
        gettext_lazy("Last four of the settlement account"),
        lambda merchant: merchant.account_in_use.account_number[-4:] if merchant.account_in_use else "",
    ),
    "merchant_number": (gettext_lazy("Merchant number"), lambda merchant: merchant.number),
}


def find_merchant(typed: str, *, by: Any) -> Merchant | None:
    """The one merchant of this person's branches that is meant by a merchant number, a USCC, a contact mobile or a terminal number."""
    text, seen = normalise(typed), Merchant.objects.visible_to(by)
    questions = []
    if not merchant_number.problem(text):
        questions.append({"number": text})
    if not uscc.problem(text):
        questions.append({"uscc": text})
    if not mobile.problem(text):
        questions.append({"contact_mobile_index": blind_index(text, purpose="mobile")})
    if not terminal_number.problem(text):
        questions.append({"terminals__number": text})
    for question in questions:
        found = list(seen.filter(**question).distinct()[:2])
        if len(found) == 1:
            return found[0]
    return None


def check_caller(merchant: Merchant, said: dict[str, str], *, by: Any, now: datetime) -> CallerCheck:
    """The try is on record; where at least two answers were given and all are right, the merchant is open to `by` for a while.

    Raises `Refused`: "too_few" without a trace, "too_many" once the policy's number has failed within a day, for whoever
    tries; "no_match" for a try that failed, which says not what was wrong.
    """
    given = {name: text.strip() for name, text in said.items() if name in QUESTIONS and text.strip()}
    if len(given) < LEAST:
        raise Refused(_("Ask for at least two of these."), code="too_few")
    policy = current_policy()
    with transaction.atomic():
        # Tries at once come one after the other, so that none slips past the limit.
        lock_in_order(merchant)
        if CallerCheck.objects.failed_since(merchant, now - DAY) >= policy.caller_tries:
            record("caller_check_refused", by=by, now=now, subject=merchant)
            passed, check = False, None
        else:
            passed = all(_is_right(merchant, name, text) for name, text in given.items())
            check = CallerCheck.objects.create(
                merchant=merchant,
                branch=merchant.branch,
                by=by,
                at=now,
                asked=sorted(given),
                opens_until=now + timedelta(minutes=policy.caller_minutes) if passed else None,
            )
            detail = {"asked": sorted(given), "passed": passed}
            record("caller_checked", by=by, now=now, subject=merchant, detail=detail)
    if check is None:
        raise Refused(
            _("Too many checks have failed for this merchant. Ask the caller to come to the branch."),
            code="too_many",
        )
    if not passed:
        raise Refused(
            _("What the caller says does not match. Tell the caller no more than that."), code="no_match"
        )
    return check


def _is_right(merchant: Merchant, name: str, text: str) -> bool:
    held = normalise(QUESTIONS[name][1](merchant) or "")
    return bool(held) and constant_time_compare(held, normalise(text))
