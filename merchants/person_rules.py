"""Rules about people: who is responsible, who acts, who owns, and how they are reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from config.privacy.identifiers import mobile, resident_id, telephone
from config.privacy.identity_documents import (
    IdType,
    age_problem,
    age_warning,
    birth_date_of,
    problem_for,
    warning_for,
)
from merchants.particulars import MerchantType

Finding = tuple[str, str]


def problems(particulars, *, on: date) -> Iterator[Finding]:
    yield from _responsible_problems(particulars, on=on)
    if particulars.has_agent:
        yield from _agent_problems(particulars, on=on)
    if particulars.merchant_type == MerchantType.ENTERPRISE:
        if not particulars.controller_name:
            yield "controller_name", _("Enter the actual controller; it may be the responsible person.")
        yield from _owner_problems(particulars.beneficial_owners, on=on)
    yield from _contact_problems(particulars)


def doubts(particulars, *, on: date) -> Iterator[Finding]:
    id_type, number = particulars.responsible_id_type, particulars.responsible_id_number
    if id_type and number:
        yield "responsible_id_number", warning_for(id_type, number, on=on)
        yield "responsible_id_number", age_warning(birth_date_of(id_type, number, on=on), on=on)
    if particulars.has_agent and particulars.agent_id_number:
        yield "agent_id_number", resident_id.warning(particulars.agent_id_number, on=on)


def _responsible_problems(particulars, *, on: date) -> Iterator[Finding]:
    if not particulars.responsible_name:
        yield "responsible_name", _("Enter the name of the responsible person as on the identity document.")
    if not particulars.responsible_id_type:
        yield "responsible_id_type", _("Choose the type of identity document.")
    elif not particulars.responsible_id_number:
        yield "responsible_id_number", _("Enter the number of the identity document.")
    else:
        id_type, number = particulars.responsible_id_type, particulars.responsible_id_number
        sentence = problem_for(id_type, number, on=on) or age_problem(
            birth_date_of(id_type, number, on=on), on=on
        )
        if sentence:
            yield "responsible_id_number", sentence
    yield from _document_dates(particulars, "responsible_id", on=on)


def _document_dates(particulars, document: str, *, on: date) -> Iterator[Finding]:
    """The dates of "responsible_id" or "agent_id"."""
    begins, ends = getattr(particulars, f"{document}_from"), getattr(particulars, f"{document}_to")
    if begins is None:
        yield f"{document}_from", _("Enter the first day of the identity document.")
    elif begins > on:
        yield f"{document}_from", _("The identity document is not in force yet. Compare the date with it.")
    if getattr(particulars, f"{document}_is_long_term"):
        return
    if ends is None:
        yield (
            f"{document}_to",
            _("Enter the last day of the identity document, or mark it as without end date."),
        )
    elif begins and ends <= begins:
        yield (
            f"{document}_to",
            _("The identity document ends before it begins. Compare both dates with it."),
        )
    elif ends < on:
        yield f"{document}_to", _("The identity document has expired. Use the renewed one.")


def _agent_problems(particulars, *, on: date) -> Iterator[Finding]:
    if not particulars.agent_name:
        yield "agent_name", _("Enter the name of the agent.")
    if not particulars.agent_id_number:
        yield "agent_id_number", _("Enter the agent's resident ID number.")
    elif sentence := resident_id.problem(particulars.agent_id_number, on=on):
        yield "agent_id_number", sentence
    yield from _document_dates(particulars, "agent_id", on=on)
    if not particulars.agent_mobile:
        yield "agent_mobile", _("Enter the agent's mobile number.")
    elif sentence := mobile.problem(particulars.agent_mobile):
        yield "agent_mobile", sentence


def _owner_problems(owners, *, on: date) -> Iterator[Finding]:
    if not owners:
        yield "beneficial_owners", _("Name at least one beneficial owner.")
        return
    for number, owner in enumerate(owners, start=1):
        if sentence := _owner_problem(owner, on=on):
            yield (
                "beneficial_owners",
                _("Beneficial owner %(number)d: %(sentence)s")
                % {
                    "number": number,
                    "sentence": sentence,
                },
            )
    if sum(_share(owner) for owner in owners) > 100:
        yield "beneficial_owners", _("The shares of the beneficial owners add up to more than 100 per cent.")


def _owner_problem(owner: dict, *, on: date) -> str:
    if not owner.get("name"):
        return _("Enter the name.")
    if owner.get("id_type") not in IdType.values:
        return _("Choose the type of identity document.")
    if sentence := problem_for(owner["id_type"], str(owner.get("id_number", "")), on=on):
        return sentence
    ends = _day(owner.get("valid_to"))
    if ends and ends < on:
        return _("The identity document has expired. Use the renewed one.")
    if not 0 < _share(owner) <= 100:
        return _("Enter the share in per cent, more than 0 and at most 100.")
    return ""


def _share(owner: dict) -> float:
    try:
        return float(owner.get("share_percent") or 0)
    except (TypeError, ValueError):
        return 0.0


def _day(value) -> date | None:
    if isinstance(value, date) or not value:
        return value or None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _contact_problems(particulars) -> Iterator[Finding]:
    if not particulars.contact_name:
        yield "contact_name", _("Enter the contact person.")
    if not particulars.contact_mobile:
        yield "contact_mobile", _("Enter the mobile number of the contact person.")
    elif sentence := mobile.problem(particulars.contact_mobile):
        yield "contact_mobile", sentence
    for field in ("contact_phone", "service_phone"):
        value = getattr(particulars, field)
        if value and (sentence := telephone.problem(value)):
            yield field, sentence
    if particulars.contact_email and _is_no_email(particulars.contact_email):
        yield "contact_email", _("Enter an e-mail address such as name@example.com.")


def _is_no_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return True
    return False
