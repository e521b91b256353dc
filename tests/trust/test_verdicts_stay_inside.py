"""What is said at the desk, planted with marks: no page and no message of the merchant tells before it is sent, or ever."""

import re
from dataclasses import dataclass, field
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from applications.models import ReasonCode, ReviewDraft
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.delivery import deliver_due
from config.kernel.outbox import OutboxMessage
from tests.applications.desk import at, said
from tests.applications.factories import CARD, PERSON, RegistrationFactory, fault
from tests.applications.portal import signed_in
from tests.applications.reviewing import (
    approve,
    fresh,
    give_back,
    hand_in,
    held_approval,
    reject,
    risky,
    staff,
)
from tests.merchants.blacklist import CAUSE, listed

pytestmark = pytest.mark.django_db

# Words that stand nowhere else. PUBLIC is what the merchant reads once the decision is sent; the others never.
PUBLIC, ITEM = "公开记号甲甲", "逐项记号乙乙"
NOTE, WHY, PASSED_ON, ANSWER, TOPIC = (
    "内部记号丙丙",
    "接手记号丁丁",
    "上报记号戊戊",
    "复核记号己己",
    "草稿记号庚庚",
)
MARKS = (PUBLIC, ITEM, NOTE, WHY, PASSED_ON, ANSWER, TOPIC)
MOST_PAGES = 80
LINK = re.compile(r'href="(/[^"#]*)"')
LEADS_AWAY = ("/static/", "/accounts/logout", "/api/", "/simulator/", "/language")


@dataclass
class Said:
    """A case, what its merchant may read by now, and who at the desk reads the rest."""

    case: object
    reader: object
    sent: tuple[str, ...] = ()
    hidden: tuple[str, ...] = field(default=(NOTE,))


def in_review(**given):
    return RegistrationFactory(state="under_review", **given)


def faults(case) -> dict:
    return all_in_order(case) | {"paper:licence": fault("glare", ITEM)}


def drafted() -> Said:
    """Half a review, kept for tomorrow."""
    case = in_review()
    typed = said(case, "paper:licence", **{"text-paper:licence": ITEM, "private_note": TOPIC})
    assert signed_in(case.assignee).post(at("draft", case), typed).status_code < 400
    assert ReviewDraft.objects.filter(application=case).exists()
    return Said(case, case.assignee, hidden=(ITEM, TOPIC))


def passed_on() -> Said:
    case = in_review()
    case.escalate(by=case.assignee, now=clock.now(), note=PASSED_ON)
    supervisor = staff(case, "supervisor")
    case.take_over(by=supervisor, now=clock.now(), reason=WHY)
    return Said(case, supervisor, hidden=(PASSED_ON, WHY))


def refusal_that_waits() -> Said:
    case = in_review()
    risky(case)
    reason = ReasonCode.objects.get(pk="other")
    reject(case, by=case.assignee, reason=reason, public_text=PUBLIC, private_note=NOTE)
    assert fresh(case).held_since
    return Said(case, staff(case), hidden=(PUBLIC, NOTE))


def refusal_reversed() -> Said:
    told = refusal_that_waits()
    case = fresh(told.case)
    case.reverse_decision(by=told.reader, now=clock.now(), version=case.version, note=ANSWER)
    return Said(case, told.reader, hidden=(PUBLIC, NOTE, ANSWER))


def refusal_released() -> Said:
    told = refusal_that_waits()
    case = fresh(told.case)
    case.release_decision(by=told.reader, now=clock.now(), version=case.version, note=ANSWER)
    return Said(case, told.reader, sent=(PUBLIC,), hidden=(NOTE, ANSWER))


def approval_released() -> Said:
    case = held_approval()
    second = staff(case)
    case.release_decision(by=second, now=clock.now(), version=case.version, note=ANSWER)
    return Said(case, second, hidden=(ANSWER,))


def approved() -> Said:
    case = in_review()
    approve(case, by=case.assignee, private_note=NOTE)
    return Said(case, case.assignee)


def returned() -> Said:
    case = in_review()
    give_back(case, by=case.assignee, verdicts=faults(case), public_text=PUBLIC, private_note=NOTE)
    return Said(case, case.assignee, sent=(ITEM,), hidden=(NOTE,))


def handed_in_again() -> Said:
    told = returned()
    case = fresh(told.case)
    hand_in(case)
    case.claim(by=told.reader, now=clock.now())
    return Said(case, told.reader, hidden=(NOTE,))


STORIES = [
    drafted, passed_on, refusal_that_waits, refusal_reversed, refusal_released, approval_released, approved,
    returned, handed_in_again,
]  # fmt: skip


def crawled(browser: Client, *starts: str) -> str:
    """Every page that a merchant reaches by links from here, as text."""
    waiting, seen, pages = list(starts), set(starts), []
    while waiting and len(pages) < MOST_PAGES:
        answer = browser.get(waiting.pop(0), follow=True)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        page = unescape(answer.content.decode())
        pages.append(page)
        found = [link for link in LINK.findall(page) if not link.startswith(LEADS_AWAY) and link not in seen]
        waiting += found
        seen.update(found)
    return "\n".join(pages)


def told_to(person) -> str:
    """Everything a person is told, by whatever channel and in both languages, and what is kept to make it from."""
    lines = []
    for message in OutboxMessage.objects.filter(recipient=person):
        lines.append(f"{message.context} {message.sms()}")
        for language in ("zh-hans", "en"):
            with translation.override(language):
                lines.append(f"{message.title()} {message.body()}")
    return "\n".join(lines)


@pytest.mark.parametrize("story", STORIES)
def test_the_merchant_reads_what_was_sent_and_nothing_else(story, log):
    told = story()
    applicant, number = told.case.applicant, told.case.number

    pages = crawled(
        signed_in(applicant),
        "/",
        f"/applications/{number}/",
        f"/applications/{number}/?show=all",
        "/messages/",
    )
    deliver_due(clock.now())
    messages = told_to(applicant)

    assert number in pages
    assert messages
    for mark in told.hidden:
        assert mark not in pages, mark
    # Messages say that something happened, never what was said; neither do the audit trail and the log.
    audit = "\n".join(str(event.detail) for event in AuditEvent.objects.all())
    for place in (messages, audit, log.getvalue()):
        assert not [mark for mark in (*MARKS, PERSON, CARD, "13800138000", "王小明") if mark in place]
        assert not [mark for mark in MARKS if ascii(mark)[1:-1] in place]
    for mark in told.sent:
        assert mark in pages, mark


@pytest.mark.parametrize("story", STORIES)
def test_the_desk_reads_what_the_merchant_does_not(story):
    """The negative control: what is hidden was written where a page of the portal shows it."""
    told = story()

    page = unescape(signed_in(told.reader).get(at("case", told.case)).content.decode())

    assert [mark for mark in told.hidden if mark in page]


@pytest.mark.parametrize("state", ["draft", "submitted", "under_review", "returned", "rejected", "withdrawn"])
def test_no_state_of_an_application_tells_that_somebody_is_listed(state):
    entries = [listed("identity", PERSON), listed("name", "王小明")]
    case = RegistrationFactory(state=state)

    seen = crawled(signed_in(case.applicant), "/", f"/applications/{case.number}/", "/messages/")

    assert case.number in seen
    for text in (seen, told_to(case.applicant)):
        assert not [mark for mark in (CAUSE, *(entry.number for entry in entries)) if mark in text]
