"""The case page put together: papers beside the data, what was said of each item, and what this person may do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext

from applications.changes import Change, changes_of_round
from applications.checks import findings_of
from applications.desk.drafts import draft_of, initial_of, keep_draft, loss_of
from applications.desk.lines import Line, chips_of, groups_of, lines_of, whole_of
from applications.desk.pointers import pointed
from applications.desk.record import record_of
from applications.desk.refusals import refusal_of
from applications.desk.review_form import ReviewForm
from applications.items import WHOLE, Item, items_of
from applications.models import Application, Decision, DeskPreference, Document, ReasonCode, ReviewDraft
from applications.models.revocation import Revocation
from applications.models.scheduled import ScheduledEffect
from applications.models.steps.holding import HOLDS
from applications.purposes import PURPOSES
from applications.verdicts import APPROVE, REFUSE, RETURN, carried, why_not
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy

REVEAL = "applications.reveal_particulars"
PAPERS = "applications.view_papers"


class Sheet(NamedTuple):
    """A paper in the viewer, with the version of the round before where it was replaced."""

    document: Document
    before: Document | None
    is_new: bool


@dataclass
class Reviewing:
    """A case in one reviewer's hands: its items, the reasons on offer, and the form with what was said so far."""

    case: Application
    by: Any
    now: datetime
    posted: Mapping[str, Any] | None = None
    outcome: str = ""
    draft: ReviewDraft | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.items = items_of(self.case)
        self.reasons = list(ReasonCode.objects.offered())
        self.language = self.case.applicant.language
        first: dict[str, Any] = {}
        if self.posted is None:
            self.draft = draft_of(self.case, by=self.by)
            stands = carried(self.case) if self.case.round > 1 else {}
            first = initial_of(self.draft, carried=stands, version=self.case.version)
        self.form = ReviewForm(
            self.posted,
            items=self.to_judge,
            reasons=self.reasons,
            language=self.language,
            outcome=self.outcome,
            asks_account_check=self.case.asks_account_check,
            initial=first,
        )

    @property
    def to_judge(self) -> list[Item]:
        return [item for item in self.items if item.is_reviewed and (item.is_required or item.document)]


# Decisions that the merchant has been told of.
IN_FORCE = (Decision.State.SENT, Decision.State.RELEASED)


def keep_posted(case: Application, posted: Mapping[str, Any], *, by, now: datetime) -> bool:
    """Whether a request carries a review; then its marks and words are kept as the draft of its reviewer."""
    if "version" not in posted or "private_note" not in posted:
        return False
    if case.status in (case.Status.SUBMITTED, case.Status.UNDER_REVIEW):
        keep_draft(case, Reviewing(case, by, now, posted=posted).form, by=by, now=now)
    return True


def context_of(reviewing: Reviewing, *, key: str, refused: Refused | None) -> dict[str, Any]:
    """Everything the case page prints for this person. `key` names the paper to show first."""
    case, by, now, form = reviewing.case, reviewing.by, reviewing.now, reviewing.form
    # Whoever files for a merchant speaks with it: what the bank finds and has not said yet is for reviewers alone.
    assesses = by.has_perm(PAPERS) and not case.is_maker(by)
    decisions = list(
        case.decisions.select_related("by", "checker", "reason").prefetch_related("items__reason")
    )
    if not assesses:
        decisions = [one for one in decisions if one.state in IN_FORCE]
    latest = next((one for one in decisions if one.round == case.round), None)
    held = next((one for one in decisions if one.state == Decision.State.HELD), None)
    changes = changes_of_round(case) if case.round > 1 else []
    found = findings_of(case, on=local_date(now)) if assesses else []
    findings = pointed(found, reviewing.items, by=by)
    chips = chips_of(reviewing.reasons, language=reviewing.language)
    judged = {one.item: one for one in latest.items.all()} if latest else {}
    about = {"chips": chips, "changes": changes, "findings": findings, "judged": judged}
    lines = lines_of(reviewing.items, form, **about)
    holder = case.holder(now)
    is_mine = (
        case.status == case.Status.UNDER_REVIEW and not held and holder is not None and holder.pk == by.pk
    )
    whole = whole_of(form, chips, judged)
    sheets = sheets_of(reviewing.items, changes)
    return {
        "case": case,
        "now": now,
        "refused": refused,
        "form": form,
        "draft": reviewing.draft,
        "is_mine": is_mine,
        # Words that came back with a refusal are never taken out of the reviewer's hands.
        "is_open": is_mine or form.is_bound,
        "loss": _loss(reviewing, held=held),
        "holder": holder,
        "idle_minutes": current_policy().claim_idle_minutes,
        "held": held,
        "held_for": _told(held.held_for) if held else [],
        "revocation": _revocation(case, by=by, now=now),
        "waiting": _waiting(case, by=by, now=now),
        "asked": case.review_request_or_none() if case.status == case.Status.REJECTED else None,
        "refusal": refusal_of(decisions, reviewing.items),
        "holds": holds_of(case) if is_mine else {},
        "why_not": _objections(case, by=by, now=now, is_mine=is_mine),
        "standing": standing_of(lines, whole),
        "sentences": sentences_for(len(reviewing.to_judge)),
        "claiming": _claiming(case, by=by, now=now),
        "lines": lines,
        "papers": [line for line in lines if line.key.startswith("paper:")],
        "groups": groups_of(lines),
        "whole": whole,
        "sheets": sheets,
        "sheet": _first(sheets, key),
        "warnings": [finding for finding in findings if finding.level != "ok"],
        "passes": [finding for finding in findings if finding.level == "ok"],
        "steps": record_of(case, decisions=decisions, assesses=assesses),
        "assesses": assesses,
        "decided": [(decision, _faults(decision, reviewing.items)) for decision in decisions],
        "latest": latest,
        "purposes": PURPOSES,
        "may_reveal": by.has_perm(REVEAL),
        "may_see_papers": by.has_perm(PAPERS),
        "preference": DeskPreference.objects.of(by),
    }


