"""The stop of terminals that nobody has used for twelve months, asked for by the system; a reviewer grants it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.filing import start_request
from applications.models import Application, Deactivation
from config.accounts.models import User
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from config.kernel.policy import current_policy
from config.kernel.sweeping import sweep_rows
from config.kernel.templatetags.formats import day
from terminals.dormancy import due_to_stop
from terminals.models import Terminal

Kind, Status = Application.Kind, Application.Status
FILED_AT_HOUR = 5
UNUSED = "d1_unused_12_months"


def file_nightly(now: datetime) -> int:
    """For the worker, called every minute: all of it happens between five and six in the morning, and is whole each time."""
    return file_due(now) if timezone.localtime(now).hour == FILED_AT_HOUR else 0


def file_due(now: datetime) -> int:
    """A stop is with the reviewers for every terminal that is due and of which none is open; how many were filed now.

    After one was refused, called off or revoked, the next is not asked for before the days of the policy have passed.
    """
    cron = User.objects.system("cron")
    return sweep_rows(_due(now), lambda terminal: _file(terminal, by=cron, now=now))


def _due(now: datetime) -> QuerySet[Terminal]:
    since = now - timedelta(days=current_policy().unused_again_days)
    about = Deactivation.objects.filter(terminal_links__terminal=OuterRef("pk"))
    in_hand = Q(status__in=[Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED])
    granted = Q(status=Status.APPROVED, effected_at=None, called_off_at=None)
    answered = Q(decided_at__gte=since, status=Status.REJECTED)
    undone = Q(called_off_at__gte=since) | Q(revoked_at__gte=since)
    of_the_system = Q(initiator=Deactivation.Initiator.SYSTEM) & (answered | undone)
    return due_to_stop(local_date(now)).exclude(Exists(about.filter(in_hand | granted | of_the_system)))


def _file(terminal: Terminal, *, by, now: datetime) -> None:
    with transaction.atomic():
        one: Any = start_request(
            Kind.DEACTIVATION,
            merchant=terminal.merchant,
            terminal=terminal,
            applicant=by,
            by=by,
            now=now,
            initiator=Deactivation.Initiator.SYSTEM,
        )
        used_at = terminal.last_transaction_at or terminal.activated_at
        with one.revising(by=by, now=now):
            one.reason_id = UNUSED
            one.reason_text = _("Last used on %(day)s") % {"day": day(used_at)}
            one.stop_on = add_working_days(local_date(now), current_policy().stop_notice_working_days)
            one.return_way = Deactivation.Way.BRANCH
        one.submit(by=by, now=now)
