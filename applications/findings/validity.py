"""Whether papers are in force on the day, and whether their dates can be true at all. Asks the database nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from applications.findings.finding import Finding, bad, of_field, of_terms, ok, warn
from config.kernel.templatetags.formats import day

if TYPE_CHECKING:
    from applications.models.placement import Placement
    from config.kernel.policy import Policy


class Validity(NamedTuple):
    """From when until when a paper is in force. `begins` is None where the form does not ask for it.

    `was_asked` is False for what a customer of long standing was never asked and cannot answer in this application.
    """

    code: str
    item: str
    name: str
    begins: date | None
    ends: date | None
    is_long_term: bool
    soon: timedelta
    was_asked: bool = True


def papers_in_force(case, *, on: date, policy: Policy) -> Iterator[Finding]:
    for validity in validities(case, policy=policy):
        yield from judged(validity, on=on)


def validities(case, *, policy: Policy) -> Iterator[Validity]:
    """Every paper of the case that runs out. A licence is renewed at an office and takes longer than a card."""
    licence, card = timedelta(days=policy.licence_warning_days), timedelta(days=policy.card_warning_days)
    if not case.is_micro:
        yield Validity(
            "licence",
            of_field("licence_to"),
            _("Licence"),
            case.licence_from,
            case.licence_to,
            case.licence_is_long_term,
            licence,
        )
    yield Validity(
        "id",
        of_field("responsible_id_to"),
        pgettext("paper", "Identity document"),
        case.responsible_id_from,
        case.responsible_id_to,
        case.responsible_id_is_long_term,
        card,
    )
    if case.has_agent:
        yield Validity(
            "agent_id",
            of_field("agent_id_to"),
            _("The agent's identity document"),
            case.agent_id_from,
            case.agent_id_to,
            case.agent_id_is_long_term,
            card,
            was_asked=case.merchant_id is None or case.agent_id_from is not None,
        )
    for number, owner in enumerate(case.beneficial_owners, start=1):
        # Empty means a document without end date: the form asks for a day only where there is one.
        if ends := _day(owner.get("valid_to")):
            name = _("Document of beneficial owner %(number)d") % {"number": number}
            item = of_field("beneficial_owners")
            yield Validity("owner_id", item, name, None, ends, is_long_term=False, soon=card)


def judged(paper: Validity, *, on: date) -> Iterator[Finding]:
    """The dates in their order, then the first of: not yet in force, over, soon over, in force."""
    words = {"paper": paper.name}
    ends = None if paper.is_long_term else paper.ends
    if paper.begins and ends and ends <= paper.begins:
        yield bad(f"{paper.code}_date_order", paper.item, _("%(paper)s ends before it begins") % words)
    if paper.begins and paper.begins > on:
        yield bad(f"{paper.code}_not_yet", paper.item, _("%(paper)s is not in force yet") % words)
    elif ends is None and not paper.is_long_term:
        level = bad if paper.was_asked else warn
        yield level(f"{paper.code}_undated", paper.item, _("%(paper)s has no end date on file") % words)
    elif ends and ends < on:
        when = words | {"when": day(ends)}
        yield bad(f"{paper.code}_expired", paper.item, _("%(paper)s has expired on %(when)s") % when)
    elif ends and ends <= on + paper.soon:
        left = (ends - on).days
        said = ngettext("%(paper)s expires in %(days)s day", "%(paper)s expires in %(days)s days", left) % (
            words | {"days": left}
        )
        yield warn(f"{paper.code}_expires_soon", paper.item, said)
    else:
        yield ok(f"{paper.code}_in_force", paper.item, _("%(paper)s is in force") % words)


def wished_dates(placements: Iterable[Placement], *, on: date) -> Iterator[Finding]:
    for placement in placements:
        if placement.expected_install_on and placement.expected_install_on < on:
            yield warn(
                "install_date_past",
                of_terms(placement.position),
                _("The wished day of installation, %(when)s, has passed")
                % {"when": day(placement.expected_install_on)},
            )


def _day(value) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
