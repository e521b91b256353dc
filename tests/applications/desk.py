"""The case page as a browser sends it: every item marked, with what else a decision says."""

from __future__ import annotations

from django.urls import reverse

from applications.items import reviewed_items
from config.kernel import clock
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory


def at(noun: str, case) -> str:
    return reverse(f"admin:applications_{noun}", args=[case.pk])


def said(case, *faults: str, final: bool = False, **changed) -> dict:
    """Every item in order but these, which carry a reason of their kind; `final` refuses the whole."""
    answers = {f"verdict-{item.key}": "ok" for item in reviewed_items(case)}
    for key in faults:
        answers[f"verdict-{key}"] = "fix"
        answers[f"reason-{key}"] = "glare" if key.startswith("paper:") else "number_differs"
    if final:
        answers["reason-application"] = "not_eligible"
    about = {
        "version": case.version,
        "private_note": "",
        "account_verified": "on",
        "open_next": "on",
        "idempotency_key": "k" * 20,
    }
    return answers | about | changed


def case_of(reviewer, **given):
    """A case in this reviewer's hands."""
    case = RegistrationFactory(branch=given.pop("branch", reviewer.branch), state="submitted", **given)
    case.claim(by=reviewer, now=clock.now())
    return case


def reviewer_of(branch=None, role: str = "reviewer", **given):
    return StaffFactory(role=role, branch=branch or BranchFactory(), **given)
