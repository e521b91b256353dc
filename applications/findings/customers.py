"""Who else is this party, or uses what is this party's: customers and open applications with the same marks.

Marks of persons and accounts are compared by their blind indexes. What is found is named by merchant or application number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.findings.finding import WHOLE, Finding, bad, of_field, ok, warn
from applications.models.application import Application
from config.privacy.fields import blind_index
from merchants.models import Merchant, SettlementAccount

if TYPE_CHECKING:
    from applications.models.registration import Registration

# A mark that half the town shares is named by its first few.
MOST_NAMED = 5
MOST_READ = 50


class Mark(NamedTuple):
    """One number of a person or an account: the column it is compared with elsewhere, and what it is called."""

    code: str
    item: str
    column: str
    blind: str
    words: str


def known_customer(case: Registration) -> Iterator[Finding]:
    """A code already onboarded is flagged here, and refused at approval unless the applicant is a member."""
    if case.merchant_id or not case.uscc:
        return
    item = of_field("uscc")
    found = Merchant.objects.filter(uscc=case.uscc).values_list("memberships__user", flat=True)
    members = set(found)
    if not members:
        yield ok("customer_new", item, _("This credit code is not a customer yet"))
    elif case.applicant_id in members:
        yield warn(
            "customer_already_own",
            item,
            _("This credit code is already a customer of which the applicant is a member"),
        )
    else:
        yield bad(
            "customer_already",
            item,
            _("This credit code is already a customer, and the applicant is not one of its people"),
        )


def open_application(case: Registration) -> Iterator[Finding]:
    """Another application of the same party, of whatever kind, that is not closed yet."""
    others = Application.objects.filed().exclude(pk=case.pk).exclude(status__in=Application.CLOSED)
    if case.uscc:
        others = others.filter(subject_uscc=case.uscc)
    elif case.responsible_id_index:
        same = type(case).objects.filter(uscc="", responsible_id_index=case.responsible_id_index)
        others = others.filter(pk__in=same.values("pk"))
    else:
        return
    item = of_field("uscc") if case.uscc else of_field("responsible_id_number")
    numbers = tuple(others.order_by("pk").values_list("number", flat=True)[:MOST_NAMED])
    if not numbers:
        yield ok("party_open_once", item, _("No other application of this party is open"))
        return
    said = _("Another application of this party is open: %(numbers)s") % {"numbers": _joined(numbers)}
    # A customer may well ask for two things at once; a newcomer asks once to become one.
    yield (ok if case.merchant_id else warn)("party_open_twice", item, said, numbers)


def shared_marks(case: Registration) -> Iterator[Finding]:
    """Document, account and mobile numbers that another party uses too: a copy, a straw man, or the same family."""
    marks = [mark for mark in marks_of(case) if mark.blind]
    merchants = _merchants_with(case, marks)
    applications = _applications_with(case, marks)
    is_shared = False
    for mark in marks:
        customers = sorted(merchants.get((mark.column, mark.blind), ()))[:MOST_NAMED]
        numbers = tuple(sorted(applications.get((mark.column, mark.blind), ()))[:MOST_NAMED])
        if not customers and not numbers:
            continue
        is_shared = True
        where = [_("merchant %(number)s") % {"number": number} for number in customers]
        where += [_("application %(number)s") % {"number": number} for number in numbers]
        said = _("%(mark)s is also used by: %(where)s") % {"mark": mark.words, "where": _joined(where)}
        yield warn(mark.code, mark.item, said, numbers).naming("merchant", *customers)
    if not is_shared:
        yield ok("marks_unshared", WHOLE, _("No other party uses these document, account and mobile numbers"))


def marks_of(case: Registration) -> Iterator[Mark]:
    """Everything of this party that ought to be nobody else's."""
    identity, phone = "responsible_id_index", "contact_mobile_index"
    yield Mark(
        "id_used_elsewhere",
        of_field("responsible_id_number"),
        identity,
        case.responsible_id_index,
        _("The responsible person's document number"),
    )
    yield Mark(
        "mobile_used_elsewhere",
        of_field("contact_mobile"),
        phone,
        case.contact_mobile_index,
        _("The contact mobile"),
    )
    yield Mark(
        "account_used_elsewhere",
        of_field("account_number"),
        "account_number_index",
        case.account_number_index,
        _("The settlement account"),
    )
    if case.has_agent:
        agent = blind_index(case.agent_id_number, purpose="id_number")
        if agent != case.responsible_id_index:
            words = _("The agent's document number")
            yield Mark("agent_used_elsewhere", of_field("agent_name"), identity, agent, words)
        number = blind_index(case.agent_mobile, purpose="mobile")
        if number != case.contact_mobile_index:
            yield Mark(
                "agent_mobile_used_elsewhere",
                of_field("agent_mobile"),
                phone,
                number,
                _("The agent's mobile"),
            )
    for position, owner in enumerate(case.beneficial_owners, start=1):
        index = blind_index(str(owner.get("id_number") or ""), purpose="id_number")
        if index == case.responsible_id_index:
            continue
        words = _("The document number of beneficial owner %(number)d") % {"number": position}
        yield Mark("owner_used_elsewhere", of_field("beneficial_owners"), identity, index, words)


