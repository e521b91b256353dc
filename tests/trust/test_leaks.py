"""Canaries: numbers of people and the digits of a code go through every door and are found behind none but their own."""

import json
import logging
import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.test import Client

from applications.models import Registration
from applications.verdicts import all_in_order
from config.accounts.models import BrowserSession
from config.kernel import clock
from config.kernel.delivery import deliver_due
from config.kernel.outbox import OutboxMessage
from tests.accounts.factories import BranchFactory, MerchantUserFactory
from tests.applications.factories import RegistrationFactory, consent, particulars, reviewer_for
from tests.applications.portal import RESPONSIBLE, signed_in
from tests.terminals.devices import post
from tests.terminals.factories import wrong_digits
from tests.terminals.test_leaks import everything_at_rest, spellings
from tests.trust.addresses import address, every_address
from tests.trust.test_matrix import READING
from tests.trust.world import PEOPLE

# Right check digits, nobody's. The mobiles are of a range that is not given out.
ID_NUMBER, MISTYPED = "110105194912310038", "11010519491231004X"
ACCOUNT, MOBILE, SIGNS_IN_WITH = "6222980000000000016", "19912340177", "19912340188"
CANARIES = (ID_NUMBER, MISTYPED, ACCOUNT, MOBILE, SIGNS_IN_WITH)


def found(text: str, *numbers: str) -> list[str]:
    """Which of the numbers a text holds, in any grouping."""
    joined = re.sub(r"[\s-]", "", text)
    return [number for number in numbers if number in joined]


def sessions() -> str:
    """What a reader of the table makes of sessions: signed, packed JSON in base64, where it is nothing else."""
    rows = BrowserSession.objects.values_list("session_data", flat=True)
    return json.dumps([SessionStore().decode(data) for data in rows], default=str)


def told() -> str:
    return "\n".join(message.title() + message.body() for message in OutboxMessage.objects.all())


def pages_of(world) -> str:
    """Every page that somebody may read, as that person sees it."""
    seen = []
    for name, _ in every_address():
        for role in PEOPLE:
            if READING.get(name, {}).get(role) == "ok" and (role != "visitor" or "account" in name):
                page = world.browser(role).get(address(name, world))
                seen.append(page.getvalue().decode(errors="replace"))
                break
    return "\n".join(seen)


def test_a_canary_that_could_sing_is_heard(log):
    logging.getLogger("somebody").warning("merchant %s", "王小明")

    assert "\\u738b" in log.getvalue()
    assert found("1101 0519-4912 3100 38", ID_NUMBER) == [ID_NUMBER]


@pytest.mark.django_db
def test_numbers_of_people_are_nowhere_in_the_clear(log, monkeypatch):
    branch = BranchFactory()
    person = MerchantUserFactory(email=None, mobile=SIGNS_IN_WITH, mobile_verified_at=clock.now())
    draft = RegistrationFactory(
        applicant=person,
        branch=branch,
        answers=particulars(responsible_id_number=ID_NUMBER, account_number=ACCOUNT, contact_mobile=MOBILE),
    )
    browser, at = signed_in(person), f"/applications/{draft.number}/draft/"
    browser.raise_request_exception = False
    wrong = RESPONSIBLE | {"responsible_id_number": MISTYPED, "contact_mobile": MOBILE, "go": "next"}
    pages = [
        browser.post(f"{at}responsible/", wrong),
        browser.post(f"{at}responsible/", wrong | {"go": "later"}),
    ]
    browser.get(f"{at}responsible/", {"q": ID_NUMBER})
    Client().post("/accounts/login/", {"login": SIGNS_IN_WITH, "password": "not this one"})
    Client().post("/accounts/signup/", {"reach": MOBILE, "phone": MOBILE, "password1": "four green kettles"})
    Client().post("/accounts/password/reset/", {"email": SIGNS_IN_WITH, "reach": SIGNS_IN_WITH})

    def trouble(*args, **kwargs):
        raise RuntimeError(f"{ID_NUMBER} {ACCOUNT} {MOBILE} {SIGNS_IN_WITH}")

    with monkeypatch.context() as broken:
        broken.setattr(Registration, "revising", trouble)
        answer = browser.post(f"{at}responsible/", RESPONSIBLE | {"responsible_id_number": ID_NUMBER})
    pages.append(answer)

    draft = Registration.objects.get(pk=draft.pk)
    draft.submit(by=person, now=clock.now(), consent=consent())
    reviewer = reviewer_for(draft)
    draft.claim(by=reviewer, now=clock.now())
    draft.approve(
        by=reviewer,
        now=clock.now(),
        version=draft.version,
        verdicts=all_in_order(draft),
        account_verified=True,
    )
    desk = signed_in(reviewer)
    case = f"/admin/applications/application/{draft.pk}/review/"
    pages += [
        browser.get(f"/applications/{draft.number}/?show=all"),
        browser.get("/"),
        browser.get("/terminals/"),
    ]
    pages += [
        browser.get("/accounts/"),
        desk.get(case),
    ]
    assert desk.get("/admin/applications/application/", {"q": MOBILE}).status_code == 200
    deliver_due(clock.now())

    places = {
        "database": everything_at_rest(),
        "sessions": sessions(),
        "log": log.getvalue(),
        "messages": told(),
    }
    assert answer.status_code == 500
    assert "RuntimeError" in places["log"]
    for place, text in places.items():
        assert not found(text, *CANARIES), place
    # Typed a moment ago, the number comes back into its own field for correction; what is stored never does.
    for page in pages[1:]:
        text = page.content.decode().replace(f'value="{MOBILE}"', "")
        assert not found(text, *CANARIES), page.request["PATH_INFO"]


