"""Particulars that hold for a time: the licence, the responsible person's document, and the merchant's own word on all of them.

People of the merchant are reminded ahead. Once the last good day is over the bank gives formal notice with a time of grace;
what follows when that has passed too is the rooms' above. Acquiring rules: the particulars of a customer are verified anew
every year, and nobody is served on papers that have expired.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import DateTimeField, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.accounts.roles import MemberRight
from config.kernel.clock import end_of_day, last_day_over, local_date, months_after
from config.kernel.lifecycle import Refused, reread_locked
from config.kernel.outbox import enqueue
from config.kernel.policy import Policy, current_policy
from config.kernel.sweeping import sweep_rows
from config.kernel.templatetags.formats import day
from merchants.models import Attestation, Expiring, ExpiryNotice, Merchant
from merchants.particulars import Particulars
from merchants.people import objection_to

# The columns of each document: its last day, and that it has none.
DOCUMENTS = {
    Expiring.LICENCE: ("licence_to", "licence_is_long_term"),
    Expiring.IDENTITY: ("responsible_id_to", "responsible_id_is_long_term"),
}


class Expiry(NamedTuple):
    """One of the particulars and the last day on which it holds."""

    about: Expiring
    good_until: date

    def days_left(self, on: date) -> int:
        return (self.good_until - on).days

    def is_over(self, on: date) -> bool:
        return self.good_until < on


def document_good_until(particulars: Particulars, about: Expiring) -> date | None:
    """The last day of the document, by whoever carries the particulars; None where there is no document, or no last day."""
    if about == Expiring.LICENCE and particulars.is_micro:
        return None
    last_day, is_long_term = DOCUMENTS[about]
    return None if getattr(particulars, is_long_term) else getattr(particulars, last_day)


def expiries_of(merchant: Merchant, *, policy: Policy, attested_at: datetime | None = None) -> list[Expiry]:
    """What of it holds for a time, the nearest end first; nothing of a merchant that is no customer any more.

    `attested_at` is the last confirmation, where it has been read already.
    """
    if merchant.status == Merchant.Status.CLOSED:
        return []
    if attested_at is None:
        attested_at = merchant.attestations.aggregate(last=Max("at"))["last"]
    attested_on = local_date(attested_at or merchant.onboarded_at)
    found = [Expiry(Expiring.ATTESTATION, months_after(attested_on, policy.attestation_months))]
    documents = {about: document_good_until(merchant, about) for about in DOCUMENTS}
    found += [Expiry(about, last_day) for about, last_day in documents.items() if last_day]
    return sorted(found, key=lambda expiry: expiry.good_until)


def running_out_by(about: Expiring, last_day: date, *, policy: Policy) -> QuerySet[Merchant]:
    """Customers of whom this holds until that day at the latest."""
    customers = Merchant.objects.exclude(status=Merchant.Status.CLOSED)
    if about == Expiring.ATTESTATION:
        latest = Attestation.objects.filter(merchant=OuterRef("pk")).order_by("-at").values("at")[:1]
        counted = Coalesce(Subquery(latest), F("onboarded_at"), output_field=DateTimeField())
        since = end_of_day(last_day_over(last_day, policy.attestation_months))
        return customers.annotate(attested=counted).filter(attested__lte=since)
    column, is_long_term = DOCUMENTS[about]
    if about == Expiring.LICENCE:
        customers = customers.exclude(uscc="")
    return customers.filter(**{f"{column}__lte": last_day, is_long_term: False})


def papers_ending_by(last_day: date) -> Q:
    """The condition of customers of whom the licence or the responsible person's document holds until that day at the latest."""
    ending = Q()
    for about, (column, is_long_term) in DOCUMENTS.items():
        until = Q(**{f"{column}__lte": last_day, is_long_term: False})
        ending |= until & ~Q(uscc="") if about == Expiring.LICENCE else until
    return ending & ~Q(status=Merchant.Status.CLOSED)


# -- telling -----------------------------------------------------------------------------------------------------------


def tell_all(now: datetime) -> int:
    """Everybody whose particulars run out, or have, has been told what is due to be told; how many notices were given now.

    Twice changes nothing more. A reminder that was missed is not made up for: the nearest one says what is left.
    """
    on, policy = local_date(now), current_policy()
    horizon = on + timedelta(days=max(_levels(policy)))
    given = 0
    for about in Expiring:

        def tell(merchant: Merchant, about: Expiring = about) -> None:
            if not _is_to_be_told(merchant, about, on=on, policy=policy):
                raise Refused(_("The merchant has been told of this already."), code="told")
            _tell(merchant, about, now=now, policy=policy)

        given += sweep_rows(running_out_by(about, horizon, policy=policy), tell)
    return given


