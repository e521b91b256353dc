"""Terminals that nobody uses: after three months their merchant is verified anew, after twelve they are stopped (acquiring rules).

Nothing is said of days that the host has not reported yet: an unknown transaction is not one that never was.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.accounts.roles import MemberRight
from config.kernel.audit import record
from config.kernel.clock import end_of_day, last_day_over, local_date, months_after
from config.kernel.lifecycle import Refused, reread_locked
from config.kernel.policy import Policy, current_policy
from config.kernel.sweeping import sweep_rows
from merchants.people import objection_to
from terminals.announcing import About, announce
from terminals.models import HostReport, Terminal, UseConfirmation

Status = Terminal.Status
COUNTED = {
    About.VERIFICATION: (Status.ACTIVE,),
    About.STOP: (Status.ACTIVE, Status.SUSPENDED, Status.DORMANT_REVIEW),
}
# Where the host has been silent for longer, nothing is announced.
FRESH_FOR = timedelta(days=7)
SWEPT_AT_HOUR, EVERY_MINUTES = 4, 10
# How many terminals are read and written by one statement.
HEARD_AT_ONCE = 500


class Ahead(NamedTuple):
    """What becomes of an unused terminal, and on which day."""

    about: About
    due_on: date

    def days_left(self, on: date) -> int:
        return (self.due_on - on).days


def known_until() -> date | None:
    """The day up to which the host has reported; None before its first list."""
    return HostReport.objects.aggregate(day=Max("reaches_to"))["day"]


def last_used_on(terminal: Terminal, about: About) -> date | None:
    """The day from which the months count: the last transaction, as far as known, or the activation where that is later; for
    the verification also the last confirmation. None before the first activation."""
    moments = [terminal.last_transaction_at, terminal.activated_at]
    if about == About.VERIFICATION:
        moments.append(terminal.use_confirmed_at)
    return max((local_date(moment) for moment in moments if moment), default=None)


def ahead_of(terminal: Terminal, policy: Policy) -> list[Ahead]:
    """What lies ahead of this terminal if nobody uses it, the nearest first; nothing of a spare."""
    found = []
    for about, statuses in COUNTED.items():
        used_on = last_used_on(terminal, about)
        if used_on and terminal.status in statuses and not terminal.is_spare:
            found.append(Ahead(about, months_after(used_on, _months(about, policy))))
    return sorted(found, key=lambda ahead: ahead.due_on)


def announced(terminal: Terminal, *, on: date, policy: Policy, known: date | None) -> Ahead | None:
    """The nearest of it, where it lies within the days of the announcements and the host's lists are fresh."""
    if known is None or known < on - FRESH_FOR:
        return None
    near = [one for one in ahead_of(terminal, policy) if one.days_left(on) <= policy.notice_days_first]
    return near[0] if near else None


def due_to_stop(on: date) -> QuerySet[Terminal]:
    """Terminals that have not been used for as long as the policy allows, as far as the host has reported by that day.

    Spares excepted; where no transaction is known, the months count from the activation.
    """
    return _due(About.STOP, on, current_policy())


def due_for_verification(on: date) -> QuerySet[Terminal]:
    """Terminals in use that neither a transaction nor a confirmation has spoken for, as `due_to_stop`."""
    return _due(About.VERIFICATION, on, current_policy())


def sweep_nightly(now: datetime) -> None:
    """For the worker, called every minute: several times between four and five in the morning, since each time is whole."""
    local = timezone.localtime(now)
    if local.hour == SWEPT_AT_HOUR and local.minute % EVERY_MINUTES == 0:
        sweep(now)


def sweep(now: datetime) -> tuple[int, int]:
    """What is due of unused terminals is found, what lies ahead is announced; how many of both. Twice changes nothing more."""
    cron = User.objects.system("cron")
    found = sweep_rows(
        due_for_verification(local_date(now)), lambda terminal: _find(terminal, by=cron, now=now)
    )
    return found, _announce_all(now)


# -- confirming --------------------------------------------------------------------------------------------------------


def confirm_objection(terminal: Terminal, *, by, now: datetime) -> str:
    """Why this person cannot confirm now that the terminal is in use still, or ""."""
    if by.is_staff:
        return _("Only people of the merchant confirm that a terminal is in use.")
    if sentence := objection_to(MemberRight.CONFIRM_USE, by, terminal.merchant):
        return sentence
    if terminal.status == Status.DORMANT_REVIEW:
        is_said = terminal.use_confirmations.filter(at__gte=terminal.found_unused_at).exists()
        return _("It is confirmed already. The bank verifies it now.") if is_said else ""
    ahead = announced(terminal, on=local_date(now), policy=current_policy(), known=known_until())
    if ahead is None or ahead.about != About.VERIFICATION:
        return _("There is nothing to confirm for this terminal now.")
    return ""


