"""What of the merchants stands on the desk's first page: whose papers run out, or have."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel.clock import local_date
from config.kernel.counting import counted, printed
from config.kernel.dashboard import FirstPage, Line, Table, branches_asked
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import day
from config.kernel.templatetags.status_tags import tag
from merchants.desk.shown import name_of
from merchants.expiry import DOCUMENTS, papers_ending_by
from merchants.models import Expiring, Merchant

LINES = 5


def shown(request: HttpRequest, now: datetime) -> FirstPage:
    """For who may see merchants: the papers that ran out first, and those that are next."""
    if not request.user.has_perm("merchants.view_merchant"):
        return FirstPage()
    today = local_date(now)
    last_day = today + timedelta(days=current_policy().expiry_days_first)
    customers = Merchant.objects.filter(branch__in=branches_asked(request))
    total = counted({"ending": customers.filter(papers_ending_by(last_day))})["ending"]
    table = Table(
        key="papers",
        title=_("Papers near their end"),
        total=printed(total),
        url=f"{reverse('admin:merchants_merchant_changelist')}?papers=near",
        headings=(_("Merchant"), _("Paper"), _("Valid until")),
        lines=_lines(customers, last_day, today) if total else [],
        empty=_("No paper runs out in the next %(days)s days.") % {"days": (last_day - today).days},
    )
    return FirstPage([], [], [table])


def _lines(customers: QuerySet, last_day: date, today: date) -> list[Line]:
    """The first of each kind of paper, by the order of its index, and of these the first of all."""
    found: list[tuple[date, Merchant, Expiring]] = []
    for about, (column, is_long_term) in DOCUMENTS.items():
        ending = customers.filter(**{f"{column}__lte": last_day, is_long_term: False})
        if about == Expiring.LICENCE:
            ending = ending.exclude(uscc="")
        first = ending.exclude(status=Merchant.Status.CLOSED).order_by(column, "id")[:LINES]
        found += [(getattr(merchant, column), merchant, about) for merchant in first]
    found.sort(key=lambda one: (one[0], one[1].pk))
    return [_line(merchant, about, until, today) for until, merchant, about in found[:LINES]]


def _line(merchant: Merchant, about: Expiring, until: date, today: date) -> Line:
    left = (until - today).days
    said = ngettext("%(day)s, %(count)d day left", "%(day)s, %(count)d days left", left)
    return Line(
        number=merchant.number,
        url=reverse("admin:merchants_merchant_change", args=[merchant.pk]),
        about=name_of(merchant),
        holder=str(about.label),
        pressing=tag("bad", day(until), "exclamation-circle")
        if left < 0
        else tag("warn", said % {"day": day(until), "count": left}, "clock"),
    )
