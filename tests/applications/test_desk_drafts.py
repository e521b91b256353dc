"""The draft of a review: private, found again, kept when the claim is lost, gone with the decision, without effect."""

from datetime import timedelta

import pytest
from django.db import connection

from applications.desk.drafts import forget_old
from applications.models import Application, Decision, ReviewDraft
from config.kernel import clock
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import moment
from tests.applications.desk import at, case_of, reviewer_of, said
from tests.applications.portal import signed_in
from tests.applications.reviewing import fresh, give_back, hand_in, staff

pytestmark = pytest.mark.django_db

MARKED = 'name="verdict-field:uscc" value="fix" data-verdict checked'
TEXT = "请逐位核对后修改。"


@pytest.fixture
def reviewer():
    return reviewer_of()


@pytest.fixture
def desk(reviewer):
    return signed_in(reviewer)


@pytest.fixture
def case(reviewer):
    return case_of(reviewer)


def kept(desk, case, **changed):
    answers = said(case, "field:uscc", private_note="问过客户经理", **{"text-field:uscc": TEXT})
    return desk.post(at("draft", case), answers | changed, headers={"accept": "application/json"})


def test_what_was_marked_is_there_again_on_opening(desk, case):
    answer = kept(desk, case)

    page = desk.get(at("case", case)).content.decode()
    assert "草稿" in answer.json()["said"]
    assert MARKED in page
    assert TEXT in page
    assert "问过客户经理" in page


def test_it_has_no_effect_and_is_nobody_elses(desk, case):
    kept(desk, case)

    page = signed_in(staff(case)).get(at("case", case)).content.decode()
    assert "问过客户经理" not in page
    assert TEXT not in page
    assert not Decision.objects.exists()
    assert fresh(case).version == case.version


def test_nothing_of_it_lies_open_in_the_database(desk, case):
    kept(desk, case)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_reviewdraft")
        assert "问过客户经理" not in repr(cursor.fetchall())


def test_an_unfinished_review_is_kept_as_far_as_it_is_understood(desk, case):
    kept(desk, case, **{"reason-field:uscc": "no such reason", "verdict-paper:licence": "perhaps"})

    content = ReviewDraft.objects.get().content
    assert content["text-field:uscc"] == TEXT
    assert not {"reason-field:uscc", "verdict-paper:licence", "version"} & content.keys()


def test_keeping_it_is_a_sign_of_life_of_the_holder_only(desk, case, reviewer, time_machine):
    before = fresh(case).lease_until
    time_machine.move_to(clock.now() + timedelta(minutes=20))

    kept(desk, case)
    mine = fresh(case).lease_until
    kept(signed_in(staff(case)), case)

    assert mine - before > timedelta(minutes=19)
    assert fresh(case).lease_until == mine


def test_it_survives_the_loss_of_the_claim_and_says_who_has_the_case(desk, case, reviewer, time_machine):
    kept(desk, case)
    time_machine.move_to(clock.now() + timedelta(minutes=current_policy().claim_idle_minutes + 1))
    desk, colleague = signed_in(reviewer), staff(case)
    fresh(case).claim(by=colleague, now=clock.now())

    answer = kept(desk, case, private_note="后来又想到")
    fresh(case).release(by=colleague, now=clock.now())
    desk.post(at("claim", case))

    assert str(colleague) in answer.json()["lost"]
    assert "后来又想到" in desk.get(at("case", case)).content.decode()


def idle(time_machine) -> None:
    time_machine.move_to(clock.now() + timedelta(minutes=current_policy().claim_idle_minutes + 1))


def test_while_the_case_is_its_reviewers_nothing_is_lost(desk, case):
    answer = kept(desk, case).json()

    assert (answer["lost"], answer["objection"]) == ("", "")
    assert "lost-title" not in desk.get(at("case", case)).content.decode()


