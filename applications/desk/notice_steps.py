"""What the desk does with a notice: each step is a noun in the address, a form and one verb of the notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import DeactivationNotice
from applications.models.steps.noticing import ANSWER, CORRECT, DELIVER, REVOKE
from applications.notices.forms import CorrectionForm, DeliveryForm, WordsForm
from applications.notices.issuing import correct_notice, facts_of


class Step(NamedTuple):
    """A step of the desk: who may take it, why not now, what is asked, and the verb with what was said."""

    permission: str
    words: Promise
    done: Promise
    icon: str
    why_not: Callable[..., str]
    form: Callable[..., forms.Form]
    take: Callable[..., Any]


def _correct(notice: DeactivationNotice, form: CorrectionForm, *, by: Any, now: datetime) -> None:
    facts = form.corrected(facts_of(notice))
    correct_notice(notice, facts, by=by, now=now, why=form.cleaned_data["why"])


def _with_words(verb: Callable[..., None], name: str = "text") -> Callable[..., None]:
    def take(notice: DeactivationNotice, form: WordsForm, *, by: Any, now: datetime) -> None:
        verb(notice, by=by, now=now, **{name: form.cleaned_data["words"]})

    return take


Notice, Status = DeactivationNotice, DeactivationNotice.Status
STEPS: dict[str, Step] = {
    "delivery": Step(
        DELIVER,
        _("Record the delivery"),
        _("The delivery is on record."),
        "paper-airplane",
        Notice.objection_to_deliver,
        lambda notice, data: DeliveryForm(data, prefix="delivery"),
        lambda notice, form, *, by, now: notice.deliver(by=by, now=now, **form.said(now=now)),
    ),
    "upholding": Step(
        ANSWER,
        _("Answer that the notice stands"),
        _("The notice stands. The merchant has been told."),
        "hand-raised",
        Notice.objection_to_answer,
        lambda notice, data: WordsForm(data, prefix="stands"),
        _with_words(Notice.uphold),
    ),
    "concession": Step(
        ANSWER,
        _("Answer that the notice is revoked"),
        _("The notice is revoked. The merchant has been told."),
        "arrow-uturn-left",
        Notice.objection_to_answer,
        lambda notice, data: WordsForm(data, prefix="gone"),
        _with_words(Notice.give_in),
    ),
    "correction": Step(
        CORRECT,
        _("Correct the notice"),
        _("The corrected version is issued and replaces the former one. Please have it delivered."),
        "pencil-square",
        Notice.objection_to_correct,
        lambda notice, data: CorrectionForm.of(facts_of(notice), data),
        _correct,
    ),
    "revocation": Step(
        REVOKE,
        _("Revoke the notice"),
        _("The notice is revoked. The merchant has been told."),
        "x-circle",
        Notice.objection_to_revoke,
        lambda notice, data: WordsForm(data, prefix="back"),
        _with_words(Notice.revoke, "note"),
    ),
    "completion": Step(
        DELIVER,
        _("Complete the notice"),
        _("The notice is completed."),
        "archive-box",
        Notice.objection_to_close,
        lambda notice, data: forms.Form(data, prefix="end"),
        lambda notice, form, *, by, now: notice.close(by=by, now=now),
    ),
}


# In which states a step is shown at all.
FITTING: dict[str, tuple[str, ...]] = {
    "delivery": (Status.ISSUED,),
    "upholding": (Status.OBJECTED,),
    "concession": (Status.OBJECTED,),
    "correction": DeactivationNotice.STANDING,
    "revocation": DeactivationNotice.STANDING,
    "completion": (Status.DELIVERED, Status.ACKNOWLEDGED),
}


class Offer(NamedTuple):
    """A step on the page of a notice, greyed with its sentence where it is not possible now."""

    noun: str
    url: str
    step: Step
    why_not: str
    form: forms.Form


def offers(notice: DeactivationNotice, *, by: Any, now: datetime) -> list[Offer]:
    """The steps of this person's role that lead on from here; one whose time has not come is greyed with its reason."""
    return [
        Offer(
            noun,
            reverse(f"admin:applications_deactivationnotice_{noun}", args=[notice.pk]),
            step,
            step.why_not(notice, by=by, now=now),
            step.form(notice, None),
        )
        for noun, step in STEPS.items()
        if by.has_perm(step.permission) and notice.status in FITTING[noun]
    ]
