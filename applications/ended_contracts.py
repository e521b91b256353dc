"""Contracts that end with the last terminal, where a stop of all of them was granted; swept every night."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.blockers import WITH_SOMEBODY
from applications.models import Application, Deactivation
from config.accounts.models import User
from config.kernel.clock import local_date
from config.kernel.sweeping import sweep_rows
from merchants.models import Merchant
from terminals.models import Terminal

SWEPT_AT_HOUR = 3


def close_nightly(now: datetime) -> int:
    """For the worker, called every minute: all of it happens between three and four in the morning, and is whole each time."""
    return close_ended(now) if timezone.localtime(now).hour == SWEPT_AT_HOUR else 0


def close_ended(now: datetime) -> int:
    """Every merchant all of whose terminals were to stop, and have, is a customer no more; how many."""
    cron, today = User.objects.system("cron"), local_date(now)
    return sweep_rows(_due(), lambda merchant: merchant.close(by=cron, now=now, on=today))


def still_open(merchant: Merchant) -> list[str]:
    """One sentence for each application of the merchant that is not decided."""
    open_ones = Application.objects.filter(merchant=merchant, status__in=WITH_SOMEBODY).order_by("pk")
    sentence = _("Application %(number)s is not decided yet.")
    return [sentence % {"number": number} for number in open_ones.values_list("number", flat=True)]


def _due():
    """Whoever was given new terminals since goes on as a customer."""
    live = Terminal.objects.live().filter(merchant=OuterRef("pk"))
    newer = Terminal.objects.filter(merchant=OuterRef("merchant"), provisioned_at__gt=OuterRef("effected_at"))
    whole = Deactivation.objects.filter(
        ~Exists(newer),
        merchant=OuterRef("pk"),
        scope=Deactivation.Scope.WHOLE,
        effected_at__isnull=False,
        revoked_at=None,
    )
    return Merchant.objects.exclude(status=Merchant.Status.CLOSED).filter(Exists(whole), ~Exists(live))
