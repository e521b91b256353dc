"""An answer in the words of whoever reads it. Made from what is kept with it, never looked up anew."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from applications.support.checking.advice import ADVICE, WHO, Advice, ToldAdvice
from applications.support.checking.questions import Screen
from applications.support.checking.tree import Outcome
from applications.support.models import SelfCheck
from config.kernel.templatetags.formats import MISSING, day, deadline, fen


def advice_of(check: SelfCheck) -> Advice:
    return ADVICE[Outcome(check.outcome)]


def told(check: SelfCheck) -> ToldAdvice:
    return advice_of(check).told(words_of(check.facts))


# Outcomes whose title says something of the one case.
_OF_ONE_CASE = {
    Outcome.INCIDENT: gettext_lazy("An upgrade or a fault of the bank's system"),
    Outcome.PLANNED: gettext_lazy("A stop that was announced"),
}


def outcome_named(outcome: str) -> str:
    """An outcome with its title, as a list of many self-checks tells it."""
    known = Outcome(outcome)
    return f"{outcome} {_OF_ONE_CASE.get(known) or ADVICE[known].title}"


def outcome_choices() -> list[tuple[str, str]]:
    """Every outcome, for a filter."""
    return [(str(outcome), outcome_named(outcome)) for outcome in Outcome]


def who_acts(check: SelfCheck) -> str:
    return str(WHO[advice_of(check).who])


def asks_for(check: SelfCheck) -> str:
    """What the merchant asks for in a ticket about this answer, in words to send or to change; "" where only it can say."""
    binding = check.terminal.binding if check.terminal else None
    match check.outcome:
        case Outcome.UNUSED if binding is not None:
            said = _("Please resume this terminal. It stands at its registered address: %(address)s")
            return said % {"address": f"{binding.division or ''}{binding.address}"}
        case Outcome.END_OF_LIFE:
            return _("Please resume this terminal, so that its device can be replaced.")
    return ""


def screen_said(check: SelfCheck) -> str:
    """The words of the screen, with the code where the words do not name it."""
    words = str(Screen(check.screen).label)
    return words if not check.code or check.code in words else f"{words} {check.code}"


def words_of(facts: dict[str, Any]) -> dict[str, str]:
    """Everything that an advice may name, in the language of the reader; what is not there is --."""
    bulletin = facts.get("bulletin") or {}
    language = "en" if get_language() == "en" else "zh"
    end = moment_of(bulletin.get("end"))
    planned_title, planned_cause = _planned(facts)
    return {
        "bulletin_title": bulletin.get(f"title_{language}", MISSING),
        "bulletin_text": bulletin.get(f"text_{language}", MISSING),
        "bulletin_end": deadline(end) if end else _("When the bank says that it is over"),
        "near": facts.get("near", MISSING),
        "application": facts.get("application", MISSING),
        "draft_until": day(_day_of(facts.get("draft_until"))),
        "due": deadline(moment_of(facts.get("due"))),
        "corrections": _corrections(facts.get("corrections", 0)),
        "correction_due": deadline(moment_of(facts.get("correction_due"))),
        "code_until": deadline(moment_of(facts.get("code_until"))),
        "amount": fen(facts.get("amount_fen")),
        "successor": facts.get("successor", MISSING),
        "left": _left(facts),
        "handed_over": _handed_over(facts),
        "answer_due": deadline(due)
        if (due := moment_of(facts.get("answer_due")))
        else _("In 2 working hours"),
        "report_minutes": str(facts.get("report_minutes", 30)),
        "report_late": _report_late(facts),
        "planned_title": planned_title,
        "planned_cause": planned_cause,
    }


def moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _corrections(count: int) -> str:
    return ngettext("%(count)d item", "%(count)d items", count) % {"count": count}


def _left(facts: dict[str, Any]) -> str:
    """What is left for the merchant, as one or two sentences."""
    said = []
    if facts.get("to_settle"):
        said.append(_("Its last batch is not settled."))
    if count := facts.get("to_give_back", 0):
        words = ngettext(
            "%(count)d device is to be given back.", "%(count)d devices are to be given back.", count
        )
        said.append(words % {"count": count})
    return " ".join(said)


def _handed_over(facts: dict[str, Any]) -> str:
    """That a person looks already, or how one is asked."""
    if "ticket" in facts:
        said = _(
            "Ticket %(ticket)s is open with this result. The help line answers there; nobody asks you the same again."
        )
        return said % facts
    return _("If it refuses still, hand this result over: nobody asks you the same again.")


def _report_late(facts: dict[str, Any]) -> str:
    if "ticket" in facts:
        return (
            _("It took longer than it should: ticket %(ticket)s is open, and the bank looks into it.") % facts
        )
    return _("If it is not through by then, a ticket opens by itself, and the bank looks into it.")


def _planned(facts: dict[str, Any]) -> tuple[str, str]:
    """Title and cause of what lies ahead."""
    when = {"day": day(_day_of(facts.get("day")))}
    match facts.get("planned"):
        case "stop":
            return (
                _("It will be stopped on %(day)s") % when,
                _("The stop was asked for and granted. Until that day the terminal works."),
            )
        case "unused_stop":
            return (
                _("It will be stopped on %(day)s if nobody uses it") % when,
                _("The terminal has taken no payments for a long time. One payment prevents the stop."),
            )
        case "verification":
            return (
                _("It will be verified as unused on %(day)s") % when,
                _(
                    "The terminal has taken no payments for months. One payment, or your confirmation, prevents it."
                ),
            )
        case "dormant":
            return (
                _("Its use is being verified"),
                _(
                    "The terminal has taken no payments for months. Confirm that it is in use, or it is suspended."
                ),
            )
        case "closure":
            return (
                _("Closed for a time, until %(day)s") % when,
                _("You have had it closed for a time. On that day it works again by itself."),
            )
    return MISSING, MISSING
