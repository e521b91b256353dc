"""What the verdicts on the items allow: the decision is derived from them, in the page, in bulk and in the shell alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.items import WHOLE, Item, contents_of, reviewed_items
from applications.models.decision import Decision, ReasonCode
from applications.models.review import Verdict
from config.kernel.lifecycle import Refused

if TYPE_CHECKING:
    from applications.models.application import Application

RETURN, APPROVE, REFUSE = "returned", "approved", "rejected"


@dataclass(frozen=True)
class Derived:
    """Why each outcome is not possible on these verdicts; "" where it is. Exactly one is, or none while items are open."""

    why_not: dict[str, str]
    to_correct: tuple[str, ...]
    unjudged: tuple[str, ...]

    def insist_on(self, outcome: str) -> None:
        """Raises `Refused` with code "verdicts" where the verdicts do not lead to this outcome."""
        if sentence := self.why_not[outcome]:
            raise Refused(sentence, code="verdicts")


def derive(verdicts: Mapping[str, Verdict], items: list[Item]) -> Derived:
    """A final reason leads to a refusal, anything to correct to a return, everything in order to an approval.

    Raises `Refused` for a verdict on something that is no item of the case, or to correct without a reason or words.
    """
    known = {item.key for item in items} | {WHOLE}
    if verdicts.keys() - known:
        raise Refused(
            _("Something on the list cannot be corrected in this application."), code="not_correctable"
        )
    faults = {key: verdict for key, verdict in verdicts.items() if not verdict.is_ok}
    for key, verdict in faults.items():
        if verdict.reason is None or not verdict.words.strip():
            title = next((item.title for item in items if item.key == key), _("The whole application"))
            raise Refused(no_reason_for(title), code="no_reason")
        kind = WHOLE if key == WHOLE else next(item.kind for item in items if item.key == key)
        if not verdict.reason.is_active or verdict.reason.applies_to != kind:
            raise Refused(
                _("The reason “%(reason)s” is not offered for this item. Choose another one.")
                % {"reason": verdict.reason},
                code="no_reason",
            )
        if not verdict.reason.may_be_told_as(verdict.public_text):
            raise Refused(nothing_to_add(), code="confidential")
    is_final = any(
        verdict.reason is not None and verdict.reason.severity == ReasonCode.Severity.FINAL
        for verdict in faults.values()
    )
    # A fault of the whole says nothing of the parts, so they need no verdict then.
    unjudged = () if WHOLE in faults else tuple(item.key for item in items if item.key not in verdicts)
    return Derived(
        why_not=why_not(len(faults), len(unjudged), is_final=is_final),
        to_correct=tuple(faults),
        unjudged=unjudged,
    )


def no_reason_for(title: object) -> str:
    """What is said of an item that has to be corrected and does not say why."""
    return _("Choose a reason for “%(item)s”.") % {"item": title}


def nothing_to_add() -> str:
    """What is said where words are added to a reason behind which lies what may not be told."""
    return _(
        "For this reason the merchant reads the text of the catalogue only. Write the rest as a private note."
    )


def why_not(faults: int, unjudged: int, *, is_final: bool) -> dict[str, str]:
    """Why each outcome is not possible with so many items to correct and so many not judged; "" where it is."""
    return {
        RETURN: _return_objection(faults, unjudged, is_final=is_final),
        APPROVE: _approval_objection(faults, unjudged, is_final=is_final),
        REFUSE: "" if is_final else _("A refusal needs a final reason from the list."),
    }


def _return_objection(faults: int, unjudged: int, *, is_final: bool) -> str:
    if is_final:
        return _("A final reason is given, so the application can only be refused.")
    if not faults:
        return _("Mark at least one item that has to be corrected.")
    return _still_to_judge(unjudged)


def _approval_objection(faults: int, unjudged: int, *, is_final: bool) -> str:
    if is_final:
        return _("A final reason is given, so the application can only be refused.")
    if faults:
        return ngettext(
            "%(count)s item has to be corrected, so approval is not possible.",
            "%(count)s items have to be corrected, so approval is not possible.",
            faults,
        ) % {"count": faults}
    return _still_to_judge(unjudged)


def _still_to_judge(unjudged: int) -> str:
    if not unjudged:
        return ""
    return ngettext(
        "%(count)s item is not judged yet; the merchant is told everything at once.",
        "%(count)s items are not judged yet; the merchant is told everything at once.",
        unjudged,
    ) % {"count": unjudged}


def carried(case: Application) -> dict[str, Verdict]:
    """The verdicts of the last return that still stand: what was in order and has not been touched since."""
    last = case.decisions.filter(outcome=Decision.Outcome.RETURNED).order_by("-id").first()
    if last is None:
        return {}
    now = contents_of(case)
    return {
        judged.item: Verdict(is_ok=True)
        for judged in last.items.filter(is_ok=True)
        if judged.content and now.get(judged.item) == judged.content
    }


def all_in_order(case: Application) -> dict[str, Verdict]:
    """Every item accepted, as a reviewer says who found nothing wrong."""
    return {item.key: Verdict(is_ok=True) for item in reviewed_items(case)}
