"""Words said with a step are kept whole or refused with a sentence, the same on every database."""

import pytest
from django.db import connection

from applications.models import Application, Decision, ReasonCode, Remark, ReviewRequest
from applications.verdicts import all_in_order
from applications.words import LONGEST
from config.kernel import clock
from config.kernel.lifecycle import Refused
from tests.applications.factories import RegistrationFactory, fault
from tests.applications.reviewing import approve, disputed, fresh, give_back, held_approval, reject, staff

pytestmark = pytest.mark.django_db

LICENCE = "paper:licence"


def under_review():
    return RegistrationFactory(state="under_review")


def refused():
    return RegistrationFactory(state="rejected")


def judged(case, text):
    return {"verdicts": all_in_order(case) | {LICENCE: fault("glare", text)}}


def said(case, verb, name, text, by, **more):
    return getattr(case, verb)(by=by, now=clock.now(), **{name: text}, **more)


# Every word that a verb takes: the case, the step, and where the words are kept.
WORDS = {
    "return": (under_review, lambda c, t: give_back(c, by=c.assignee, public_text=t), "public_text"),
    "return, private": (
        under_review,
        lambda c, t: give_back(c, by=c.assignee, private_note=t),
        "private_note",
    ),
    "return, of an item": (under_review, lambda c, t: give_back(c, by=c.assignee, **judged(c, t)), None),
    "approval, private": (
        under_review,
        lambda c, t: approve(c, by=c.assignee, private_note=t),
        "private_note",
    ),
    "refusal": (
        under_review,
        lambda c, t: reject(c, by=c.assignee, public_text=t, reason=ReasonCode.objects.get(pk="other")),
        "public_text",
    ),
    "refusal, private": (under_review, lambda c, t: reject(c, by=c.assignee, private_note=t), "private_note"),
    "take-over": (
        under_review,
        lambda c, t: said(c, "take_over", "reason", t, staff(c, "supervisor")),
        Remark,
    ),
    "escalation": (under_review, lambda c, t: said(c, "escalate", "note", t, c.assignee), Remark),
    "release": (
        held_approval,
        lambda c, t: said(c, "release_decision", "note", t, staff(c), version=c.version),
        "checker_note",
    ),
    "reversal": (
        held_approval,
        lambda c, t: said(c, "reverse_decision", "note", t, staff(c), version=c.version),
        "checker_note",
    ),
    "request": (refused, lambda c, t: said(c, "ask_for_review", "text", t, c.applicant), ReviewRequest),
    "upheld": (disputed, lambda c, t: said(c, "uphold_refusal", "text", t, staff(c)), "answer"),
    "reopened": (disputed, lambda c, t: said(c, "reopen", "text", t, staff(c)), "answer"),
}
TEXTS = {
    "one letter too long": ("字" * (LONGEST + 1), f"{LONGEST}"),
    "far too long": ("a" * 70_000, f"{LONGEST}"),
    "with a NUL": ("请\x00补", "NUL"),
    "half a character": ("请\ud83d", "方框"),
}


def everything():
    rows = [*Decision.objects.order_by("pk").values(), *ReviewRequest.objects.order_by("pk").values()]
    return [*rows, *Application.objects.order_by("pk").values(), Remark.objects.count()]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("words", WORDS)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(words, text):
    make, step, _where = WORDS[words]
    typed, told = TEXTS[text]
    case = make()
    before = everything()

    with pytest.raises(Refused, match=told) as refusal:
        step(case, typed)

    assert refusal.value.code == "text"
    assert everything() == before
    assert connection.is_usable()


@pytest.mark.parametrize("words", WORDS)
def test_as_many_letters_as_allowed_are_kept_to_the_last(words):
    make, step, where = WORDS[words]
    case, text = make(), "𠮷" * (LONGEST - 1) + "终"

    step(case, f"  {text}\n")

    if where in (Remark, ReviewRequest):
        assert where.objects.get().text == text
    elif where == "answer":
        assert fresh(case).review_request.answer == text
    elif where:
        assert getattr(case.decisions.first(), where) == text
    else:
        assert case.decisions.get().items.get(item=LICENCE).text == text
