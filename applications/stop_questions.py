"""What a stop has to say before it can be filed, and which of its approvals wait for a second person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.missing import Missing
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import day
from terminals.models import StopReason

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from applications.models.deactivation import Deactivation

PAGE = "request"


def reasons_for(initiator: str) -> QuerySet[StopReason]:
    """The reasons that whoever asks may give."""
    return StopReason.objects.filter(is_active=True, **{f"for_{initiator}": True})


def unanswered(case: Deactivation, *, on: date) -> Iterator[Missing]:
    """What is empty or contradicts itself, in the order of the page."""
    if not case.terminals_claimed():
        yield Missing(PAGE, "chosen", _("Choose the terminals."))
    if case.reason is None:
        yield Missing(PAGE, "reason", _("Choose the reason."))
    elif not reasons_for(case.initiator).filter(pk=case.reason_id).exists():
        yield Missing(PAGE, "reason", _("This reason is not offered. Choose another one."))
    if case.initiator in ("bank", "authority") and not case.reason_text:
        yield Missing(PAGE, "reason_text", _("Say on what facts the stop is based."))
    yield from _days(case, on=on)
    if not case.is_temporary:
        yield from _return(case)
        if case.initiator == "merchant" and not case.is_unusable:
            yield from _declarations(case)


def _days(case: Deactivation, *, on: date) -> Iterator[Missing]:
    if case.is_emergency:
        return
    earliest = case.earliest_stop(on)
    if case.stop_on is None:
        yield Missing(PAGE, "stop_on", _("Choose the day of the stop."))
    elif case.stop_on < earliest:
        yield Missing(
            PAGE,
            "stop_on",
            _("The earliest day is %(day)s. Choose that or a later one.") % {"day": day(earliest)},
        )
    if not case.is_temporary:
        return
    most = current_policy().closure_days
    if case.resume_on is None:
        yield Missing(PAGE, "resume_on", _("Choose the day on which it is in use again."))
    elif case.stop_on and case.resume_on <= case.stop_on:
        yield Missing(PAGE, "resume_on", _("It is in use again after the day on which it closes."))
    elif case.stop_on and (case.resume_on - case.stop_on).days > most:
        said = ngettext(
            "A planned closure lasts %(most)d day at most. For longer, have the terminal stopped.",
            "A planned closure lasts %(most)d days at most. For longer, have the terminal stopped.",
            most,
        )
        yield Missing(PAGE, "resume_on", said % {"most": most})


def _return(case: Deactivation) -> Iterator[Missing]:
    if not case.return_way:
        yield Missing(PAGE, "return_way", _("Choose how the device goes back."))
    elif case.return_way == case.Way.PICK_UP and not case.return_address:
        yield Missing(PAGE, "return_address", _("Say where the device is picked up."))


def _declarations(case: Deactivation) -> Iterator[Missing]:
    if not case.declares_settled:
        yield Missing(PAGE, "declares_settled", _("Tick it once everything is settled."))
    if not case.declares_cleared:
        yield Missing(PAGE, "declares_cleared", _("Tick it once no data of cardholders is kept."))


def reasons_to_hold(case: Deactivation, outcome: str) -> Iterator[str]:
    """An emergency always, whatever is decided; stops by the bank and stops without notice as the policy says."""
    if case.is_emergency:
        yield "emergency"
        return
    policy = current_policy()
    if outcome != "approved" or case.initiator not in ("bank", "authority"):
        return
    if policy.hold_bank_stops:
        yield "bank_stop"
    if policy.hold_early_stops and case.is_early():
        yield "early_stop"
