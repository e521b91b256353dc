"""A stop as its merchant asks for it: what stands in the way first, what is asked, and what the pages say."""

from datetime import timedelta

import pytest

from applications.filing import start_request
from applications.models import Application, Deactivation
from applications.terminals_to_stop import ToStop, kept
from config.kernel import clock
from config.kernel.calendar import add_working_days
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from tests.applications.factories import photo
from tests.applications.portal import hidden_of, signed_in
from tests.applications.requests import bank_stop, requested
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated, provisioned

pytestmark = pytest.mark.django_db


def said(terminal, settled="yes", batch="000318"):
    return kept([ToStop(terminal.number, batch, settled)])


def submit(one):
    one.submit(by=one.applicant, now=clock.now())


def refusal_of(one):
    with pytest.raises(Refused) as refused:
        submit(one)
    return refused.value


def test_what_stands_in_the_way_is_said_before_anything_is_filled_in():
    terminal, _done = activated()
    waiting = provisioned(merchant=terminal.merchant)
    moving = requested("relocation", terminal=terminal, state="submitted")
    one = start_request(
        "deactivation",
        merchant=terminal.merchant,
        applicant=(owner := owner_of(terminal.merchant)),
        by=owner,
        now=clock.now(),
    )

    found = [(each.terminal, each.is_hard, each.number) for each in one.to_do_first()]

    assert found == [(terminal, False, moving.number), (terminal, False, ""), (waiting, False, "")]
    page = signed_in(owner).get(f"/applications/{one.number}/draft/request/").content.decode()
    assert moving.number in page
    assert "交回" in page


def test_an_unsettled_batch_stands_in_the_way_until_it_is_settled():
    terminal, _done = activated()
    one = requested("deactivation", terminal=terminal, chosen=said(terminal, "no"))

    assert refusal_of(one).code == "incomplete"
    page = signed_in(one.applicant).get(f"/applications/{one.number}/draft/check/").content.decode()
    assert one.why_not_now() in page
    assert 'disabled aria-describedby="objection"' in page

    with one.revising(by=one.applicant, now=clock.now()):
        one.chosen = said(terminal)
    submit(one)
    assert one.status == "submitted"


def test_a_device_that_is_lost_needs_no_settled_batch_but_the_receipt_of_the_police():
    terminal, _done = activated()
    one = requested(
        "deactivation",
        terminal=terminal,
        chosen=said(terminal, "unknown"),
        reason_id="l1_lost",
        stop_on=clock.today(),
        declares_settled=False,
        declares_cleared=False,
    )

    assert "police_receipt" in [need.paper for need in one.paper_needs() if need.is_required]
    one.documents.current().filter(paper="police_receipt").update(removed_at=clock.now())
    assert [each.field for each in one.unanswered(on=clock.today())] == ["police_receipt"]


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"chosen": []}, "chosen"),
        ({"reason_id": None}, "reason"),
        ({"reason_id": "c1_agreement_ended"}, "reason"),
        ({"stop_on": None}, "stop_on"),
        ({"stop_on": clock.today()}, "stop_on"),
        ({"return_way": ""}, "return_way"),
        ({"return_way": "pick_up"}, "return_address"),
        ({"declares_settled": False}, "declares_settled"),
        ({"declares_cleared": False}, "declares_cleared"),
        ({"is_temporary": True}, "resume_on"),
        ({"is_temporary": True, "resume_on": clock.today() + timedelta(days=300)}, "resume_on"),
    ],
)
def test_everything_that_is_needed_is_asked_for(answer, field):
    one = requested("deactivation", **answer)

    refused = refusal_of(one)

    assert refused.code == "incomplete"
    assert field in [each.field for each in refused.params["missing"]]


def test_a_stranger_terminal_is_no_terminal_of_the_stop():
    stranger, _done = activated()
    one = requested("deactivation", chosen=kept([ToStop(stranger.number)]))

    assert [each.field for each in one.unanswered(on=clock.today())] == ["chosen"]


def test_a_second_stop_of_the_same_terminal_leads_to_the_open_one():
    one = requested("deactivation", state="submitted")
    [terminal] = one.terminals_claimed()

    with pytest.raises(Refused) as refused:
        requested("deactivation", terminal=terminal)

    assert (refused.value.code, refused.value.params["number"]) == ("already_open", one.number)


def test_a_stop_of_several_that_names_one_being_stopped_says_which_application_that_is():
    first = requested("deactivation", state="submitted")
    [terminal] = first.terminals_claimed()
    other, _done = activated(merchant=terminal.merchant)
    one = requested(
        "deactivation",
        merchant=terminal.merchant,
        chosen=kept([ToStop(terminal.number), ToStop(other.number)]),
    )

    assert first.number in refusal_of(one).sentence


def test_a_draft_that_was_begun_is_taken_up_again():
    one = requested("deactivation")
    [terminal] = one.terminals_claimed()

    again = start_request(
        "deactivation",
        merchant=terminal.merchant,
        terminal=terminal,
        applicant=one.applicant,
        by=one.applicant,
        now=clock.now(),
    )

    assert again.pk == one.pk


def test_where_everything_stops_every_live_terminal_is_claimed():
    merchant = onboarded()
    activated(merchant=merchant)
    provisioned(merchant=merchant)
    one = requested("deactivation", merchant=merchant, scope="whole", state="submitted")

    assert one.terminal_links.filter(is_open=True).count() == 2


