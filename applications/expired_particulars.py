"""Particulars that run out: what the night does of it, and the merchant's word that they are right still.

While the bank has a change in hand that would put something right, nothing is suspended for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Application, InformationChange
from applications.models.information_change import OF_THE_PARTY
from config.accounts.models import User
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.sweeping import sweep_rows
from merchants.expiry import DOCUMENTS, attest, document_good_until, tell_all
from merchants.models import Attestation, Expiring, ExpiryNotice, Merchant
from terminals.expired_particulars import lift, suspend_overdue, suspended_for_expiry
from terminals.models import Terminal

Status = Application.Status
SWEPT_AT_HOUR, EVERY_MINUTES = 2, 20


def sweep_nightly(now: datetime) -> None:
    """For the worker, called every minute: a few times between two and three in the morning, since each time is whole."""
    local = timezone.localtime(now)
    if local.hour == SWEPT_AT_HOUR and local.minute % EVERY_MINUTES == 0:
        sweep(now)


def sweep(now: datetime) -> tuple[int, int, int]:
    """How many merchants' terminals were resumed, how many notices given, how many merchants' terminals suspended.

    Twice changes nothing more.
    """
    cron = User.objects.system("cron")

    def resume(merchant: Merchant) -> None:
        if not lift(merchant, by=cron, now=now):
            raise Refused(_("It has not been put right."), code="wrong_state")

    def suspend(merchant: Merchant) -> None:
        about = curing(changes_in_hand([merchant]), on=local_date(now))
        suspend_overdue(merchant, excepting=about, by=cron, now=now)

    return (
        sweep_rows(_held(), resume),
        tell_all(now),
        sweep_rows(_past_grace(local_date(now)), suspend),
    )


def confirm_particulars(merchant: Merchant, *, by, now: datetime) -> Attestation:
    """On record that the merchant says its particulars are right; terminals that were suspended for that alone are in use again.

    Raises `Refused` with the objection of `merchants.expiry.attest`.
    """
    with transaction.atomic():
        said = attest(merchant, by=by, now=now)
        lift(merchant, by=User.objects.system("cron"), now=now)
        return said


def changes_in_hand(merchants: Iterable[Merchant]) -> list[InformationChange]:
    """Changes of these merchants that the bank reviews, or has granted and that are about to take effect, the newest first."""
    granted = Q(status=Status.APPROVED, effected_at=None, called_off_at=None)
    with_bank = Q(status__in=[Status.SUBMITTED, Status.UNDER_REVIEW])
    found = InformationChange.objects.filter(with_bank | granted, merchant__in=list(merchants))
    return list(found.select_related("merchant").order_by("-pk"))


def curing(changes: Iterable[InformationChange], *, on: date) -> dict[str, InformationChange]:
    """What these changes of one merchant would put right, each with the change that does."""
    found: dict[str, InformationChange] = {}
    for change in changes:
        for about in DOCUMENTS:
            good_until = document_good_until(change, about)
            if good_until is None or good_until >= on:
                found.setdefault(about, change)
        if change.changed & set(OF_THE_PARTY):
            found.setdefault(Expiring.ATTESTATION, change)
    return found


def _held() -> QuerySet[Merchant]:
    held = suspended_for_expiry().filter(terminal__merchant=OuterRef("pk"))
    return Merchant.objects.filter(Exists(held))


def _past_grace(on: date) -> QuerySet[Merchant]:
    """Nobody who has put it right since: they would be looked at every night for ever."""
    notices = ExpiryNotice.objects.filter(merchant=OuterRef("pk"), suspends_on__lte=on)
    said_since = Attestation.objects.filter(merchant=OuterRef("merchant"), at__gt=OuterRef("at"))
    as_it_is = Q(Q(about=Expiring.ATTESTATION), ~Exists(said_since))
    for about, (last_day, is_long_term) in DOCUMENTS.items():
        as_it_is |= Q(
            **{
                "about": about,
                "good_until": F(f"merchant__{last_day}"),
                f"merchant__{is_long_term}": False,
            }
        )
    notices = notices.filter(as_it_is)
    active = Terminal.objects.filter(merchant=OuterRef("pk"), status=Terminal.Status.ACTIVE)
    return Merchant.objects.filter(Exists(notices), Exists(active))
