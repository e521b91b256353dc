"""How an application stands, in the merchant's words: what state, who acts now, by when.

Nothing here speaks of a decision that is not in force: while one is held the application is under review, no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.corrections import Correction, last_return
from applications.models import Application, Decision, ReviewRequest
from config.kernel.calendar import is_published, working_days_between
from config.kernel.clock import local_date
from config.kernel.history import changes_of
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import day, deadline
from terminals.models import Terminal

Status = Application.Status
IN_FORCE = (Decision.State.SENT, Decision.State.RELEASED)


class Standing(NamedTuple):
    """The top of the page: what state, whose turn it is, until when, and what else there is to say."""

    tone: str
    title: str
    who: str
    until: str = ""
    text: str = ""


class Refusal(NamedTuple):
    """Why an application was refused, as its merchant reads it: the category, and the reviewer's own words where there are any."""

    category: str
    words: str
    is_confidential: bool


def standing_of(
    one: Application, *, corrections: list[Correction], terminals: list[Terminal], now: datetime
) -> Standing:
    """The three answers at the top of the page."""
    match one.status:
        case Status.SUBMITTED | Status.UNDER_REVIEW:
            return _with_the_bank(one, now)
        case Status.RETURNED:
            return _returned(one, corrections, now)
        case Status.APPROVED:
            return _approved(one, terminals, now)
        case Status.REJECTED:
            return _refused(one, now)
        case Status.LAPSED:
            return Standing(
                "",
                _("The time for correction has passed"),
                _("The application is closed and nobody has to do anything."),
                text=_("This counts against nobody: you can file a new one at any time."),
            )
    return _withdrawn(one)


def provisional(moment: datetime) -> str:
    """A remark for a day whose year has no official calendar yet, else ""."""
    date = local_date(moment)
    if is_published(date):
        return ""
    return _(" (provisional: the holidays of %(year)s are not announced yet)") % {"year": date.year}


def decision_in_force(one: Application) -> Decision | None:
    """The latest decision that has been sent. A held one, or one that was reversed, is nobody's business but the bank's."""
    return one.decisions.filter(state__in=IN_FORCE).select_related("reason").order_by("-id").first()


def refusal_of(one: Application) -> Refusal | None:
    """The words of the refusal in force, in the reader's language."""
    decision = decision_in_force(one)
    if one.status != Status.REJECTED or decision is None:
        return None
    reason = decision.reason
    own_words = decision.public_text.strip()
    if reason is None:
        return Refusal("", own_words, is_confidential=False)
    if reason.is_confidential or own_words in (reason.public_text_zh, reason.public_text_en):
        own_words = ""
    return Refusal(reason.public_text, own_words, is_confidential=reason.is_confidential)


def asked_to_review(one: Application) -> ReviewRequest | None:
    """The merchant's request to look at the refusal again."""
    return one.review_request_or_none()


# -- each state -----------------------------------------------------------------------------------------------------------


def _with_the_bank(one: Application, now: datetime) -> Standing:
    asked = asked_to_review(one)
    if asked is not None and asked.outcome == ReviewRequest.Outcome.REOPENED:
        title, text = _("The bank is looking at it again"), asked.answer
    elif one.status == Status.UNDER_REVIEW:
        title, text = _("The bank is reviewing it"), ""
    elif one.round > 1:
        title, text = _("Your correction has arrived and waits for a reviewer"), ""
    else:
        title, text = _("Received, waiting for a reviewer"), ""
    who = _("It is with %(branch)s; there is nothing for you to do now.") % {"branch": one.branch}
    return Standing("", title, who, _answer_by(one, now), text)