def test_what_was_handed_in_is_kept_and_a_change_shows():
    terminal, _done = activated()
    one = requested("deactivation", terminal=terminal, chosen=said(terminal), state="under_review")

    [submission] = one.submissions.all()

    assert submission.content["answers"]["chosen"] == said(terminal)
    assert "000318" in str(
        next(item for item in one.own_items(revealed="") if item.key == "field:chosen").rows
    )


def test_the_way_through_the_pages_without_a_script():
    terminal, _done = activated()
    activated(merchant=terminal.merchant)
    browser = signed_in(owner_of(terminal.merchant))

    begin = browser.get(f"/applications/new/deactivation/?terminal={terminal.number}")
    page = browser.post("/applications/new/deactivation/", hidden_of(begin) | {"terminal": terminal.number})
    one = Deactivation.objects.get()
    assert page.headers["Location"] == f"/applications/{one.number}/draft/request/"
    assert browser.get(page.headers["Location"]).content.decode().count('name="chosen"') == 2
    answers = {
        "scope": "some",
        "chosen": [terminal.number],
        f"chosen-{terminal.number}-batch": "318",
        f"chosen-{terminal.number}-settled": "yes",
        "is_temporary": "",
        "reason": "m1_closing",
        "stop_on": add_working_days(clock.today(), 4).isoformat(),
        "return_way": "courier",
        "declares_settled": "on",
        "declares_cleared": "on",
    }
    empty = browser.post(page.headers["Location"], {"go": "next"})
    assert "<title>错误：" in empty.content.decode()
    answer = browser.post(page.headers["Location"], answers | {"go": "next"})
    assert answer.status_code == 302, answer.context["form"].errors
    browser.post(f"/applications/{one.number}/documents/stop_form/", {"file": photo("form.jpg")})
    papers = browser.post(answer.headers["Location"], {"go": "next"})
    check = browser.get(papers.headers["Location"])
    assert "000318" in check.content.decode()
    submission = f"/applications/{one.number}/submission/"
    status = browser.post(submission, hidden_of(check, submission), follow=True)

    one.refresh_from_db()
    assert one.status == "submitted"
    assert one.lines == [ToStop(terminal.number, "000318", "yes")]
    assert terminal.number in status.content.decode()


def test_a_batch_number_of_seven_digits_is_none():
    terminal, _done = activated()
    one = requested("deactivation", terminal=terminal)

    answer = signed_in(one.applicant).post(
        f"/applications/{one.number}/draft/request/",
        {"chosen": [terminal.number], f"chosen-{terminal.number}-batch": "0003181", "go": "next"},
    )

    assert answer.status_code == 200
    assert "chosen" in answer.context["form"].errors


def test_a_strangers_terminal_cannot_be_named_as_it_begins():
    terminal, _done = activated()
    stranger = owner_of(activated()[0].merchant)

    signed_in(stranger).post("/applications/new/deactivation/", {"terminal": terminal.number})

    assert not Deactivation.objects.exists()


def test_no_merchant_asks_in_the_name_of_the_bank():
    terminal, _done = activated()
    owner = owner_of(terminal.merchant)

    with pytest.raises(Refused) as refused:
        start_request(
            "deactivation",
            merchant=terminal.merchant,
            terminal=terminal,
            applicant=owner,
            by=owner,
            now=clock.now(),
            initiator="bank",
        )

    assert refused.value.code == "forbidden"


@pytest.mark.parametrize("initiator", ["bank", "authority"])
def test_what_the_bank_asks_for_is_not_the_merchants_to_see_to_withdraw_or_to_hear_of(initiator):
    terminal, _done = activated()
    owner = owner_of(terminal.merchant)
    one = bank_stop(terminal, initiator)

    assert one not in Application.objects.visible_to(owner)
    assert signed_in(owner).get(f"/applications/{one.number}/").status_code == 404
    assert "银行" in one.objection("withdrawn", by=owner, now=clock.now())
    assert not OutboxMessage.objects.filter(subject_id=one.pk, kind__startswith="application_").exists()


def test_what_the_bank_asks_for_takes_the_place_of_what_the_merchant_asked():
    mine = requested("deactivation", state="submitted")
    [terminal] = mine.terminals_claimed()

    one = bank_stop(terminal)

    mine.refresh_from_db()
    assert (one.status, mine.status) == ("submitted", "withdrawn")
    assert OutboxMessage.objects.filter(kind="application_overtaken", recipient=mine.applicant).exists()
    page = signed_in(mine.applicant).get(f"/applications/{mine.number}/").content.decode()
    assert one.number not in page
    assert "需要停用该终端，请致电网点办理。" in page


def test_a_merchant_does_not_learn_from_a_refusal_what_the_bank_is_about_to_do():
    terminal, _done = activated()
    banked = bank_stop(terminal)
    mine = requested("deactivation", terminal=terminal)

    refused = refusal_of(mine)

    assert banked.number not in refused.sentence
    # Nothing but whom to call.
    name = f"{terminal.label} {terminal.number}".strip()
    assert refused.sentence == f"需要停用 {name}，请致电网点办理：{terminal.branch.phone or '95000'}。"
