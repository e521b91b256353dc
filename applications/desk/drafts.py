"""The private draft of a review: kept while its reviewer works, found again on opening, gone with the decision."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext as _

from applications.desk.review_form import ReviewForm
from applications.models import Application, ReviewDraft
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import moment

KEPT_AFTER_THE_CLAIM = timedelta(hours=24)
BATCH = 500


def keep_draft(case: Application, form: ReviewForm, *, by, now: datetime) -> ReviewDraft:
    """Leave what was marked and written kept for this reviewer alone; keeping it is a sign of life of whoever holds the case.

    What the form does not understand is left out. A draft has no effect, so a lost claim does not lose it.
    """
    form.is_valid()
    draft, _is_new = ReviewDraft.objects.update_or_create(
        application_id=case.pk,
        reviewer=by,
        defaults={"round": case.round, "content": form.kept(), "saved_at": now},
    )
    case.keep_lease(by=by, now=now)
    return draft


def draft_of(case: Application, *, by) -> ReviewDraft | None:
    """What this reviewer had marked in this round, or None. What was marked before a correction speaks of other papers."""
    return ReviewDraft.objects.filter(application_id=case.pk, reviewer=by, round=case.round).first()


class Loss(NamedTuple):
    """A case that left its reviewer's hands: where it is now, whether a decision is refused, and whether it can be taken again."""

    sentence: str
    refuses: bool
    may_take: bool
    hours_kept: int = 0


def loss_of(case: Application, *, by, now: datetime) -> Loss | None:
    """What a reviewer is told whose review lies on the page while the case is in other hands or in none; None while it is theirs."""
    if case.status not in (case.Status.SUBMITTED, case.Status.UNDER_REVIEW):
        return Loss(case.objection_to_claim(by=by, now=now), refuses=True, may_take=False)
    hours = KEPT_AFTER_THE_CLAIM // timedelta(hours=1)
    if case.held_since:
        sentence = _("A decision on this application is held and waits for a second person.")
        return Loss(sentence, refuses=True, may_take=False, hours_kept=hours)
    holder = case.holder(now)
    if holder is not None and holder.pk == by.pk:
        return None
    if objection := case.objection_to_claim(by=by, now=now):
        return Loss(objection, refuses=True, may_take=False, hours_kept=hours)
    return Loss(_free_since(case, by=by), refuses=False, may_take=True, hours_kept=hours)


def _free_since(case: Application, *, by) -> str:
    if case.assignee_id != by.pk or case.lease_until is None:
        return _("Nobody holds this case now.")
    idle = current_policy().claim_idle_minutes
    return _("Nobody holds this case since %(when)s: nothing was done for %(idle)s minutes.") % {
        "when": moment(case.lease_until),
        "idle": idle,
    }


def forget_draft(case: Application, *, by) -> None:
    """The review is sent or thrown away."""
    ReviewDraft.objects.filter(application_id=case.pk, reviewer=by).delete()


def forget_old(now: datetime) -> int:
    """Delete drafts a day after their reviewer lost the case; the number deleted. Called by the worker.

    Every sign of life of a holder keeps the draft too, so a claim ends at most its idle time after the draft was kept.
    """
    idle = timedelta(minutes=current_policy().claim_idle_minutes)
    old = ReviewDraft.objects.filter(saved_at__lt=now - KEPT_AFTER_THE_CLAIM - idle)
    held = Q(application__assignee=F("reviewer"), application__lease_until__gt=now)
    lost = old.exclude(held).order_by("saved_at").values_list("pk", flat=True)
    deleted, _by_model = ReviewDraft.objects.filter(pk__in=list(lost[:BATCH])).delete()
    return deleted


def initial_of(draft: ReviewDraft | None, *, carried: dict[str, Any], version: int) -> dict[str, Any]:
    """What the form shows at first: verdicts of earlier rounds that still stand, and over them what the draft says."""
    first: dict[str, Any] = {f"verdict-{key}": "ok" for key, verdict in carried.items() if verdict.is_ok}
    return first | (draft.content if draft else {}) | {"version": version}