def confirm_use(terminal: Terminal, *, by, now: datetime) -> UseConfirmation:
    """On record that the merchant says it is in use still, where it is registered; nothing has to be verified for three months.

    Under verification it is what the desk goes by, and the desk decides. Raises `Refused` with the objection.
    """
    with terminal.acting(
        "use_confirmed", by=by, now=now, unless=lambda: confirm_objection(terminal, by=by, now=now)
    ):
        binding = terminal.binding
        if binding is None:
            raise Refused(_("This terminal is tied to no device any more."), code="wrong_state")
        if terminal.status != Status.DORMANT_REVIEW:
            terminal.use_confirmed_at = now
        return UseConfirmation.objects.create(terminal=terminal, binding=binding, at=now, by=by)


# -- the host's word ---------------------------------------------------------------------------------------------------


def hear_of_transactions(moments: dict[str, datetime], *, reaches_to: date, by, now: datetime) -> HostReport:
    """The last transaction of each terminal, by its number, as the host knows it; what is known never goes backwards."""
    with transaction.atomic():
        numbers = sorted(moments)
        portions = (numbers[at : at + HEARD_AT_ONCE] for at in range(0, len(numbers), HEARD_AT_ONCE))
        newer = sum(_heard(portion, moments) for portion in portions)
        report = HostReport.objects.create(
            reaches_to=reaches_to,
            line_count=len(moments),
            newer_count=newer,
            received_at=now,
            received_by=by,
        )
        record(
            "last_transactions_imported",
            by=by,
            now=now,
            subject=report,
            detail={"lines": len(moments), "newer": newer},
        )
    return report


# -- private -----------------------------------------------------------------------------------------------------------


def _heard(numbers: list[str], moments: dict[str, datetime]) -> int:
    """Each of these terminals knows of the newest transaction; how many did not before. In the order of numbers, under their locks."""
    rows = Terminal.objects.filter(number__in=numbers).order_by("number")
    newer = []
    for terminal in rows.select_for_update(no_key=True).only("pk", "number", "last_transaction_at"):
        moment = moments[terminal.number]
        if terminal.last_transaction_at is None or terminal.last_transaction_at < moment:
            terminal.last_transaction_at = moment
            newer.append(terminal)
    Terminal.objects.bulk_update(newer, ["last_transaction_at"])
    return len(newer)


def _months(about: About, policy: Policy) -> int:
    if about == About.VERIFICATION:
        return policy.unused_review_months
    # A stop that came before the verification would leave nothing to verify.
    return max(policy.unused_stop_months, policy.unused_review_months + 1)


def _due(about: About, on: date, policy: Policy) -> QuerySet[Terminal]:
    known = known_until()
    if known is None:
        return Terminal.objects.none()
    return _last_used_by(about, last_day_over(min(on, known), _months(about, policy)))


def _last_used_by(about: About, day: date) -> QuerySet[Terminal]:
    used_at = Greatest(Coalesce("last_transaction_at", "activated_at"), F("activated_at"))
    if about == About.VERIFICATION:
        used_at = Greatest(used_at, Coalesce("use_confirmed_at", "activated_at"))
    counted = Terminal.objects.filter(status__in=COUNTED[about], is_spare=False, activated_at__isnull=False)
    return counted.annotate(used_at=used_at).filter(used_at__lte=end_of_day(day))


def _find(terminal: Terminal, *, by, now: datetime) -> None:
    """Under the lock asked again: somebody may have paid or confirmed since the list was read."""
    with transaction.atomic():
        reread_locked(terminal)
        if not due_for_verification(local_date(now)).filter(pk=terminal.pk).exists():
            raise Refused(_("This terminal has been used meanwhile."), code="wrong_state")
        terminal.find_unused(by=by, now=now, note="")


def _announce_all(now: datetime) -> int:
    on, policy, known = local_date(now), current_policy(), known_until()
    if known is None or known < on - FRESH_FOR:
        return 0
    levels = {policy.notice_days_first, policy.notice_days_second, policy.notice_days_last}
    made = 0
    for about in COUNTED:
        horizon = last_day_over(on + timedelta(days=max(levels)), _months(about, policy))
        due = _last_used_by(about, horizon)

        def tell(terminal: Terminal, about: About = about) -> None:
            used_on = last_used_on(terminal, about)
            due_on = months_after(used_on, _months(about, policy)) if used_on else on
            if not announce(terminal, about, due_on=due_on, on=on, days_ahead=levels, now=now):
                raise Refused(_("This has been announced already."), code="told")

        made += sweep_rows(due, tell)
    return made
