"""What was decided, by whom, with which effect, and that nobody decided alone what needs two (I7)."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from applications.models import (
    Application,
    ApplicationMaker,
    Decision,
    ItemReview,
    Placement,
    ReasonCode,
    ReviewRequest,
)
from config.kernel.history import StatusChange
from config.kernel.invariants import Table, count_of
from config.kernel.outbox import OutboxMessage
from terminals.models import RegistrationCode

Status = Application.Status
State = Decision.State
Outcome = Decision.Outcome
IN_FORCE = (State.SENT, State.RELEASED)
# Overturned, it was in force until then.
TOOK_EFFECT = (*IN_FORCE, State.OVERTURNED)
LABEL = Application._meta.label_lower


def _numbers(broken: Q) -> QuerySet:
    return Application.objects.filter(broken).values_list("number", flat=True)


def _of(decisions: QuerySet) -> QuerySet:
    return decisions.values_list("application__number", flat=True)


# -- four eyes --------------------------------------------------------------------------------------------------------


def _decided_by_a_maker() -> QuerySet:
    maker = ApplicationMaker.objects.filter(application=OuterRef("pk"), user=OuterRef("decided_by"))
    return _numbers(Q(decided_by=F("filed_by")) | Q(decided_by=F("applicant")) | Q(Exists(maker)))


def _judged_by_a_maker(person: str, moment: str) -> QuerySet:
    maker = ApplicationMaker.objects.filter(
        application=OuterRef("application"), user=OuterRef(person), since__lte=OuterRef(moment)
    )
    own = (
        Q(**{person: F("application__filed_by")})
        | Q(**{person: F("application__applicant")})
        | Q(Exists(maker))
    )
    return _of(Decision.objects.filter(own))


def _round_decided_by_a_maker() -> QuerySet:
    return _judged_by_a_maker("by", "at")


def _released_by_a_maker() -> QuerySet:
    return _judged_by_a_maker("checker", "checked_at")


def _checked_by_the_first_person() -> QuerySet:
    answered = Q(state__in=[State.RELEASED, State.REVERSED])
    return _of(Decision.objects.filter(answered & (Q(checker=None) | Q(checker=F("by")))))


def _decided_twice_by_the_refuser() -> QuerySet:
    """Who refused, alone or as one of two, neither answers for that refusal nor decides after it was overturned."""
    overturned = Decision.objects.filter(
        application=OuterRef("application"), state=State.OVERTURNED, pk__lt=OuterRef("pk")
    )
    both = [Q(by=OuterRef("by")), Q(by=OuterRef("checker")), Q(checker=OuterRef("by"))]
    both.append(Q(checker=OuterRef("checker")))
    again = Q()
    for same in both:
        again |= Q(Exists(overturned.filter(same)))
    return _of(Decision.objects.filter(again))


def _answered_by_a_refuser() -> QuerySet:
    refusal = Decision.objects.filter(
        application=OuterRef("application"), outcome=Outcome.REJECTED, state__in=TOOK_EFFECT
    ).filter(at__lt=OuterRef("answered_at"))
    took_part = Exists(refusal.filter(Q(by=OuterRef("answered_by")) | Q(checker=OuterRef("answered_by"))))
    return _of(ReviewRequest.objects.filter(took_part))


# -- rounds -----------------------------------------------------------------------------------------------------------


def _decided_without_a_decision() -> QuerySet:
    same = Decision.objects.filter(
        application=OuterRef("pk"), round=OuterRef("round"), outcome=OuterRef("status")
    ).filter(
        Q(state=State.SENT, by=OuterRef("decided_by"))
        | Q(state=State.RELEASED, checker=OuterRef("decided_by"))
    )
    return _numbers(Q(status__in=Application.DECIDED) & Q(~Exists(same)))


def _steps_without_their_decision() -> QuerySet:
    """For each outcome there are as many decisions that took effect as steps to it."""
    differs = Q()
    counted = {}
    for outcome in Outcome.values:
        steps = StatusChange.objects.filter(subject_label=LABEL, to_status=outcome)
        decisions = Decision.objects.filter(outcome=outcome, state__in=TOOK_EFFECT)
        counted[f"{outcome}_steps"] = count_of(steps, by="subject_id")
        counted[f"{outcome}_decisions"] = count_of(decisions, by="application")
        differs |= ~Q(**{f"{outcome}_steps": F(f"{outcome}_decisions")})
    return Application.objects.annotate(**counted).filter(differs).values_list("number", flat=True)


def _rounds_decided_twice() -> QuerySet:
    live = Decision.objects.filter(state__in=[*IN_FORCE, State.HELD]).order_by()
    rounds = live.values("application", "round").annotate(times=Count("pk")).filter(times__gt=1)
    return _numbers(Q(pk__in=rounds.values("application")))


def _rounds_never_decided() -> QuerySet:
    """A later round begins with the return of the one before."""
    returns = Decision.objects.filter(outcome=Outcome.RETURNED, state__in=IN_FORCE)
    counted = Application.objects.annotate(returns=count_of(returns, by="application"))
    too_few = Q(returns__lt=F("round") - 1) & Q(round__gt=0)
    return counted.filter(too_few | Q(returns__gt=F("round"))).values_list("number", flat=True)


def _decisions_of_no_version() -> QuerySet:
    later = Q(version__gte=F("application__version")) | Q(round__gt=F("application__round"))
    return _of(Decision.objects.filter(later | Q(version__lt=1) | Q(round__lt=1)))


def _outcomes_beside_the_verdicts() -> QuerySet:
    verdicts = ItemReview.objects.filter(decision=OuterRef("pk"))
    faults = verdicts.filter(is_ok=False)
    finals = faults.filter(reason__severity=ReasonCode.Severity.FINAL)
    return _of(
        Decision.objects.filter(
            Q(outcome=Outcome.APPROVED) & Q(Exists(faults))
            | Q(outcome=Outcome.RETURNED) & (Q(Exists(finals)) | ~Exists(faults))
            | Q(outcome=Outcome.REJECTED) & ~Exists(finals)
        ).exclude(Q(round__lte=F("application__rounds_unkept")) & ~Exists(verdicts))
    )


# -- held decisions ---------------------------------------------------------------------------------------------------


def _held_without_their_decision() -> QuerySet:
    held = Decision.objects.filter(state=State.HELD, application=OuterRef("pk"))
    the_one = held.filter(by=OuterRef("proposed_by"), round=OuterRef("round"), at=OuterRef("held_since"))
    is_held = Q(held_since__isnull=False)
    return _numbers(is_held & ~Exists(the_one) | ~is_held & Q(Exists(held)))


def _held_with_an_effect() -> QuerySet:
    number = OuterRef("application__number")
    told = OutboxMessage.objects.filter(
        subject_label=LABEL,
        subject_id=OuterRef("application"),
        kind__in=["application_approved", "application_rejected"],
        created_at__gte=OuterRef("at"),
    )
    effect = (
        Exists(RegistrationCode.objects.filter(application_number=number))
        | Exists(Placement.objects.filter(registration=OuterRef("application"), terminal__isnull=False))
        | Exists(told)
    )
    return _of(Decision.objects.filter(effect, state=State.HELD))


def _sent_alone() -> QuerySet:
    return _of(Decision.objects.filter(state=State.SENT).exclude(held_for=[]))


# -- refusals looked at again -----------------------------------------------------------------------------------------


def _requests_out_of_place() -> QuerySet:
    """An open or upheld request belongs to a refusal that stands, a reopened one to a refusal that was overturned."""
    overturned = Decision.objects.filter(application=OuterRef("application"), state=State.OVERTURNED)
    reopened = Q(outcome=ReviewRequest.Outcome.REOPENED)
    stands = Q(application__status=Status.REJECTED) & ~Exists(overturned)
    return _of(ReviewRequest.objects.exclude(reopened & Q(Exists(overturned)) | ~reopened & stands))


def _overturned_without_a_request() -> QuerySet:
    reopened = ReviewRequest.objects.filter(
        application=OuterRef("application"), outcome=ReviewRequest.Outcome.REOPENED
    )
    return _of(Decision.objects.filter(~Exists(reopened), state=State.OVERTURNED))


def _reopened_without_a_refusal() -> QuerySet:
    overturned = Exists(Decision.objects.filter(application=OuterRef("pk"), state=State.OVERTURNED))
    is_marked = Q(reopened_at__isnull=False)
    return _numbers(is_marked & ~overturned | ~is_marked & Q(overturned))


OF_DECISIONS: Table = {
    "checker_is_not_maker": ("Nobody decided on an application they filed or edited", _decided_by_a_maker),
    "round_checker_is_not_maker": (
        "Nobody judged a round of an application they filed or edited",
        _round_decided_by_a_maker,
    ),
    "second_is_not_maker": (
        "Nobody answered a held decision on an application they filed or edited",
        _released_by_a_maker,
    ),
    "second_is_not_first": (
        "Every held decision was released or reversed by somebody else than who made it",
        _checked_by_the_first_person,
    ),
    "refuser_does_not_decide_again": (
        "Nobody who took part in a refusal that was overturned decided on that application again",
        _decided_twice_by_the_refuser,
    ),
    "refuser_does_not_answer": (
        "Nobody who took part in a refusal answered the request to look at it again",
        _answered_by_a_refuser,
    ),
    "decided_on_record": (
        "Every decided application has a decision in force, of that outcome and round, by that person",
        _decided_without_a_decision,
    ),
    "steps_by_a_decision": (
        "Every return, approval and refusal has its decision, and every decision in force its step",
        _steps_without_their_decision,
    ),
    "one_decision_per_round": ("No round has two decisions that are in force or held", _rounds_decided_twice),
    "rounds_follow_returns": ("Every round but the first follows a return", _rounds_never_decided),
    "decisions_name_versions": (
        "Every decision was made on a version and a round that came before its step",
        _decisions_of_no_version,
    ),
    "outcomes_follow_verdicts": (
        "Every outcome is the one that its verdicts lead to, since verdicts are kept",
        _outcomes_beside_the_verdicts,
    ),
    "held_is_marked": (
        "A case is marked as held where a decision of this round by that person waits, and only there",
        _held_without_their_decision,
    ),
    "held_has_no_effect": (
        "A held decision has made no terminal and no code and told the merchant nothing",
        _held_with_an_effect,
    ),
    "held_is_not_sent": ("No decision that needs two people is in force by one", _sent_alone),
    "requests_in_place": (
        "An open request for review belongs to a refusal that stands, a reopened one to an overturned refusal",
        _requests_out_of_place,
    ),
    "reopened_is_marked": (
        "A case says that it was taken up again where its refusal was overturned, and only there",
        _reopened_without_a_refusal,
    ),
    "overturned_by_request": (
        "No refusal was overturned unless its merchant asked and somebody reopened it",
        _overturned_without_a_request,
    ),
}
