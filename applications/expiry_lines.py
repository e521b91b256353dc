"""What runs out when, what happens then and the one thing to do about it: the same words for a merchant's people and for the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Max
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.expired_particulars import changes_in_hand, curing
from applications.models import Application, InformationChange
from config.accounts.roles import MemberRight
from config.kernel.clock import local_date
from config.kernel.policy import Policy, current_policy
from config.kernel.templatetags.formats import day
from merchants.expiry import DOCUMENTS, Expiry, expiries_of, nothing_to_attest
from merchants.models import Attestation, Expiring, ExpiryNotice, Merchant
from merchants.people import objection_to
from terminals.models import Terminal
from terminals.page_parts import Link

Kind, Status = Application.Kind, Application.Status


class Line(NamedTuple):
    """One of the particulars of a merchant. Where `can_attest`, the thing to do is the button; `why_not` greys it."""

    merchant: Merchant
    about: str
    title: str
    text: str
    is_near: bool
    is_over: bool
    url: str = ""
    action: str = ""
    can_attest: bool = False
    why_not: str = ""

    @property
    def tone(self) -> str:
        return "bad" if self.is_over else "warn"


def lines_of(merchants: Iterable[Merchant], *, now: datetime, reader: Any = None) -> list[Line]:
    """A line for each of the particulars of these merchants, by as many queries however many they are.

    For a `reader` among their people with what can be done, and then only what is near its end or past it.
    """
    known = _Known(list(merchants), now)
    found = [
        _line(merchant, each, known) for merchant in known.merchants for each in known.expiries[merchant.pk]
    ]
    if reader is None:
        return found
    return [_with_action(line, known, reader) for line in found if line.is_near]


def tasks_of(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    """On the page of a terminal: what would suspend it, or has."""
    if terminal.status in Terminal.ENDED:
        return []
    lines = lines_of([terminal.merchant], now=now, reader=reader)
    return [
        Link(
            line.title, line.url or f"{reverse('home')}#expiring", line.why_not or line.text, "identification"
        )
        for line in lines
    ]


class _Known:
    """What the lines are made of, read once for all of them."""

    def __init__(self, merchants: list[Merchant], now: datetime) -> None:
        self.merchants, self.on, self.policy = merchants, local_date(now), current_policy()
        attested = Attestation.objects.filter(merchant__in=merchants).order_by().values("merchant")
        self.attested = dict(attested.annotate(last=Max("at")).values_list("merchant", "last"))
        self.expiries = {each.pk: self._expiries(each) for each in merchants}
        formal = ExpiryNotice.objects.filter(merchant__in=merchants, days_ahead=0)
        self.notices = {(each.merchant_id, each.about, each.good_until): each for each in formal}
        in_hand = changes_in_hand(merchants) if merchants else []
        self.cures = {
            each.pk: curing((change for change in in_hand if change.merchant_id == each.pk), on=self.on)
            for each in merchants
        }

    @cached_property
    def begun(self) -> dict[int, str]:
        """By merchant, the change that its people are writing."""
        writing = [Status.DRAFT, Status.RETURNED]
        begun = InformationChange.objects.filter(merchant__in=self.merchants, status__in=writing)
        return dict(begun.order_by("pk").values_list("merchant", "number"))

    def _expiries(self, merchant: Merchant) -> list[Expiry]:
        attested_at = self.attested.get(merchant.pk, merchant.onboarded_at)
        return expiries_of(merchant, policy=self.policy, attested_at=attested_at)


def _line(merchant: Merchant, expiry: Expiry, known: _Known) -> Line:
    return Line(
        merchant=merchant,
        about=expiry.about,
        title=_title(expiry, known.on),
        text=_what_happens(merchant, expiry, known),
        is_near=expiry.days_left(known.on) <= known.policy.expiry_days_first,
        is_over=expiry.is_over(known.on),
    )


def _title(expiry: Expiry, on: date) -> str:
    facts: dict[str, Any] = {"what": expiry.about.label, "day": day(expiry.good_until)}
    if expiry.is_over(on):
        return _("%(what)s: ran out on %(day)s") % facts
    left = expiry.days_left(on)
    said = ngettext(
        "%(what)s: good until %(day)s, %(count)d day left",
        "%(what)s: good until %(day)s, %(count)d days left",
        left,
    )
    return said % {**facts, "count": left}


def _what_happens(merchant: Merchant, expiry: Expiry, known: _Known) -> str:
    notice = (
        known.notices.get((merchant.pk, expiry.about, expiry.good_until))
        if expiry.is_over(known.on)
        else None
    )
    suspends_on = notice.suspends_on if notice else None
    is_suspended = suspends_on is not None and suspends_on <= known.on
    if change := known.cures[merchant.pk].get(expiry.about):
        said = (
            _(
                "Change %(number)s is with the bank. Once it takes effect, terminals suspended for this are in use again."
            )
            if is_suspended
            else _("Change %(number)s is with the bank. Meanwhile nothing is suspended for this.")
        )
        return said % {"number": change.number}
    if is_suspended:
        return _("Terminals are suspended until it is put right. Then they are in use again by themselves.")
    if suspends_on:
        return _(
            "The bank has given notice: unless it is put right, the terminals are suspended on %(day)s."
        ) % {"day": day(suspends_on)}
    return _after_that_day(known.policy)


def _after_that_day(policy: Policy) -> str:
    said = ngettext(
        "Once that day is over the bank gives notice, and %(count)d day later the terminals are suspended.",
        "Once that day is over the bank gives notice, and %(count)d days later the terminals are suspended.",
        policy.expiry_grace_days,
    )
    return said % {"count": policy.expiry_grace_days}


def _with_action(line: Line, known: _Known, reader: Any) -> Line:
    if change := known.cures[line.merchant.pk].get(line.about):
        url = reverse("applications:status", args=[change.number])
        return line._replace(url=url, action=_("See the application"))
    if line.about == Expiring.ATTESTATION:
        expiries = known.expiries[line.merchant.pk]
        if why_not := nothing_to_attest(expiries, on=known.on, policy=known.policy):
            return line._replace(why_not=why_not)
        return line._replace(
            can_attest=True,
            why_not=objection_to(MemberRight.ATTEST, reader, line.merchant),
        )
    field = DOCUMENTS[Expiring(line.about)][0]
    if number := known.begun.get(line.merchant.pk):
        url = reverse("applications:request", args=[number])
        return line._replace(url=f"{url}?focus={field}#id_{field}", action=_("Go on with the change"))
    url = reverse("applications:new_request", args=[Kind.CHANGE])
    return line._replace(
        url=f"{url}?merchant={line.merchant.number}&focus={field}", action=_("Enter the new dates")
    )
