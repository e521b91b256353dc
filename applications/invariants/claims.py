"""Who has an application in hand, and whose clock runs."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from applications.models import Application, ApplicationMaker, ApplicationTerminal, Decision
from config.kernel.invariants import Table

Status = Application.Status
WITH_THE_BANK = (Status.SUBMITTED, Status.UNDER_REVIEW)


def _numbers(broken: Q) -> QuerySet:
    return Application.objects.filter(broken).values_list("number", flat=True)


def _held_by_their_makers() -> QuerySet:
    maker = ApplicationMaker.objects.filter(application=OuterRef("pk"), user=OuterRef("assignee"))
    own = Q(assignee=F("filed_by")) | Q(assignee=F("applicant")) | Q(Exists(maker))
    return _numbers(own & Q(lease_until__isnull=False))


def _held_by_a_refuser() -> QuerySet:
    refused = Decision.objects.filter(application=OuterRef("pk"), state=Decision.State.OVERTURNED).filter(
        Q(by=OuterRef("assignee")) | Q(checker=OuterRef("assignee"))
    )
    return _numbers(Q(Exists(refused)) & Q(lease_until__isnull=False))


def _held_outside_the_review() -> QuerySet:
    return _numbers(Q(lease_until__isnull=False) & ~Q(status__in=WITH_THE_BANK))


def _held_by_who_decided_first() -> QuerySet:
    return _numbers(Q(held_since__isnull=False, lease_until__isnull=False, assignee=F("proposed_by")))


def _clocks_on_the_wrong_side() -> QuerySet:
    of_the_bank = Q(due_at__isnull=False, correction_due_at=None, remind_at=None)
    of_the_merchant = Q(due_at=None, correction_due_at__isnull=False)
    nobodys = Q(due_at=None, correction_due_at=None, remind_at=None)
    return _numbers(
        Q(status__in=WITH_THE_BANK) & ~of_the_bank
        | Q(status=Status.RETURNED) & ~of_the_merchant
        | Q(status__in=[Status.DRAFT, *Application.CLOSED]) & ~nobodys
    )


def _closed_without_an_end() -> QuerySet:
    return _numbers(
        Q(status__in=Application.CLOSED, keep_until=None)
        | Q(keep_until__isnull=False) & ~Q(status__in=Application.CLOSED)
    )


def _closed_with_open_terminals() -> QuerySet:
    is_open = Exists(ApplicationTerminal.objects.filter(application=OuterRef("pk"), is_open=True))
    return _numbers(Q(is_open) & Q(status__in=Application.CLOSED))


OF_CLAIMS: Table = {
    "no_claim_on_ones_own": ("Nobody holds an application they filed or edited", _held_by_their_makers),
    "no_claim_of_a_refuser": (
        "Nobody who took part in a refusal that was overturned holds that application again",
        _held_by_a_refuser,
    ),
    "claims_belong_to_reviews": (
        "Only an application that is with the bank is in somebody's hands",
        _held_outside_the_review,
    ),
    "first_person_lets_go": (
        "Whoever made a decision that is held does not hold the case against the second person",
        _held_by_who_decided_first,
    ),
    "one_clock": (
        "The bank's clock runs while the bank has it, the merchant's while the merchant has it, none otherwise",
        _clocks_on_the_wrong_side,
    ),
    "closed_has_an_end": (
        "Every closed application says until when it is kept, and no other does",
        _closed_without_an_end,
    ),
    "closed_frees_terminals": (
        "No closed application keeps a terminal to itself",
        _closed_with_open_terminals,
    ),
}
