"""Terminals of a merchant whose particulars have run out: suspended after notice and grace, in use again once that is put right."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import day
from merchants.expiry import overdue_notices
from merchants.models import Expiring, ExpiryNotice, Merchant
from terminals.models import Suspension, SuspensionReason, Terminal

REASONS = {
    Expiring.LICENCE: "documents_expired",
    Expiring.IDENTITY: "documents_expired",
    Expiring.ATTESTATION: "not_attested",
}


def suspended_for_expiry() -> QuerySet[Suspension]:
    """Suspensions in force that a formal notice went before."""
    return Suspension.objects.filter(ended_at=None, expiry_notice__isnull=False)


def suspend_overdue(merchant: Merchant, *, excepting: Collection[str], by, now: datetime) -> int:
    """The merchant's terminals in use are suspended where a notice has stood through its time of grace; how many were.

    What is `excepting` (of `Expiring`) is about to be put right. Raises `Refused` where nothing is overdue.
    """
    with merchant.locked(now=now):
        notices = overdue_notices(merchant, on=local_date(now))
        overdue = [notice for notice in notices if notice.about not in excepting]
        if not overdue:
            raise Refused(_("Nothing of this merchant is overdue."), code="wrong_state")
        active = _in_order(merchant.terminals.filter(status=Terminal.Status.ACTIVE))
        for terminal in active:
            _suspend(terminal, overdue[0], by=by, now=now)
        return len(active)


def lift(merchant: Merchant, *, by, now: datetime) -> int:
    """Terminals that were suspended for what has been put right are in use again, and no others; how many."""
    with merchant.locked(now=now):
        if overdue_notices(merchant, on=local_date(now)):
            return 0
        held = suspended_for_expiry().filter(terminal__merchant=merchant)
        suspensions = {each.terminal_id: each for each in held}
        terminals = _in_order(Terminal.objects.filter(pk__in=suspensions))
        for terminal in terminals:
            terminal.resume_from(
                suspensions[terminal.pk], by=by, now=now, note=_("Put right by the merchant")
            )
        return len(terminals)


def _suspend(terminal: Terminal, notice: ExpiryNotice, *, by, now: datetime) -> None:
    note = _("%(document)s: good until %(until)s, notice given on %(noticed)s") % {
        "document": notice.get_about_display(),
        "until": day(notice.good_until),
        "noticed": day(notice.at),
    }
    reason = SuspensionReason.objects.get(pk=REASONS[Expiring(notice.about)])
    terminal.suspend(by=by, now=now, reason=reason, note=note, expiry_notice=notice)


def _in_order(terminals: QuerySet[Terminal]) -> list[Terminal]:
    """As everybody locks several of them, by key."""
    return list(terminals.order_by("pk"))
