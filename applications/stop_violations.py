"""The case of violation that the reason of a stop opens: with the stop, and gone with its revocation as far as nothing is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from terminals.models import Terminal
from terminals.returns.violations import dismiss_with_stop, open_for_stop

if TYPE_CHECKING:
    from applications.models.deactivation import Deactivation


def open_violation_of(case: Deactivation, stopped: Sequence[Terminal], *, by, now: datetime) -> None:
    """Open once the stop has taken effect, and not before: the merchant hears of both at the same time.

    The facts are those of the stop, in the language of the bank's papers; of a confidential reason nothing is told.
    """
    reason = case.reason
    if reason is None or not reason.opens_violation:
        return
    with translation.override(settings.LANGUAGE_CODE):
        open_for_stop(
            reason.violation_category,
            merchant=case.customer,
            terminals=stopped,
            facts=case.reason_text or reason.text,
            is_confidential=reason.is_confidential,
            application_number=case.number,
            by=by,
            now=now,
        )


def dismiss_violation_of(case: Deactivation, *, by, now: datetime) -> None:
    """The stop was revoked, so what it was about is held against nobody, unless it is decided."""
    note = _("The stop by application %(number)s was revoked.") % {"number": case.number}
    dismiss_with_stop(case.number, by=by, now=now, note=note)
