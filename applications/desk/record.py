"""The record of a case for staff: every step, claim, look, reveal and decision, newest first, with its actor and reason."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from applications.items import REVEALABLE
from applications.models import Application, Decision, Document
from applications.models.paper import Paper
from applications.purposes import PURPOSES
from config.files.models import StoredFile
from config.kernel.audit import AccessRecord, AuditEvent
from config.kernel.history import changes_of

# What somebody did without changing the status, in words. A decision says more of itself below.
ACTS = {
    "claimed": gettext_lazy("Taken"),
    "released": gettext_lazy("Put back into the queue"),
    "taken_over": gettext_lazy("Taken over"),
    "assigned": gettext_lazy("Assigned"),
    "escalated": gettext_lazy("Handed to the supervisors"),
    "decision_taken_back": gettext_lazy("Held decision taken back"),
    "review_asked": gettext_lazy("The merchant asked for a review of the refusal"),
    "refusal_upheld": gettext_lazy("The refusal was upheld"),
    "took_effect": gettext_lazy("In effect"),
    "called_off": gettext_lazy("Called off"),
    "revocation_asked": gettext_lazy("Revocation asked for"),
    "revocation_declined": gettext_lazy("Revocation declined"),
    "stop_revoked": gettext_lazy("Revoked"),
}
LOOKS = {
    "view": pgettext_lazy("look at a paper", "Viewed"),
    "thumbnail": pgettext_lazy("look at a paper", "Viewed"),
    "original": gettext_lazy("Original downloaded"),
}
MOST_LOOKS = 200


class Step(NamedTuple):
    """One line of the record: what happened, when, by whom, the reason or remark. `is_look` folds away."""

    at: datetime
    words: str
    by: str
    note: str = ""
    is_look: bool = False


def record_of(case: Application, *, decisions: list[Decision], assesses: bool) -> list[Step]:
    """The whole record, newest first; of the looks the latest, the rest stand in the access records.

    Who does not assess the case reads the steps that the merchant is told of, and who looked.
    """
    steps = [*_steps(case), *_reveals(case), *_looks(case)]
    if assesses:
        steps += [*_acts(case), *_decisions(decisions)]
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _steps(case: Application) -> list[Step]:
    words = dict(Application.Status.choices)
    return [
        Step(change.at, str(words.get(change.to_status, change.to_status)), _person(change.by), change.note)
        for change in changes_of(case)
    ]


def _acts(case: Application) -> list[Step]:
    events = AuditEvent.objects.of(case).filter(action__in=ACTS).select_related("by")
    said = {(remark.action, remark.at): remark.text for remark in case.remarks.all()}
    if called_off_at := getattr(case, "called_off_at", None):
        said["called_off", called_off_at] = getattr(case, "called_off_note", "")
    return [
        Step(event.at, str(ACTS[event.action]), _person(event.by), said.get((event.action, event.at), ""))
        for event in events
    ]


def _person(person) -> str:
    return _("the system") if person is None or person.system_name else str(person)


def _decisions(decisions: list[Decision]) -> list[Step]:
    """Decisions that a second person saw, which the status does not tell."""
    found = []
    for decision in decisions:
        outcome = {"outcome": decision.get_outcome_display()}
        if decision.held_for:
            held = _("Decision held for a second person: %(outcome)s") % outcome
            found.append(Step(decision.at, held, str(decision.by), decision.public_text))
        if decision.checked_at:
            answer = {"answer": decision.get_state_display(), **outcome}
            words = _("%(answer)s: %(outcome)s") % answer
            found.append(Step(decision.checked_at, words, str(decision.checker), decision.checker_note))
    return found


def _reveals(case: Application) -> list[Step]:
    titles = {
        field.name: field.verbose_name for field in case._meta.concrete_fields if field.name in REVEALABLE
    }
    purposes = dict(PURPOSES)
    return [
        Step(
            record.at,
            _("Hidden value shown: %(what)s") % {"what": titles.get(record.detail.get("field"), "")},
            str(record.by),
            str(purposes.get(record.purpose, record.purpose)),
            is_look=True,
        )
        for record in _latest(AccessRecord.objects.of(case))
    ]


def _looks(case: Application) -> list[Step]:
    files = Document.objects.filter(application_id=case.pk).values("stored_file_id")
    # What merchants' people look at are their own papers.
    records = AccessRecord.objects.filter(
        subject_label=StoredFile._meta.label_lower, subject_id__in=files, by__is_staff=True
    ).order_by("-id")
    papers = dict(Paper.choices)
    return [
        Step(
            record.at,
            f"{LOOKS.get(record.detail.get('variant', ''), LOOKS['view'])} {papers.get(record.detail.get('paper'), '')}".strip(),
            str(record.by),
            is_look=True,
        )
        for record in _latest(records)
    ]


def _latest(records: QuerySet[AccessRecord]) -> QuerySet[AccessRecord]:
    return records.select_related("by")[:MOST_LOOKS]
