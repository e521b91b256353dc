"""What must be true of offers and enrolments at any moment, asked of the rows as they are, not of the verbs."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet

from config.kernel.invariants import Table
from terminals.models import Terminal
from terminals.offers.models import Enrolment, Offer
from terminals.offers.standing import with_lives

LIVE = Enrolment.Status.ENROLLED
Status = Terminal.Status


def _miscounted() -> QuerySet:
    counted = Offer.objects.annotate(n=Count("enrolments", filter=Q(enrolments__status=LIVE)))
    return counted.exclude(n=F("enrolled_count")).order_by("pk").values_list("number", flat=True)


def _enrolled_in_what_is_not_published() -> QuerySet:
    return _numbers(~Q(offer__status=Offer.Status.PUBLISHED))


def _enrolled_with_too_few() -> QuerySet:
    short = with_lives(Enrolment.objects.live()).filter(lives__lt=F("needed"))
    return short.order_by("pk").values_list("offer__number", flat=True)


def _enrolled_though_stopped() -> QuerySet:
    return _numbers(Q(terminal__status__in=[Status.SETTLE_ONLY, *Terminal.ENDED]))


def _enrolled_the_wrong_way() -> QuerySet:
    by_itself = Q(terminal__isnull=False)
    wrong = Q(offer__is_per_terminal=True) & ~by_itself | Q(offer__is_per_terminal=False) & by_itself
    of_another = by_itself & ~Q(terminal__merchant=F("merchant"))
    return _numbers(wrong | of_another)


def _numbers(condition: Q) -> QuerySet:
    return Enrolment.objects.live().filter(condition).order_by("pk").values_list("offer__number", flat=True)


OF_OFFERS: Table = {
    "places_are_counted": ("Every offer counts exactly those that are enrolled", _miscounted),
    "enrolled_in_published": (
        "Nobody is enrolled in an offer that is not published",
        _enrolled_in_what_is_not_published,
    ),
    "enrolled_with_terminals": (
        "Every enrolled merchant has as many living terminals as the offer asks for",
        _enrolled_with_too_few,
    ),
    "enrolled_terminals_live": (
        "No enrolled terminal settles only or has ended",
        _enrolled_though_stopped,
    ),
    "enrolled_as_offered": (
        "Who is enrolled is what the offer is for, a merchant or a terminal of it",
        _enrolled_the_wrong_way,
    ),
}