Found = dict[tuple[str, str], set[str]]


def _merchants_with(case: Registration, marks: list[Mark]) -> Found:
    found: Found = {}
    people = _wanted(marks, "responsible_id_index", "contact_mobile_index")
    accounts = _wanted(marks, "account_number_index")
    if people:
        others = Merchant.objects.filter(people).exclude(pk=case.merchant_id or 0)
        if case.uscc:
            others = others.exclude(uscc=case.uscc)
        rows = others.order_by("pk").values_list("number", "responsible_id_index", "contact_mobile_index")
        for number, identity, phone in rows[:MOST_READ]:
            found.setdefault(("responsible_id_index", identity), set()).add(number)
            found.setdefault(("contact_mobile_index", phone), set()).add(number)
    if accounts:
        owners = SettlementAccount.objects.filter(accounts).exclude(merchant=case.merchant_id or 0)
        if case.uscc:
            owners = owners.exclude(merchant__uscc=case.uscc)
        for number, index in owners.values_list("merchant__number", "account_number_index")[:MOST_READ]:
            found.setdefault(("account_number_index", index), set()).add(number)
    return found


def _applications_with(case: Registration, marks: list[Mark]) -> Found:
    """Open applications of other parties that carry one of the marks."""
    wanted = _wanted(marks, "responsible_id_index", "contact_mobile_index", "account_number_index")
    if not wanted:
        return {}
    columns = ("responsible_id_index", "contact_mobile_index", "account_number_index")
    others = type(case).objects.filter(wanted, submitted_at__isnull=False).exclude(pk=case.pk)
    others = others.exclude(status__in=Application.CLOSED)
    if case.merchant_id:
        others = others.exclude(merchant=case.merchant_id)
    if case.uscc:
        others = others.exclude(uscc=case.uscc)
    else:
        others = others.exclude(uscc="", responsible_id_index=case.responsible_id_index)
    found: Found = {}
    for number, *indexes in others.order_by("pk").values_list("number", *columns)[:MOST_READ]:
        for column, index in zip(columns, indexes, strict=True):
            found.setdefault((column, index), set()).add(number)
    return found


def _wanted(marks: list[Mark], *columns: str) -> Q:
    wanted = Q()
    for column in columns:
        if indexes := {mark.blind for mark in marks if mark.column == column}:
            wanted |= Q(**{f"{column}__in": indexes})
    return wanted


def _joined(words) -> str:
    return pgettext("list", ", ").join(words)


CHECKS = (known_customer, open_application, shared_marks)
