"""How merchants stand towards offers, read from the register by as many queries however many merchants and offers there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from config.accounts.branches import Branch
from merchants.models import Division, Merchant, MerchantCategory
from terminals.breaches import in_breach
from terminals.models import Terminal
from terminals.offers.eligibility import Facts, Reason, reasons_against, trimmed

if TYPE_CHECKING:
    from terminals.offers.models import Offer

# More are not counted: the desk wants to know whether there are any and about how many.
MOST_COUNTED = 1000
# Alive as far as an enrolment goes: it outlasts a suspension and a change of the device, and nothing that ends a terminal.
KEEPS_AN_ENROLMENT = Q(
    status__in=[
        Terminal.Status.ACTIVE,
        Terminal.Status.SUSPENDED,
        Terminal.Status.DORMANT_REVIEW,
        Terminal.Status.PENDING_ACTIVATION,
    ],
    activated_at__isnull=False,
)


def facts_of(merchants: Iterable[Merchant]) -> dict[int, Facts]:
    """By the key of the merchant; each has its `branch` read already."""
    rows = list(merchants)
    places: dict[int, list[str]] = defaultdict(list)
    in_use = Terminal.objects.filter(merchant__in=rows, status=Terminal.Status.ACTIVE)
    for merchant, division in in_use.values_list("merchant", "outlet__division").order_by("pk"):
        places[merchant].append(division or "")
    breached = set(
        Merchant.objects.filter(in_breach(), pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    return {
        row.pk: Facts(
            status=row.status,
            branch_path=row.branch.path,
            merchant_type=row.merchant_type,
            category=row.category_id or "",
            places=tuple(places[row.pk]),
            has_open_violation=row.pk in breached,
        )
        for row in rows
    }


def names_for(offers: Iterable[Offer], facts: Iterable[Facts] = ()) -> dict[str, str]:
    """The words of every category and division that these offers and merchants speak of."""
    offers = list(offers)
    categories = {code for offer in offers for code in offer.categories} | {each.category for each in facts}
    divisions = {code for offer in offers for code in offer.divisions}
    return {
        **{row.pk: str(row) for row in MerchantCategory.objects.filter(pk__in=categories)},
        **{row.pk: row.full_name for row in Division.objects.filter(pk__in=divisions)},
    }


def reasons_for(offer: Offer, merchant: Merchant) -> list[Reason]:
    """All reasons why this merchant may not enrol, as the register stands now."""
    facts = facts_of([merchant])
    return reasons_against(offer, facts[merchant.pk], names=names_for([offer], facts.values()))


def eligible_merchants(offer: Offer) -> QuerySet[Merchant]:
    """The merchants that nothing stands against, chosen by the database; the same that `reasons_against` has no reason for."""
    rows = Merchant.objects.active().filter(branch__in=Branch.objects.under(offer.branch))
    if offer.merchant_types:
        rows = rows.filter(merchant_type__in=offer.merchant_types)
    if offer.categories:
        rows = rows.filter(category__in=offer.categories)
    if offer.bars_violations:
        rows = rows.exclude(in_breach())
    return rows.filter(pk__in=_with_terminals(terminals_for(offer), at_least=offer.min_terminals))


def terminals_for(offer: Offer) -> QuerySet[Terminal]:
    """The terminals in use that stand where the offer is for."""
    rows = Terminal.objects.filter(status=Terminal.Status.ACTIVE)
    if not offer.divisions:
        return rows
    there = Q()
    for area in offer.divisions:
        there |= Q(outlet__division__code__startswith=trimmed(area))
    return rows.filter(there)


def count_eligible(offer: Offer) -> int:
    """How many there are, at most `MOST_COUNTED` + 1."""
    return eligible_merchants(offer)[: MOST_COUNTED + 1].count()


def with_lives(enrolments: QuerySet) -> QuerySet:
    """Enrolments with `lives`: how many terminals of the merchant are alive as far as an enrolment goes."""
    alive = Terminal.objects.filter(KEEPS_AN_ENROLMENT, merchant=OuterRef("merchant"))
    counted = alive.order_by().values("merchant").annotate(n=Count("pk")).values("n")
    return enrolments.annotate(lives=Coalesce(Subquery(counted), 0), needed=F("offer__min_terminals"))


def _with_terminals(terminals: QuerySet[Terminal], *, at_least: int) -> QuerySet:
    counted = terminals.order_by().values("merchant").annotate(n=Count("pk"))
    return counted.filter(n__gte=at_least).values("merchant")
