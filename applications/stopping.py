"""What the approval of a stop makes true, effect by effect: other applications closed, terminals wound up, cancelled, closed for
a time or cut off. Locks are taken in the order of the house: applications, merchant, devices, terminals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from applications.blockers import CAN_CLOSE_FOR_A_TIME, WITH_SOMEBODY, stands_above
from applications.models.application import Application, ApplicationTerminal, EffectWords
from applications.notices.of_stops import give_notice
from applications.stop_violations import dismiss_violation_of, open_violation_of
from config.accounts.models import User
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused, lock_in_order, reread_locked
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import day, moment
from terminals.models import Device, SuspensionReason, Terminal
from terminals.offers.ending import Ending, end_with_stop, would_end
from terminals.returns.models import ReturnOrder
from terminals.returns.ordering import call_off_return, open_return
from terminals.settlement.clearance import drop, latest, open_clearance
from terminals.settlement.items import Reason
from terminals.settlement.models import Clearance

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from applications.models.deactivation import Deactivation

PLANNED_CLOSURE = "planned_closure"
# What whoever filed a stop for the bank has to do something about.
TOLD_TO_STAFF = frozenset({"returned", "lapsing", "lapsed", "rejected", "called_off"})
BEING_STOPPED = gettext_lazy("A terminal that it speaks of is being stopped.")
# Nothing of a case that the bank has itself.
TAKEN_UP = gettext_lazy("To have the terminal stopped please call the branch.")
Status = Terminal.Status


# -- questions ------------------------------------------------------------------------------------------------------------


def can_be_stopped(case: Deactivation, terminal: Terminal) -> bool:
    """Whether this terminal is one that the stop does something to."""
    if case.is_temporary:
        return terminal.status in CAN_CLOSE_FOR_A_TIME
    if terminal.status == Status.SETTLE_ONLY:
        return case.is_emergency
    return terminal.status not in Terminal.ENDED


def objections(case: Deactivation, *, on: date) -> list[str]:
    """What forbids the approval whatever the verdicts, in words for staff."""
    found = []
    if not any(can_be_stopped(case, terminal) for terminal in case.terminals_claimed()):
        found.append(_("None of these terminals can be stopped any more."))
    if case.is_temporary and case.resume_on and case.resume_on <= on:
        found.append(_("The closure would have ended already."))
    return found


def ends_besides(case: Deactivation) -> list[str]:
    """The enrolments in offers that the stop ends, in words for whoever is about to confirm it."""
    if case.is_temporary or case.merchant is None:
        return []
    return [_that_ends(ending) for ending in would_end(case.merchant, case.terminals_claimed())]


# -- what is done ---------------------------------------------------------------------------------------------------------


def stop(case: Deactivation, *, by, now: datetime) -> None:
    """Every terminal of the stop takes no more payments, and nothing that was asked for of it stays open.

    Raises `Refused` "wrong_state" where nothing is left to stop. Called with the application locked.
    """
    if not case.is_temporary:
        close_others(case, now=now)
    stoppable = [terminal for terminal in _locked(case) if can_be_stopped(case, terminal)]
    if not stoppable:
        raise Refused(_("None of these terminals can be stopped any more."), code="wrong_state")
    were_in_use = [terminal for terminal in stoppable if terminal.status != Status.PENDING_ACTIVATION]
    for terminal in stoppable:
        ApplicationTerminal.objects.get_or_create(
            application_id=case.pk, kind=case.kind, terminal=terminal, defaults={"is_open": False}
        )
        if case.is_temporary:
            close_for_a_time(case, terminal, by=by, now=now)
        else:
            end(case, terminal, by=by, now=now)
    if not case.is_temporary:
        end_with_stop(stoppable[0].merchant, stoppable, by=by, now=now)
        give_notice(case, were_in_use, by=by, now=now)
        open_violation_of(case, stoppable, by=by, now=now)


def end(case: Deactivation, terminal: Terminal, *, by, now: datetime) -> None:
    """The terminal is on its way out, and every desk that has to do with that has its part of it in hand."""
    binding = terminal.binding
    if terminal.status == Status.PENDING_ACTIVATION:
        terminal.cancel(by=by, now=now, note=_note(case))
    elif case.is_emergency:
        cut_off(case, terminal, by=by, now=now)
        open_clearance(terminal, reason=Reason.BY_HAND, application_number=case.number, by=by, now=now)
    else:
        terminal.wind_up(by=by, now=now, note=_note(case))
        open_clearance(terminal, reason=Reason.STOP, application_number=case.number, by=by, now=now)
    if binding is not None:
        ask_back(case, terminal, binding.device, by=by, now=now)


def ask_back(case: Deactivation, terminal: Terminal, device: Device, *, by, now: datetime) -> None:
    """The device comes back with what went out with it; one that never left the store room is there already."""
    device.refresh_from_db()
    if device.status != Device.Status.RETURNING:
        return
    open_return(
        terminal,
        device,
        way=case.return_way or ReturnOrder.Way.BRANCH,
        address=case.return_address or terminal.branch.address,
        due_on=add_working_days(local_date(now), current_policy().return_working_days),
        application_number=case.number,
        by=by,
        now=now,
    )


def close_for_a_time(case: Deactivation, terminal: Terminal, *, by, now: datetime) -> None:
    terminal.suspend(
        by=by,
        now=now,
        reason=SuspensionReason.objects.get(pk=PLANNED_CLOSURE),
        note=_note(case),
        until=case.resume_on,
        application_number=case.number,
    )


def cut_off(case: Deactivation, terminal: Terminal, *, by, now: datetime) -> None:
    """The two people are who decided first and who released the decision."""
    if case.proposed_by is None:
        raise Refused(_("An emergency stop needs two different people."), code="second_person")
    terminal.cut_off(by=case.proposed_by, together_with=by, now=now, note=_note(case))


def objection_to_undo(case: Deactivation) -> str:
    """Why no terminal can be put back, or "": one that has ended never comes back, a closure is ended at the terminal."""
    if case.is_temporary:
        return _("A planned closure is ended on the page of the terminal.")
    if any(terminal.status == Status.SETTLE_ONLY for terminal in case.terminals_spoken_of()):
        return ""
    return _("The clearance is complete or there is none, so nothing can be put back.")


def put_back(case: Deactivation, *, by, now: datetime) -> None:
    """Every terminal that still settles is what it was before: in use, or suspended for the reason that it had.

    What was opened against the merchant with the stop is dismissed, unless it is decided.
    """
    for terminal in _locked(case):
        if terminal.status != Status.SETTLE_ONLY:
            continue
        terminal.restore(by=by, now=now, note=_note(case))
        call_off_desks(case, terminal, by=by, now=now)
        before = terminal.suspensions.filter(ended_by_stop=True, ended_at=case.effected_at).first()
        if before is not None and (before.until is None or before.until > local_date(now)):
            terminal.suspend(
                by=by,
                now=now,
                reason=before.reason,
                note=before.note,
                until=before.until,
                application_number=before.application_number,
            )
    dismiss_violation_of(case, by=by, now=now)


def revoke_notices(case: Deactivation, *, by, now: datetime) -> None:
    """What was announced does not come."""
    for notice in case.notices.order_by("pk"):
        notice.fall_with_stop(by=by, now=now, note=_note(case))


def call_off_desks(case: Deactivation, terminal: Terminal, *, by, now: datetime) -> None:
    """What the desks had in hand for the stop is not needed any more."""
    note = _note(case)
    if (clearance := latest(terminal, Reason.STOP, status=Clearance.Status.OPEN)) is not None:
        drop(clearance, by=by, now=now, note=note)
    if (binding := terminal.binding) is not None:
        call_off_return(terminal, binding.device, by=by, now=now, note=note)


def close_others(case: Deactivation, *, now: datetime) -> None:
    """What else was asked for of these terminals is closed, or called off where it waits for its day, and its people are told."""
    spoken_of = ApplicationTerminal.objects.filter(terminal__in=list(case.terminals_claimed()))
    others = Application.objects.filter(pk__in=spoken_of.values("application_id"))
    if case.scope == case.Scope.WHOLE:
        others |= Application.objects.filter(merchant=case.merchant)
    for other in _locked_others(case, others):
        _close(other, BEING_STOPPED, now=now)


def overtake_stops(case: Deactivation, *, now: datetime) -> None:
    """What a merchant has asked for gives way to what the bank or an authority asks for of the same terminals."""
    spoken_of = ApplicationTerminal.objects.filter(
        terminal__in=list(case.terminals_claimed()), kind=case.kind, is_open=True
    )
    for other in _locked_others(case, Application.objects.filter(pk__in=spoken_of.values("application_id"))):
        if not stands_above(other, case):
            _close(other, TAKEN_UP, now=now)


# -- what is said ---------------------------------------------------------------------------------------------------------


def effect_words(case: Deactivation) -> EffectWords:
    """What the approval did, and what there is to do now."""
    nobody = _("Nobody has to do anything.")
    if case.called_off_at:
        return EffectWords(
            _("Approved, then called off"), _("The terminals stay in use."), case.called_off_note
        )
    if case.revoked_at:
        return EffectWords(_("The stop was revoked"), _("The terminals are in use again."))
    if not case.has_taken_effect:
        title = _("Approved: no more payments from %(day)s on") % {"day": day(case.stop_on)}
        return EffectWords(title, _("Until then the terminals work as before."))
    if case.is_temporary:
        title = _("Approved: closed until %(day)s") % {"day": day(case.resume_on)}
        return EffectWords(title, _("On that day the terminals are in use again by themselves."))
    terminals = list(case.terminals_spoken_of())
    settling = [terminal for terminal in terminals if terminal.status == Status.SETTLE_ONLY]
    if not settling:
        return EffectWords(_("Approved: the terminals are stopped"), nobody, _to_give_back(case, terminals))
    title = _("Approved: settlement only since %(when)s") % {"when": moment(case.effected_at)}
    steps = _("Settle what is still on the terminal. It stops for good once everything is settled and back.")
    return EffectWords(
        title, _("It is with you now."), "\n".join(filter(None, [steps, _to_give_back(case, terminals)]))
    )


def _to_give_back(case: Deactivation, terminals: Iterable[Terminal]) -> str:
    """The devices that are called back, and how they come."""
    called = Device.objects.filter(bindings__terminal__in=list(terminals), status=Device.Status.RETURNING)
    serials = list(called.order_by("pk").distinct().values_list("serial_number", flat=True))
    if not serials:
        return ""
    told = {"serials": pgettext("list", ", ").join(serials), "way": case.get_return_way_display()}
    if not case.return_way:
        return _("To be given back, with all accessories: device %(serials)s.") % told
    return _("To be given back, with all accessories: device %(serials)s, %(way)s.") % told


# -- private --------------------------------------------------------------------------------------------------------------


def _locked(case: Deactivation) -> list[Terminal]:
    """The terminals, locked with their merchant and devices. While the merchant is held none gets another device."""
    lock_in_order(case.merchant)
    terminals = list(case.terminals_spoken_of())
    bindings = [terminal.binding for terminal in terminals]
    lock_in_order(*(binding.device for binding in bindings if binding), *terminals)
    return terminals


def _locked_others(case: Deactivation, others) -> Iterable[Application]:
    for other in others.exclude(pk=case.pk).order_by("pk").distinct():
        one = other.as_kind()
        reread_locked(one)
        yield one


def _close(other: Any, sentence: Promise, *, now: datetime) -> None:
    cron = User.objects.system("cron")
    with translation.override(other.applicant.language):
        if other.status in WITH_SOMEBODY:
            other.overtake(by=cron, now=now, note=str(sentence))
        elif getattr(other, "waits_for_its_moment", False):
            other.call_off(by=cron, now=now, note=str(sentence))


def _that_ends(ending: Ending) -> str:
    enrolment = ending.enrolment
    told = {"title": enrolment.offer.title, "count": enrolment.offer.min_terminals}
    if enrolment.terminal is not None:
        sentence = _("“%(title)s”: terminal %(terminal)s takes part no more.")
        return sentence % (told | {"terminal": enrolment.terminal.number})
    return (
        ngettext(
            "“%(title)s”: it needs at least %(count)d terminal, and fewer are left.",
            "“%(title)s”: it needs at least %(count)d terminals, and fewer are left.",
            enrolment.offer.min_terminals,
        )
        % told
    )


def _note(case: Deactivation) -> str:
    return _("By application %(number)s") % {"number": case.number}
