"""Every outcome through the page, on real rows: the merchant asks, and reads the one answer with its one button."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from applications.support.checking.advice import ADVICE
from applications.support.checking.told import told
from applications.support.models import SelfCheck
from tests.applications.portal import signed_in
from tests.applications.support.situations import SITUATIONS, declare

pytestmark = pytest.mark.django_db
# Where the main button leads, as the start of an address; "again" posts to the answer's own address.
LEADS_TO = {
    "O-01": "told", "O-02": "again", "O-03": "again", "O-04": "/check/?terminal=",
    "O-05": "/applications/new/?serial=", "O-06": "/applications/new/?serial=", "O-07": "/applications/new/?serial=",
    "O-08": "/applications/SQ-", "O-09": "/applications/SQ-", "O-10": "/applications/SQ-", "O-11": "/applications/SQ-",
    "O-12": "/terminals/", "O-13": "/terminals/", "O-14": "/terminals/", "O-15": "again",
    "O-16": "/applications/new/replacement/?terminal=", "O-17": "/applications/new/relocation/?terminal=",
    "O-18": "/applications/YJ-", "O-19": "again", "O-20": "person",
    "O-21": "/applications/new/change/?merchant=", "O-22": "person", "O-23": "/applications/new/change/?merchant=",
    "O-24": "tel:", "O-25": "/returns/charges/FY-", "O-26": "person",
    "O-27": "/terminals/", "O-28": "/terminals/", "O-29": "/terminals/", "O-30": "/applications/new/?serial=",
    "O-31": "/terminals/", "O-32": "person", "O-33": "person",
}  # fmt: skip
PRIMARY = re.compile(r'<(a|button) class="btn btn-primary btn-lg"(?: href="([^"]*)")?')


def asked(situation):
    """The answer to this situation: who asks, the page, the row."""
    declare(situation)
    browser = signed_in(situation.person)
    sent = browser.post(reverse("check"), situation.sent)
    assert sent.status_code == 302, sent.content.decode()[:2000]
    return browser, browser.get(sent.url), SelfCheck.objects.latest("id")


@pytest.mark.parametrize("outcome", SITUATIONS)
def test_each_outcome_is_reached_on_real_rows(outcome, nothing_is_written):
    situation = SITUATIONS[outcome]()

    browser, page, check = asked(situation)
    text = page.content.decode()

    assert check.outcome == outcome
    assert check.number in text
    answer = told(check)
    assert answer.title in text
    assert 1 <= len(answer.steps) <= 4
    assert "--" not in " ".join([answer.title, answer.cause, *answer.steps])
    assert "%(" not in text
    # One main button, and it is the right one.
    wanted = LEADS_TO[outcome]
    if wanted == "told":
        # The bulletin's own: to be told when it is over.
        assert text.count('class="btn btn-primary"') == 1
        assert not PRIMARY.findall(text)
        kind, href = "button", ""
    else:
        [(kind, href)] = PRIMARY.findall(text)
    if wanted in ("again", "told"):
        assert (kind, href) == ("button", "")
    elif wanted == "person":
        assert href.startswith(("tel:", "/"))
    else:
        assert href.startswith(wanted)
    with nothing_is_written():
        if href.startswith("/"):
            assert browser.get(href.split("#")[0].replace("&amp;", "&"), follow=True).status_code == 200
        for language in ("zh-hans", "en"):
            browser.cookies["django_language"] = language
            assert browser.get(reverse("self_check", args=[check.number])).status_code == 200


def test_there_is_a_situation_for_every_outcome():
    assert sorted(SITUATIONS) == sorted(ADVICE) == sorted(LEADS_TO)


@pytest.mark.parametrize("outcome", SITUATIONS)
def test_an_answer_never_shows_the_digits_of_a_code(outcome):
    situation = SITUATIONS[outcome]()

    _browser, page, check = asked(situation)

    for code in check.terminal.codes.all() if check.terminal else []:
        if code.sealed:
            assert code.sealed not in page.content.decode()
            assert code.sealed not in str(check.known)


def test_an_answer_reads_in_both_languages_whatever_it_was_asked_in():
    browser, page, check = asked(SITUATIONS["O-12"]())
    with translation.override("en"):
        english = told(check).title

    browser.cookies["django_language"] = "en"

    assert english in browser.get(reverse("self_check", args=[check.number])).content.decode()
    assert english not in page.content.decode()
    assert check.language == "zh-hans"