def test_a_case_that_is_free_again_is_said_to_be_and_is_taken_again_with_all_that_was_written(
    case, reviewer, time_machine
):
    ended = fresh(case).lease_until
    idle(time_machine)
    desk = signed_in(reviewer)

    answer = kept(desk, case).json()
    page = desk.get(at("case", case)).content.decode()
    desk.post(at("claim", case), said(case, private_note="最后一句"))

    for told in (answer["lost"], page):
        assert moment(ended) in told
        assert f'formaction="{at("claim", case)}"' in told
    assert answer["objection"] == ""
    again = desk.get(at("case", case)).content.decode()
    assert "最后一句" in again
    assert "lost-title" not in again


def test_a_case_taken_meanwhile_says_by_whom_on_the_page_of_whoever_had_it(case, reviewer, time_machine):
    idle(time_machine)
    desk, colleague = signed_in(reviewer), staff(case)
    fresh(case).claim(by=colleague, now=clock.now())

    answer = kept(desk, case).json()
    page = desk.get(at("case", case)).content.decode()
    others = signed_in(staff(case)).get(at("case", case)).content.decode()

    sentence = fresh(case).objection_to_holder(by=reviewer, now=clock.now())
    assert answer["objection"] == sentence
    for told in (answer["lost"], page):
        assert sentence in told
        assert "24" in told
        assert f'formaction="{at("claim", case)}"' not in told
    assert "lost-title" not in others


def test_a_case_decided_meanwhile_says_that_nothing_of_the_review_is_kept(desk, case):
    fresh(case).withdraw(by=case.applicant, now=clock.now())

    answer = kept(desk, case).json()

    assert "已撤回" in answer["objection"]
    assert "不再另行保存" in answer["lost"]
    assert not ReviewDraft.objects.exists()


def test_without_a_script_it_is_kept_and_the_paper_is_shown(desk, case):
    paper = case.documents.get(paper="licence")

    answer = desk.post(at("draft", case), said(case, "field:uscc", doc=str(paper.pk)))

    assert answer.status_code == 302
    assert answer["Location"] == f"{at('case', case)}?doc={paper.pk}"
    assert MARKED in desk.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("doc", ["//evil.example", "1&x=2", "\r\nSet-Cookie: a=b", "１"])
def test_the_paper_asked_for_is_a_number_or_nothing(desk, case, doc):
    assert desk.post(at("draft", case), said(case, doc=doc))["Location"] == at("case", case)


def test_the_decision_takes_it_away(desk, case):
    kept(desk, case)

    desk.post(at("correction", case), said(case, "field:uscc"))

    assert not ReviewDraft.objects.exists()


def test_the_next_round_begins_without_it(desk, case, reviewer):
    give_back(case, by=reviewer, items=("field:uscc",))
    ReviewDraft.objects.create(
        application=case,
        reviewer=reviewer,
        round=1,
        content={"private_note": "上一次的话"},
        saved_at=clock.now(),
    )
    hand_in(case)
    fresh(case).claim(by=reviewer, now=clock.now())

    assert "上一次的话" not in desk.get(at("case", case)).content.decode()


@pytest.mark.parametrize(("hours", "kept_still"), [(24, True), (25, False)])
def test_it_goes_a_day_after_the_claim_is_lost(desk, case, hours, kept_still):
    kept(desk, case)
    now = fresh(case).lease_until

    forgotten = forget_old(now + timedelta(hours=hours))

    assert ReviewDraft.objects.exists() == kept_still
    assert forgotten == (0 if kept_still else 1)
    assert forget_old(now + timedelta(hours=hours)) == 0


def test_it_stays_as_long_as_its_reviewer_holds_the_case(desk, case):
    kept(desk, case)
    later = clock.now() + timedelta(days=3)
    Application.objects.filter(pk=case.pk).update(lease_until=later + timedelta(minutes=1))

    assert forget_old(later) == 0
    assert ReviewDraft.objects.exists()


def test_skipping_a_case_keeps_it(desk, case):
    desk.post(at("deferral", case), said(case, "field:uscc", **{"text-field:uscc": TEXT}))
    desk.post(at("claim", case))

    page = desk.get(at("case", case)).content.decode()
    assert MARKED in page
    assert TEXT in page


def test_a_closed_case_keeps_none(desk, case):
    fresh(case).withdraw(by=case.applicant, now=clock.now())

    answer = kept(desk, case)

    assert answer.status_code == 200
    assert not ReviewDraft.objects.exists()
