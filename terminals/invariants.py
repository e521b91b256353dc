"""What must be true at any moment, asked of the rows as they are: of the register of bindings, every event reported once in
a file that adds up; of bulletins; and of the table of response codes, whose every version is kept."""

from __future__ import annotations

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from config.kernel.invariants import Table
from terminals.models import (
    Binding,
    BindingReport,
    BindingReportLine,
    BindingSending,
    RecoveryNotice,
    ResponseCode,
    ResponseCodeVersion,
)
from terminals.models.response_code import WORDING

Kind = BindingReportLine.Kind
Outcome = BindingSending.Outcome
Status = BindingReport.Status


def _lines_lost_or_sent_twice() -> QuerySet:
    """Made and in no file; in force in two; or refused in a file whose refused lines were sent again, and in no later one."""
    sendings = BindingSending.objects.filter(line=OuterRef("pk"))
    later = BindingSending.objects.filter(line=OuterRef("line"), pk__gt=OuterRef("pk"))
    left_behind = sendings.filter(outcome=Outcome.REFUSED, report__status=Status.RESENT).filter(
        ~Exists(later)
    )
    counted = BindingReportLine.objects.annotate(
        in_force=Count("sendings", filter=~Q(sendings__outcome=Outcome.REFUSED))
    )
    return counted.filter(~Exists(sendings) | Q(in_force__gt=1) | Exists(left_behind)).order_by("pk")


def _lines_that_say_something_else() -> QuerySet:
    """Other elements than their binding's, the end of one that goes on, or a beginning that is not what it is called."""
    same = Q(
        serial_number=F("binding__serial_number"),
        terminal_number=F("binding__terminal_number"),
        acquirer_code=F("binding__acquirer_code"),
        merchant_number=F("binding__merchant_number"),
    )
    earlier = Exists(
        Binding.objects.filter(terminal=OuterRef("binding__terminal"), pk__lt=OuterRef("binding"))
    )
    is_wrong = (
        ~same
        | Q(kind=Kind.CANCEL, binding__valid_to=None)
        | (Q(kind=Kind.NEW) & Q(earlier))
        | (Q(kind=Kind.CHANGE) & ~Q(earlier))
    )
    return BindingReportLine.objects.filter(is_wrong).order_by("pk")


def _reports_that_do_not_add_up() -> QuerySet:
    kinds = {f"{kind}s": Count("sendings", filter=Q(sendings__line__kind=kind)) for kind in Kind.values}
    counted = BindingReport.objects.annotate(total=Sum("sendings__line_id"), **kinds)
    return counted.exclude(
        total=F("control_total"),
        news=F("new_count"),
        changes=F("change_count"),
        cancels=F("cancel_count"),
    ).order_by("pk")


def _reports_answered_otherwise() -> QuerySet:
    """A file stands where the answers to its lines have brought it, and a line is acknowledged that was taken."""
    of = {name: Count("sendings", filter=Q(sendings__outcome=name)) for name in Outcome.values}
    fits = (
        Q(status=Status.MADE, pending__gt=0)
        | Q(status=Status.ACKNOWLEDGED, pending=0, refused=0)
        | Q(status__in=[Status.REJECTED, Status.RESENT], pending=0, refused__gt=0)
    )
    taken = Exists(
        BindingSending.objects.filter(
            report=OuterRef("pk"), outcome=Outcome.TAKEN, line__acknowledged_at=None
        )
    )
    return BindingReport.objects.annotate(**of).filter(~fits | Q(taken)).order_by("pk")


def _told_before_it_was_over() -> QuerySet:
    """Somebody was told that a bulletin is over that still runs, or before it was."""
    told = RecoveryNotice.objects.filter(told_at__isnull=False)
    early = told.filter(Q(bulletin__ended_at=None) | Q(told_at__lt=F("bulletin__ended_at")))
    return early.order_by("pk").values_list("bulletin__number", flat=True)


def _asked_after_it_was_over() -> QuerySet:
    """Nobody is left with a promise of what had happened already."""
    late = RecoveryNotice.objects.filter(asked_at__gt=F("bulletin__ended_at"))
    return late.order_by("pk").values_list("bulletin__number", flat=True)


OF_BULLETINS: Table = {
    "told_when_it_is_over": (
        "Whoever was told that a bulletin is over was told after its end",
        _told_before_it_was_over,
    ),
    "asked_before_it_is_over": (
        "Whoever asked to be told of the end of a bulletin asked before it",
        _asked_after_it_was_over,
    ),
}
OF_BINDINGS: Table = {
    "bindings_reported_once": (
        "Every line for the clearing organisation is in one file, and in another only after a refusal",
        _lines_lost_or_sent_twice,
    ),
    "lines_say_their_bindings": (
        "Every line for the clearing organisation says what its binding says",
        _lines_that_say_something_else,
    ),
    "reports_add_up": (
        "Every report of bindings has the lines, the counts and the control total that it names",
        _reports_that_do_not_add_up,
    ),
    "reports_stand_as_answered": (
        "Every report of bindings stands where the answers to its lines have brought it",
        _reports_answered_otherwise,
    ),
}


def _codes_that_say_something_else() -> QuerySet:
    """Codes of which no version with their number says what they say."""
    same = {name: OuterRef(name) for name in (*WORDING, "version")}
    kept = ResponseCodeVersion.objects.filter(response_code=OuterRef("pk"), **same)
    return ResponseCode.objects.filter(~Exists(kept)).order_by("pk")


def _codes_with_a_gap() -> QuerySet:
    """Codes that have not every version from the first to their own, and no other."""
    counted = ResponseCode.objects.annotate(kept=Count("versions"), newest=Max("versions__version"))
    return counted.exclude(kept=F("version"), newest=F("version")).order_by("pk")


OF_RESPONSE_CODES: Table = {
    "response_codes_say_their_newest_version": (
        "Every response code says what its newest version says",
        _codes_that_say_something_else,
    ),
    "response_codes_keep_every_version": (
        "Every response code has all its versions from the first to the newest",
        _codes_with_a_gap,
    ),
}