def _loss(reviewing: Reviewing, *, held: Decision | None):
    """What is told to whoever has a review of this open case and no longer the case."""
    case, by, now = reviewing.case, reviewing.by, reviewing.now
    is_open = case.status in (case.Status.SUBMITTED, case.Status.UNDER_REVIEW) and not held
    has_review = reviewing.draft is not None or reviewing.form.is_bound
    return loss_of(case, by=by, now=now) if is_open and has_review else None


def _revocation(case: Application, *, by, now: datetime) -> dict[str, Any] | None:
    """How a granted stop stands, and why this person cannot ask for its revocation or answer that; None of anything else."""
    if not isinstance(case, Revocation) or case.status != case.Status.APPROVED:
        return None
    return {
        "words": case.effect_words(now),
        "ask": case.objection_to_ask_revocation(by=by),
        "confirm": case.objection_to_revoke(by=by),
    }


def _waiting(case: Application, *, by, now: datetime) -> dict[str, Any] | None:
    """What was granted for a later day, or called off before it, and why this person cannot call it off; a stop has its revocation."""
    if not isinstance(case, ScheduledEffect) or isinstance(case, Revocation):
        return None
    if not (case.waits_for_its_moment or case.called_off_at):
        return None
    return {"words": case.effect_words(now), "objection": case.objection_to_call_off(by=by)}


def _first(sheets: list[Sheet], key: str) -> Sheet | None:
    """The paper that was asked for, else the first that is new in this round, else the first."""
    asked = (one for one in sheets if str(one.document.pk) == key)
    return next(asked, None) or next((one for one in sheets if one.is_new), None) or next(iter(sheets), None)


def sheets_of(items: list[Item], changes: list[Change]) -> list[Sheet]:
    """The papers on file in the order of the form, each with what it took the place of in the round before."""
    before = {change.item: change.old_document for change in changes}
    return [
        Sheet(item.document, before.get(item.key), item.key in before)
        for item in items
        if item.document is not None
    ]


def holds_of(case: Application) -> dict[str, list[Any]]:
    """Why each outcome waits for a second person, in the words of `HOLDS`; empty where it takes effect at once. A return does."""
    return {RETURN: [], **{outcome: _told(case.reasons_to_hold(outcome)) for outcome in (APPROVE, REFUSE)}}


def _told(codes: list[str]) -> list[Any]:
    return [HOLDS[code] for code in codes if code in HOLDS]


class Standing(NamedTuple):
    """How far the review is: items judged, all items, faults, and why it cannot be approved as it stands."""

    done: int
    all: int
    faults: int
    sentence: str


def standing_of(lines: list[Line], whole: Line) -> Standing:
    """The counts of what the page shows, and the sentence of the verbs that follows from them."""
    judged = [line for line in lines if line.is_reviewed]
    done = sum(bool(line.verdict) for line in judged)
    faults = [line for line in judged if line.is_open] + ([whole] if whole.reason else [])
    is_final = any(chip.is_final for line in faults for chip in line.chips if chip.code == line.reason)
    unjudged = 0 if whole.reason else len(judged) - done
    sentence = why_not(len(faults), unjudged, is_final=is_final)[APPROVE]
    return Standing(done, len(judged), len(faults), sentence)


def sentences_for(count: int) -> dict[str, Any]:
    """The sentences of the verbs for every number of items, so that the page says the same as they do without asking."""
    nothing, final = why_not(0, 0, is_final=False), why_not(0, 0, is_final=True)
    return {
        "faults": [why_not(number, 0, is_final=False)[APPROVE] for number in range(count + 2)],
        "unjudged": [why_not(0, number, is_final=False)[APPROVE] for number in range(count + 1)],
        "no_fault": nothing[RETURN],
        "no_final": nothing[REFUSE],
        "final": final[RETURN],
    }


def _objections(case: Application, *, by, now: datetime, is_mine: bool) -> dict[str, str]:
    """Why each outcome is not possible whatever the verdicts are; "" where they alone decide."""
    found = {outcome: case.objection(outcome, by=by, now=now) for outcome in (RETURN, APPROVE, REFUSE)}
    if is_mine and not found[APPROVE]:
        found[APPROVE] = next(iter(case.blocks(on=local_date(now))), "")
    return found


def _faults(decision: Decision, items: list[Item]) -> list[tuple[str, str]]:
    """What a decision gave back or refused, by the title of the item as far as there still is one."""
    titles = {item.key: item.title for item in items} | {WHOLE: gettext("The whole application")}
    return [(titles.get(one.item, ""), one.text) for one in decision.items.all() if not one.is_ok]


def _claiming(case: Application, *, by, now: datetime) -> dict[str, str]:
    """Why not, for every step that puts the case into hands or out of them."""
    return {
        "claim": case.objection_to_claim(by=by, now=now),
        "release": case.objection_to_put_back(by=by, now=now),
        "takeover": case.objection_to_take_over(by=by, now=now),
        "escalation": case.objection_to_escalate(by=by, now=now),
        "confirmation": case.objection_to_release(by=by, now=now),
        "retraction": case.objection_to_take_back(by=by),
        "answer": case.objection_to_answer(by=by, now=now) if case.status == case.Status.REJECTED else "-",
    }