def test_the_digits_of_a_code_are_on_the_slip_only(world, log, tmp_path):
    a = world.a
    page = world.browser("owner")
    slip = page.post(address("terminals:code", world)).content.decode()
    digits = re.search(r'id="digits">([\d-]+)<', slip)[1].replace("-", "")
    serial, wrong = a.device.serial_number, wrong_digits(digits)
    for typed, key in ((wrong, "a"), (digits[:11] + "x", "b"), (digits, "c"), (digits, "c"), (digits, "d")):
        post({"serial_number": serial, "registration_code": typed}, **{"Idempotency-Key": key})
    deliver_due(clock.now())
    call_command("dumpdata", output=str(tmp_path / "dump.json"), verbosity=0)

    places = {
        "database": everything_at_rest(),
        "dump": (tmp_path / "dump.json").read_text(),
        "sessions": sessions(),
        "log": log.getvalue(),
        "messages": told(),
        "pages": pages_of(world),
    }

    a.terminal.refresh_from_db()
    assert a.terminal.status == "active"
    for place, text in places.items():
        for number in (digits, wrong):
            assert not [each for each in spellings(number) if each in text], place


@pytest.mark.django_db
def test_a_session_is_sealed_in_its_row_and_open_to_its_browser():
    browser = signed_in(MerchantUserFactory())
    assert browser.get("/").status_code == 200
    row = BrowserSession.objects.get(pk=browser.session.session_key)

    assert SessionStore().decode(row.session_data) == {}
    assert row.get_decoded()["_auth_user_id"]
    BrowserSession.objects.filter(pk=row.pk).update(session_data=f"{row.session_data[:-8]}AAAAAAA=")
    assert browser.get("/applications/").status_code == 302


def test_no_error_is_mailed_with_what_was_typed(settings):
    """Error reports stay in the log, which is cleaned: no handler mails a request's body to anybody."""
    handlers = settings.LOGGING["handlers"].values()

    assert not [handler for handler in handlers if "Email" in str(handler)]
    assert settings.LOGGING["loggers"]["django"]["handlers"] == []


def test_reviewers_never_see_the_digits(world):
    """Not in the case, not revealed, not in any list of the desk."""
    slip = world.browser("owner").post(address("terminals:code", world)).content.decode()
    digits = re.search(r'id="digits">([\d-]+)<', slip)[1].replace("-", "")
    case = f"/admin/applications/application/{world.a.approved.pk}/review/"

    for role in ("reviewer", "supervisor", "risk", "support", "auditor", "superuser"):
        text = world.browser(role).get(case).content.decode()
        assert not [each for each in spellings(digits) if each in text], role
        assert world.browser(role).post(address("terminals:code", world)).status_code == 403