def _answer_by(one: Application, now: datetime) -> str:
    due = one.due_at
    if due is None:
        return ""
    if due < now:
        return _("The answer was due %(when)s and is late; we are sorry. You may ask the branch.") % {
            "when": deadline(due)
        }
    left = working_days_between(local_date(now), local_date(due))
    if not left:
        return _("The answer comes today, by %(when)s.") % {"when": deadline(due)}
    return ngettext(
        "The answer comes by %(when)s, in %(left)s working day%(provisional)s.",
        "The answer comes by %(when)s, in %(left)s working days%(provisional)s.",
        left,
    ) % {"when": deadline(due), "left": left, "provisional": provisional(due)}


def _returned(one: Application, corrections: list[Correction], now: datetime) -> Standing:
    count = len(corrections)
    title = (
        ngettext(
            "Please correct %(count)s item and submit again",
            "Please correct %(count)s items and submit again",
            count,
        )
        % {"count": count}
        if count
        else _("Please correct the application and submit it again")
    )
    due = one.correction_due_at or now
    left = max(working_days_between(local_date(now), local_date(due)), 0)
    until = ngettext(
        "You have until %(when)s, %(left)s working day left%(provisional)s.",
        "You have until %(when)s, %(left)s working days left%(provisional)s.",
        left,
    ) % {"when": deadline(due), "left": left, "provisional": provisional(due)}
    decision = last_return(one)
    accepted = decision.items.filter(is_ok=True).count() if decision else 0
    rest = (
        ngettext(
            "The other %(count)s item is accepted and need not be filled in again.",
            "The other %(count)s items are accepted and need not be filled in again.",
            accepted,
        )
        % {"count": accepted}
        if accepted
        else ""
    )
    said = decision.public_text.strip() if decision else ""
    if said in "\n".join(each.text for each in corrections):
        # The cards below say the same, one by one.
        said = ""
    return Standing("warn", title, _("It is with you now."), until, "\n".join(filter(None, [rest, said])))


def _approved(one: Application, terminals: list[Terminal], now: datetime) -> Standing:
    if not one.makes_codes:
        effect = one.effect_words(now)
        tone = "" if getattr(one, "called_off_at", None) else "ok"
        return Standing(tone, effect.title, effect.who, text=effect.text)
    waiting = [terminal for terminal in terminals if terminal.status == Terminal.Status.PENDING_ACTIVATION]
    if not waiting:
        return Standing("ok", _("Approved, and every terminal is in use"), _("Nobody has to do anything."))
    text = ngettext(
        "%(count)s terminal waits for its registration code. Collect it below and type it into the terminal.",
        "%(count)s terminals wait for their registration codes. Collect them below and type them into the terminals.",
        len(waiting),
    )
    return Standing(
        "ok",
        _("Approved: please collect the registration code"),
        _("It is with you now."),
        text=text % {"count": len(waiting)},
    )


def _refused(one: Application, now: datetime) -> Standing:
    asked = asked_to_review(one)
    if asked is not None and not asked.outcome:
        title = _("Not approved; somebody else is looking at it again")
        who = _("It is with %(branch)s; there is nothing for you to do now.") % {"branch": one.branch}
        return Standing("bad", title, who)
    if asked is not None:
        return Standing("bad", _("Looked at again: the refusal stands"), _("The application is closed."))
    until = ""
    if (last := last_day_to_ask(one)) and last >= now:
        until = _("Until %(when)s you can ask for a review, once.") % {"when": day(last)}
    return Standing("bad", _("The application was not approved"), _("The application is closed."), until)


def _withdrawn(one: Application) -> Standing:
    """Taken back, or overtaken by another application, which the system closes with a sentence."""
    who = _("It is closed and nobody has to do anything.")
    last = changes_of(one).filter(to_status=Status.WITHDRAWN).first()
    if last is not None and last.by.system_name:
        return Standing("", _("Closed by another application"), who, text=last.note)
    return Standing(
        "", _("You have withdrawn this application"), who, text=_("You can file a new one at any time.")
    )


def last_day_to_ask(one: Application) -> datetime | None:
    """Until when a review of the refusal can be asked for."""
    if one.decided_at is None:
        return None
    return one.decided_at + timedelta(days=current_policy().review_request_days)