def formal_notices(merchant: Merchant, *, on: date) -> list[ExpiryNotice]:
    """Those that stand: what they speak of has run out and has not been put right since."""
    over = [each for each in expiries_of(merchant, policy=current_policy()) if each.is_over(on)]
    if not over:
        return []
    spoken_of = Q()
    for each in over:
        spoken_of |= Q(about=each.about, good_until=each.good_until)
    return list(merchant.expiry_notices.filter(spoken_of, days_ahead=0).order_by("suspends_on", "pk"))


def still_stands(notice: ExpiryNotice, *, on: date) -> bool:
    """Whether this is a formal notice and what it speaks of has not been put right, by the record as it is now."""
    return notice in formal_notices(Merchant.objects.get(pk=notice.merchant_id), on=on)


def overdue_notices(merchant: Merchant, *, on: date) -> list[ExpiryNotice]:
    """Those that stand and whose time of grace has passed."""
    standing = formal_notices(merchant, on=on)
    return [notice for notice in standing if notice.suspends_on and notice.suspends_on <= on]


# -- confirming --------------------------------------------------------------------------------------------------------


def attest_objection(merchant: Merchant, *, by, now: datetime) -> str:
    """Why this person cannot confirm now that the particulars are right still, or ""."""
    return objection_to(MemberRight.ATTEST, by, merchant) or nothing_to_attest(
        expiries_of(merchant, policy=current_policy()), on=local_date(now), policy=current_policy()
    )


def nothing_to_attest(expiries: list[Expiry], *, on: date, policy: Policy) -> str:
    """Why there is nothing that anybody could confirm now, or ""."""
    due = [each for each in expiries if each.about == Expiring.ATTESTATION]
    if not due:
        return _("This merchant is closed; its record stays as it is.")
    if due[0].days_left(on) > policy.expiry_days_first:
        return _("There is nothing to confirm now. It is asked for by %(day)s.") % {
            "day": day(due[0].good_until)
        }
    for each in expiries:
        if each.about != Expiring.ATTESTATION and each.is_over(on):
            return _(
                "%(document)s: it has expired, so it has to be changed first. That counts as the confirmation."
            ) % {"document": each.about.label}
    return ""


def attest(merchant: Merchant, *, by, now: datetime) -> Attestation:
    """On record that the merchant says its particulars are right; asked again after the months of the policy.

    Raises `Refused` with the objection.
    """
    with merchant.acting(
        "particulars_attested", by=by, now=now, unless=lambda: attest_objection(merchant, by=by, now=now)
    ):
        return Attestation.objects.create(merchant=merchant, at=now, by=by)


# -- private -----------------------------------------------------------------------------------------------------------


def _levels(policy: Policy) -> set[int]:
    return {policy.expiry_days_first, policy.expiry_days_second, policy.expiry_days_last}


def _days_ahead(expiry: Expiry, *, on: date, policy: Policy) -> int | None:
    """By which notice the merchant is to know of it that day: the nearest reminder, 0 for the formal notice; None for none."""
    if expiry.is_over(on):
        return 0
    left = expiry.days_left(on)
    # On the last day itself there is nothing to be said that the next one does not say.
    return min((level for level in _levels(policy) if 1 <= left <= level), default=None)


def _due_notice(
    merchant: Merchant, about: Expiring, *, on: date, policy: Policy
) -> tuple[Expiry, int] | None:
    for each in expiries_of(merchant, policy=policy):
        ahead = _days_ahead(each, on=on, policy=policy) if each.about == about else None
        if ahead is not None:
            told = merchant.expiry_notices.filter(
                about=about, good_until=each.good_until, days_ahead=ahead
            ).exists()
            return None if told else (each, ahead)
    return None


def _is_to_be_told(merchant: Merchant, about: Expiring, *, on: date, policy: Policy) -> bool:
    return _due_notice(merchant, about, on=on, policy=policy) is not None


def _tell(merchant: Merchant, about: Expiring, *, now: datetime, policy: Policy) -> None:
    """Under the lock asked again: new dates may have taken effect since the list was read."""
    on = local_date(now)
    with transaction.atomic():
        reread_locked(merchant)
        due = _due_notice(merchant, about, on=on, policy=policy)
        if due is None:
            raise Refused(_("The merchant has been told of this already."), code="told")
        expiry, ahead = due
        is_formal = ahead == 0
        days_left = policy.expiry_grace_days if is_formal else expiry.days_left(on)
        notice = ExpiryNotice.objects.create(
            merchant=merchant,
            about=about,
            good_until=expiry.good_until,
            days_ahead=ahead,
            at=now,
            suspends_on=on + timedelta(days=days_left) if is_formal else None,
        )
        kind = f"{about.value}_expired" if is_formal else f"{about.value}_expiring"
        for person in _people_of(merchant):
            enqueue(
                kind,
                recipient=person,
                subject=merchant,
                context={"days_left": days_left},
                now=now,
                event=f"{kind}:{notice.pk}",
            )


def _people_of(merchant: Merchant) -> QuerySet[User]:
    return User.objects.active().filter(is_staff=False, memberships__merchant=merchant).order_by("pk")
