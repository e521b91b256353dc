"""A terminal moves: asked for, decided, and true on its day; the old tie ends as the new one begins."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications.filing import start_request
from applications.models import Relocation
from applications.scheduled_effects import carry_out_due
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from merchants.models import Division
from tests.accounts.factories import StaffFactory
from tests.applications.factories import photo, reviewer_for
from tests.applications.portal import hidden_of, signed_in
from tests.applications.requests import approve, requested
from tests.merchants.factories import owner_of
from tests.terminals.factories import activated, cut_off

pytestmark = pytest.mark.django_db


def moved_on(days, **given):
    day = clock.today() + timedelta(days=days)
    return requested("relocation", effective_on=day, **given)


def test_approved_for_today_the_terminal_stands_at_the_new_place():
    one = requested("relocation", state="approved")

    assert one.has_taken_effect
    assert one.terminal.binding.address == "样例路 88 号"
    assert one.terminal.binding.application_number == one.number
    assert one.terminal.bindings.filter(valid_to=None).count() == 1


def test_approved_for_a_later_day_it_waits_and_comes_true_by_itself():
    one = moved_on(3, state="approved")
    before = one.terminal.binding

    assert carry_out_due(clock.now()) == 0
    assert one.terminal.binding == before
    assert carry_out_due(clock.now() + timedelta(days=3)) == 1
    assert carry_out_due(clock.now() + timedelta(days=4)) == 0

    one.refresh_from_db()
    assert one.has_taken_effect
    assert one.terminal.binding.address == "样例路 88 号"


def test_what_cannot_come_true_any_more_is_called_off_and_told():
    one = moved_on(3, state="approved")
    cut_off(one.terminal)

    assert carry_out_due(clock.now() + timedelta(days=3)) == 0

    one.refresh_from_db()
    assert (one.has_taken_effect, bool(one.called_off_note)) == (False, True)
    assert OutboxMessage.objects.filter(kind="application_called_off", subject_id=one.pk).exists()
    assert carry_out_due(clock.now() + timedelta(days=4)) == 0


def test_what_has_come_true_is_not_called_off():
    one = requested("relocation", state="approved")

    with pytest.raises(Refused, match="不能再中止"):
        one.call_off(by=reviewer_for(one), now=clock.now(), note="不搬了")


def test_a_second_move_of_the_same_terminal_leads_to_the_open_one():
    one = requested("relocation", state="submitted")

    with pytest.raises(Refused) as refused:
        requested("relocation", terminal=one.terminal)

    assert (refused.value.code, refused.value.params["number"]) == ("already_open", one.number)


def test_a_draft_that_was_begun_is_taken_up_again():
    one = requested("relocation")
    owner, now = one.applicant, clock.now()

    again = start_request(
        "relocation", merchant=one.merchant, terminal=one.terminal, applicant=owner, by=owner, now=now
    )

    assert again.pk == one.pk
    assert Relocation.objects.count() == 1


@pytest.mark.parametrize("field", ["division_id", "address", "effective_on", "reason_text"])
def test_everything_that_is_needed_is_asked_for(field):
    one = requested("relocation", **{field: None if field in ("division_id", "effective_on") else ""})

    with pytest.raises(Refused) as refused:
        one.submit(by=one.applicant, now=clock.now())

    assert refused.value.code == "incomplete"


def test_a_terminal_that_ended_meanwhile_is_not_moved():
    one = requested("relocation", state="under_review")
    cut_off(one.terminal)

    with pytest.raises(Refused) as refused:
        approve(one)

    assert refused.value.code == "blocked"


def test_the_way_through_the_pages_without_a_script():
    terminal, _done = activated()
    browser = signed_in(owner_of(terminal.merchant))

    begin = browser.get(f"/applications/new/relocation/?terminal={terminal.number}")
    page = browser.post("/applications/new/relocation/", hidden_of(begin) | {"terminal": terminal.number})
    one = Relocation.objects.get()
    assert page.headers["Location"] == f"/applications/{one.number}/draft/request/"
    answers = {
        "division": "310106",
        "address": "样例路 88 号",
        "effective_on": clock.today().isoformat(),
        "reason_text": "店铺搬迁",
    }
    empty = browser.post(page.headers["Location"], {"go": "next"})
    assert "<title>错误：" in empty.content.decode()
    answer = browser.post(page.headers["Location"], answers | {"go": "next"})
    assert answer.status_code == 302, answer.context["form"].errors
    for need in one.paper_needs():
        sent = {"file": photo(f"{need.paper}.jpg")}
        browser.post(f"/applications/{one.number}/documents/{need.paper}/", sent)
    papers = browser.post(answer.headers["Location"], {"go": "next"})
    check = browser.get(papers.headers["Location"])
    assert "样例路 88 号" in check.content.decode()
    submission = f"/applications/{one.number}/submission/"
    status = browser.post(submission, hidden_of(check, submission), follow=True)

    one.refresh_from_db()
    assert one.status == "submitted"
    assert one.number in status.content.decode()


def test_another_province_is_a_stop_and_a_registration():
    one = requested("relocation", division_id="110105")

    with pytest.raises(Refused, match="另一省份|其他省份") as refused:
        one.submit(by=one.applicant, now=clock.now())

    assert refused.value.code == "incomplete"


def test_another_province_is_told_on_the_page_of_the_place():
    one = requested("relocation")
    at = f"/applications/{one.number}/draft/request/"

    answer = signed_in(one.applicant).post(at, {"division": "440106", "go": "next"})

    assert "division" in answer.context["form"].errors
    one.refresh_from_db()
    assert one.division_id == "310106"


def test_another_city_waits_for_a_second_person():
    terminal, _done = activated(division=Division.objects.get(pk="440306"))
    one = requested("relocation", terminal=terminal, division_id="441900", state="approved")
    assert (one.status, one.held_since is not None) == ("under_review", True)
    assert one.reasons_to_hold("approved") == ["other_city"]
    assert one.terminal.binding.address != "样例路 88 号"

    second = StaffFactory(role="supervisor", branch=one.branch)
    one.release_decision(by=second, now=clock.now(), version=one.version)

    assert one.terminal.binding.address == "样例路 88 号"


def test_the_districts_of_a_municipality_are_one_city():
    assert requested("relocation").reasons_to_hold("approved") == []


def test_the_distance_is_told_where_both_points_are_known():
    point = {"latitude": Decimal("31.230000"), "longitude": Decimal("121.470000"), "coord_system": "wgs84"}
    terminal, _done = activated(**point)
    moved = point | {"latitude": Decimal("31.240000")}

    one = requested("relocation", terminal=terminal, **moved)

    assert 1_100 < one.metres < 1_125
    assert {finding.code for finding in one.findings(on=clock.today())} >= {
        "moves_metres",
        "moves_within_city",
    }


@pytest.mark.parametrize("where", ["new/relocation/", "new/nothing/"])
def test_only_kinds_that_can_be_asked_for_have_a_page(where):
    browser = signed_in(owner_of(activated()[0].merchant))

    assert browser.get(f"/applications/{where}").status_code == (404 if "nothing" in where else 200)


def test_a_strangers_terminal_cannot_be_moved():
    terminal, _done = activated()
    stranger = owner_of(activated()[0].merchant)

    answer = signed_in(stranger).post("/applications/new/relocation/", {"terminal": terminal.number})

    assert answer.status_code == 200
    assert not Relocation.objects.exists()


def test_a_terminal_that_is_being_stopped_is_not_offered_and_the_page_says_why():
    terminal, _done = activated()
    other, _done = activated(merchant=terminal.merchant)
    other.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    page = signed_in(owner_of(terminal.merchant)).get("/applications/new/relocation/").content.decode()

    assert f'value="{terminal.number}"' in page
    assert f'value="{other.number}"' not in page
    assert f"终端 {other.number} 为“仅结算”，不能再办理这项申请。" in page


def test_what_is_granted_and_waits_stands_on_the_front_page_with_its_day():
    day = clock.today() + timedelta(days=20)
    one = requested("relocation", effective_on=day, state="approved")
    browser = signed_in(one.applicant)

    assert f"已批准，{day:%Y-%m-%d} 00:00 生效" in browser.get("/").content.decode()

    one.call_off(by=one.applicant, now=clock.now(), note="不搬了")
    page = browser.get("/")
    assert page.context["applications"] == []
    assert "00:00 生效" not in page.content.decode()
