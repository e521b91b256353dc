"""Check digits and shapes of what was typed, and what is doubtful about it. Asks the database nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from applications.findings.finding import Finding, bad, of_field, ok, verdict, warn
from config.privacy.identifiers import mobile, resident_id, uscc
from config.privacy.identity_documents import IdType, problem_for
from merchants.completeness import doubts
from merchants.settlement_rules import account_problems

# Told by the checks of validity in days, so not once more as a doubt.
TOLD_ELSEWHERE = {"licence_to"}


def credit_code(case, *, on: date) -> Iterator[Finding]:
    if not case.is_micro:
        yield verdict(
            "uscc_check_digit",
            of_field("uscc"),
            uscc.problem(case.uscc, on=on),
            _("Check digit of the credit code is right"),
        )


def responsible_person(case, *, on: date) -> Iterator[Finding]:
    known = case.responsible_id_type in IdType.values
    yield verdict(
        "id_check_digit",
        of_field("responsible_id_number"),
        problem_for(case.responsible_id_type, case.responsible_id_number, on=on)
        if known
        else _("The type of the identity document is not known."),
        _("Check digit of the identity document is right"),
    )


def agent(case, *, on: date) -> Iterator[Finding]:
    if not case.has_agent:
        return
    item = of_field("agent_id_number")
    yield verdict(
        "agent_id_check_digit",
        item,
        resident_id.problem(case.agent_id_number, on=on),
        _("Check digit of the agent's identity document is right"),
    )
    if case.agent_id_number and case.agent_id_number == case.responsible_id_number:
        yield warn(
            "agent_is_responsible", item, _("The agent has the document number of the responsible person")
        )


def owners(case, *, on: date) -> Iterator[Finding]:
    for number, owner in enumerate(case.beneficial_owners, start=1):
        id_type, value = owner.get("id_type"), str(owner.get("id_number", ""))
        problem = problem_for(id_type, value, on=on) if id_type in IdType.values else _("Unknown document.")
        if problem:
            yield bad(
                "owner_id_check_digit",
                of_field("beneficial_owners"),
                _("Beneficial owner %(number)d: %(sentence)s") % {"number": number, "sentence": problem},
            )


def mobiles(case, *, on: date) -> Iterator[Finding]:
    columns = ["contact_mobile", *(["agent_mobile"] if case.has_agent else [])]
    for column in columns:
        if problem := mobile.problem(getattr(case, column)):
            yield bad("mobile_shape", of_field(column), problem)


def account(case, *, on: date) -> Iterator[Finding]:
    """Licence, responsible person and account holder agree, as the type of merchant demands (PBoC 2013 No. 9)."""
    problems = account_problems(case)
    for column, sentence in problems:
        yield bad("account_rules", of_field(column), sentence)
    if not problems:
        yield ok(
            "account_rules",
            of_field("account_holder"),
            _("Account holder agrees with licence or responsible person"),
        )


def doubtful(case, *, on: date) -> Iterator[Finding]:
    for column, sentence in doubts(case, on=on):
        if column not in TOLD_ELSEWHERE:
            yield warn(f"doubt_{column}", of_field(column), sentence)


CHECKS = (credit_code, responsible_person, agent, owners, mobiles, account, doubtful)
