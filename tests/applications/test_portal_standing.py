"""The top of the status page, its clock and its record: what state, who acts, by when; and never more than was decided and sent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from applications.corrections import corrections_of
from applications.models import Application, ReasonCode, Registration
from applications.record import record_of
from applications.stages import phases_of, working_days_used
from applications.standing import provisional, standing_of
from applications.verdicts import all_in_order
from config.accounts.models import User
from config.kernel import clock
from config.kernel.delivery import deliver_due
from config.kernel.outbox import OutboxMessage
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, consent, mend
from tests.applications.portal import hidden_of, signed_in
from tests.applications.returning import give_back, returned_for

pytestmark = pytest.mark.django_db

SECRET, PRIVATE = "经查涉嫌套现", "请留意同一地址的另一家"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def standing(registration, now):
    with translation.override("zh-hans"):
        return standing_of(registration, corrections=corrections_of(registration), terminals=[], now=now)


def page_of(registration, **query):
    browser = signed_in(registration.applicant)
    return browser.get(f"/applications/{registration.number}/", query)


def send(registration, now=None):
    registration.submit(by=registration.applicant, now=now or clock.now(), consent=consent())


def refused(reason="trade_not_served", **said):
    registration = RegistrationFactory(state="under_review")
    registration.reject(
        by=registration.assignee,
        now=clock.now(),
        version=registration.version,
        reason=ReasonCode.objects.get(pk=reason),
        **said,
    )
    return registration


def supervisor_of(registration):
    return StaffFactory(role="supervisor", branch=registration.branch)


# -- what state, who acts, by when ----------------------------------------------------------------------------------------


def test_the_three_answers_stand_in_their_order():
    registration = returned_for("field:trading_name", "paper:licence")

    page = page_of(registration)

    told, shown = page.content.decode(), page.context["standing"]
    assert told.index(shown.title) < told.index(shown.who) < told.index(shown.until)
    assert "2 处" in shown.title
    assert "还剩 5 个工作日" in shown.until
    assert "其余" in shown.text


def test_the_time_runs_in_working_days_over_the_national_day_holiday():
    """Handed in on Tuesday 29 September 2026: the 30th works, 1 to 7 October do not, 8 and 9 October do."""
    registration = RegistrationFactory(state="submitted", now=at("2026-09-29 10:00"))

    told = standing(registration, at("2026-09-29 11:00"))
    assert told.until == "2026-10-09 17:00 前答复，还有 3 个工作日。"
    assert "还有 2 个工作日" in standing(registration, at("2026-10-03 11:00")).until
    assert "今天 2026-10-09 17:00 前" in standing(registration, at("2026-10-09 10:00")).until
    assert "超时" in standing(registration, at("2026-10-10 10:00")).until
    assert [working_days_used(registration, now=at(f"2026-{day} 10:00")) for day in ("09-29", "10-07", "10-09")] == [0, 1, 3]  # fmt: skip


def test_the_time_with_the_merchant_does_not_count():
    registration = RegistrationFactory(state="under_review", now=at("2026-09-14 10:00"))
    registration = give_back(registration, "field:trading_name", now=at("2026-09-15 10:00"))
    assert registration.correction_due_at == at("2026-09-21 23:59:59")
    assert working_days_used(registration, now=at("2026-09-18 10:00")) == 1

    mend(registration, now=at("2026-09-18 11:00"))
    send(registration, now=at("2026-09-18 12:00"))

    # Sunday the 20th is worked in exchange for the holiday.
    assert working_days_used(registration, now=at("2026-09-20 10:00")) == 2
    assert registration.due_at == at("2026-09-21 17:00")


def test_a_day_of_a_year_without_a_calendar_is_provisional():
    assert provisional(at("2026-09-15 17:00")) == ""
    assert "2099" in provisional(at("2099-01-05 17:00"))
    registration = RegistrationFactory(state="submitted", now=at("2031-12-31 10:00"))

    assert "2032 年放假安排尚未公布" in standing(registration, at("2031-12-31 11:00")).until


def test_the_limit_the_time_used_and_the_rule_are_on_the_page():
    page = page_of(RegistrationFactory(state="under_review")).content.decode()

    assert "限时 3 个工作日" in page
    assert "不计入" in page


@pytest.mark.parametrize(
    ("state", "now_at"),
    [("submitted", 1), ("under_review", 2), ("returned", 2), ("approved", 4), ("rejected", 2), ("lapsed", 2)],
)
def test_five_phases_and_one_of_them_is_current(state, now_at):
    registration = RegistrationFactory(state=state)

    page = page_of(registration)

    assert [phase["state"] for phase in page.context["phases"]].index("now") == now_at
    assert page.content.decode().count('aria-current="step"') == 1
    assert len(phases_of(registration, terminals=[])) == 5


# -- a decision that is not in force ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["approved", "rejected"])
def test_while_a_decision_is_held_it_is_only_under_review(outcome):
    registration = RegistrationFactory(state="under_review")
    before = page_of(registration)
    Application.objects.filter(pk=registration.pk).update(risk="high")
    registration = Registration.objects.get(pk=registration.pk)
    said = {"by": registration.assignee, "now": clock.now(), "version": registration.version}
    if outcome == "approved":
        decision = registration.approve(
            verdicts=all_in_order(registration), account_verified=True, private_note=PRIVATE, **said
        )
    else:
        decision = registration.reject(
            reason=ReasonCode.objects.get(pk="trade_not_served"),
            public_text=SECRET,
            private_note=PRIVATE,
            **said,
        )
    assert decision.state == "held"

    page = page_of(registration)

    assert page.context["standing"] == before.context["standing"]
    assert page.context["phases"] == before.context["phases"]
    assert page.context["events"] == before.context["events"]
    for words in (SECRET, PRIVATE, decision.reason.public_text if decision.reason else SECRET, "复核"):
        assert words not in page.content.decode()
    assert not OutboxMessage.objects.filter(
        recipient=registration.applicant, kind__in=["application_approved", "application_rejected"]
    ).exists()


def test_verdicts_of_a_draft_and_of_a_reversed_decision_stay_with_the_bank():
    registration = RegistrationFactory(state="under_review")
    Application.objects.filter(pk=registration.pk).update(risk="high")
    registration = Registration.objects.get(pk=registration.pk)
    first = registration.assignee
    registration.reject(
        by=first,
        now=clock.now(),
        version=registration.version,
        reason=ReasonCode.objects.get(pk="trade_not_served"),
        public_text=SECRET,
    )
    registration.reverse_decision(
        by=supervisor_of(registration), now=clock.now(), version=registration.version, note=PRIVATE
    )
    registration = give_back(registration, "paper:licence", text="请重拍。")

    page = page_of(registration).content.decode()

    assert "请重拍。" in page
    assert SECRET not in page
    assert PRIVATE not in page


# -- the record ------------------------------------------------------------------------------------------------------------


def test_the_record_is_newest_first_and_says_by_which_way_the_merchant_was_told():
    owner = MerchantUserFactory(mobile="13812342046", mobile_verified_at=clock.now())
    registration = returned_for("field:trading_name", applicant=owner, now=clock.now())
    with translation.override("zh-hans"):
        events = record_of(registration, reader=owner)

    assert [event["at"] for event in events] == sorted((event["at"] for event in events), reverse=True)
    assert events[0]["what"] == "银行请您补正 1 处"
    assert events[0]["told"] == "已通知：站内消息"
    page = page_of(registration).content.decode()
    assert "13812342046" not in page
    for person in User.objects.filter(is_staff=True):
        assert str(person) not in page


def test_an_sms_that_left_is_told_with_the_number_masked(settings):
    settings.GATEWAYS = dict.fromkeys(("email", "sms"), "config.kernel.gateways.ConsoleGateway")
    owner = MerchantUserFactory(mobile="13812342046", mobile_verified_at=clock.now())
    registration = RegistrationFactory(state="submitted", applicant=owner)
    sms = OutboxMessage.objects.filter(recipient=owner, channel="sms")
    assert sms.exists()
    assert "短信" not in str([event["told"] for event in record_of(registration, reader=owner)])

    deliver_due(clock.now())

    assert "短信发到 138****2046" in str([event["told"] for event in record_of(registration, reader=owner)])


def test_old_reasons_move_to_the_record_and_the_new_round_has_its_own():
    registration = returned_for("field:trading_name")
    mend(registration)
    send(registration)
    registration.claim(by=registration.assignee, now=clock.now())
    registration = give_back(registration, "paper:licence", text="营业执照反光。")

    page = page_of(registration)

    assert [fix["correction"].item for fix in page.context["fixes"]] == ["paper:licence"]
    newest, *older = page.context["events"]
    assert newest["given_back"] == []
    assert [item["text"] for event in older for item in event.get("given_back", [])] == [
        "请按证件核对后修改。"
    ]


def test_a_reminder_is_on_record_as_the_systems():
    registration = returned_for("field:trading_name")
    registration.remind(by=User.objects.system("cron"), now=registration.remind_at)

    newest = record_of(registration, reader=registration.applicant)[0]

    assert newest["what"] == "补正期限提醒"
    assert newest["by"] == "系统"
    assert newest["told"]


# -- refused ---------------------------------------------------------------------------------------------------------------


def test_a_refusal_names_its_category_and_the_reviewers_words():
    page = page_of(refused(public_text="贵店经营的项目本行暂不受理。"))

    told = page.content.decode()
    assert page.context["refusal"].category in told
    assert "贵店经营的项目本行暂不受理。" in told
    assert "申请复核" in told


def test_a_reason_that_may_not_be_told_shows_the_neutral_text_and_a_contact():
    registration = refused("not_eligible", private_note=SECRET)
    type(registration.branch).objects.filter(pk=registration.branch_id).update(phone="021-5550-0100")

    told = page_of(registration).content.decode()

    assert ReasonCode.objects.get(pk="not_eligible").public_text_zh in told
    assert SECRET not in told
    assert told.index("021-5550-0100") < told.index('id="appeal"')


def test_the_category_is_told_in_the_readers_language():
    registration = refused()
    browser = signed_in(registration.applicant)
    browser.post("/language/", {"language": "en", "next": "/"})

    told = browser.get(f"/applications/{registration.number}/").content.decode()

    assert ReasonCode.objects.get(pk="trade_not_served").public_text_en in told


def ask(registration, text, **follow):
    browser, one = signed_in(registration.applicant), f"/applications/{registration.number}/"
    sent = hidden_of(browser.get(one), f"{one}review-request/") | {"text": text}
    return browser.post(f"{one}review-request/", sent, **follow)


def test_a_review_is_asked_for_once_and_answered_by_somebody_else():
    registration = refused()

    ask(registration, "营业执照上有此项目。")

    page = page_of(registration)
    assert page.context["asked"].text == "营业执照上有此项目。"
    assert page.context["review_form"] is None
    assert "review-request" not in page.content.decode()
    browser, one = signed_in(registration.applicant), f"/applications/{registration.number}/"
    told = browser.post(f"{one}review-request/", {"text": "再问一次"}, follow=True)
    assert [str(each) for each in told.context["messages"]]
    assert page.context["asked"].text == page_of(registration).context["asked"].text

    registration.uphold_refusal(
        by=supervisor_of(registration), now=clock.now(), text="经复核，项目确不受理。"
    )
    page = page_of(registration)
    assert "维持不通过" in page.context["standing"].title
    assert "经复核，项目确不受理。" in page.content.decode()
    assert "维持不通过" in page.context["events"][0]["what"]


def test_a_refusal_taken_up_again_says_so():
    registration = refused(public_text=SECRET)
    ask(registration, "营业执照上有此项目。")
    registration.reopen(by=supervisor_of(registration), now=clock.now(), text="已补充核实，重新审核。")

    page = page_of(registration)

    assert page.context["standing"].title == "银行正在重新审核"
    assert "已补充核实，重新审核。" in page.content.decode()
    assert page.context["standing"].until
    assert page.context["used"] == 0
    assert "appeal" not in page.content.decode()


@pytest.mark.parametrize("text", ["", "   ", "长" * 501, "a\x00b"])
def test_a_request_without_words_or_with_too_many_comes_back_with_an_error(text):
    registration = refused()

    page = ask(registration, text)

    assert page.status_code == 200
    assert "<title>错误：" in page.content.decode()
    assert 'href="#id_text"' in page.content.decode()
    assert page_of(registration).context["asked"] is None


def test_past_its_time_the_right_is_gone_and_the_page_says_so():
    registration = refused()
    Application.objects.filter(pk=registration.pk).update(decided_at=clock.now() - timedelta(days=31))

    page = page_of(registration)

    assert page.context["review_form"] is None
    assert page.context["review_objection"] in page.content.decode()


# -- closed, and what can be done then ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["lapsed", "withdrawn", "rejected"])
def test_what_came_to_nothing_is_filed_anew_with_its_answers_and_terminals(state):
    old = RegistrationFactory(state="submitted" if state == "withdrawn" else state, terminals=2)
    if state == "withdrawn":
        old.withdraw(by=old.applicant, now=clock.now())
    browser, one = signed_in(old.applicant), f"/applications/{old.number}/"
    page = browser.get(one)

    answer = browser.post(f"{one}renewal/", hidden_of(page, f"{one}renewal/"))

    draft = Registration.objects.get(status="draft")
    assert answer.headers["Location"] == f"/applications/{draft.number}/draft/"
    assert (draft.uscc, draft.account_number, draft.branch) == (old.uscc, old.account_number, old.branch)
    assert draft.placements.count() == 2
    assert {missing.page for missing in draft.missing(on=clock.today())} == {"papers"}
    assert Registration.objects.get(pk=old.pk).placements.count() == 2
    assert draft.consent_text is None


@pytest.mark.parametrize("state", ["submitted", "under_review", "returned", "approved"])
def test_what_is_open_or_granted_is_not_filed_anew(state):
    registration = RegistrationFactory(state=state)
    browser, one = signed_in(registration.applicant), f"/applications/{registration.number}/"

    assert f'action="{one}renewal/"' not in browser.get(one).content.decode()
    browser.post(f"{one}renewal/")

    assert Registration.objects.count() == 1


def test_withdrawal_says_what_is_lost_before_it_is_done():
    registration = RegistrationFactory(state="under_review")

    asked = page_of(registration, ask="withdrawal").content.decode()

    assert "不能恢复" in asked
    assert Registration.objects.get().status == "under_review"


def test_a_late_paper_after_the_close_is_told_why():
    registration = RegistrationFactory(state="lapsed")
    browser, one = signed_in(registration.applicant), f"/applications/{registration.number}/"

    told = browser.post(f"{one}documents/licence/", {"file": SimpleUploadedFile("a.jpg", b"x")}, follow=True)

    assert "已关闭" in str([str(each) for each in told.context["messages"]])


def test_an_operator_reads_why_the_steps_are_an_owners():
    first = RegistrationFactory(state="approved")
    second = returned_for(
        "placement:1:place", applicant=first.applicant, branch=first.branch, merchant=first.merchant
    )
    operator = MerchantUserFactory()
    first.merchant.memberships.create(user=operator, role="operator", since=clock.now())

    page = signed_in(operator).get(f"/applications/{second.number}/")

    assert page.context["objection"]
    assert page.context["no_withdrawal"]
    for sentence in (page.context["objection"], page.context["no_withdrawal"]):
        assert sentence in page.content.decode()


def test_nothing_is_filed_anew_while_the_refusal_is_looked_at_again():
    registration = refused()
    ask(registration, "营业执照上有此项目。")
    browser, one = signed_in(registration.applicant), f"/applications/{registration.number}/"

    assert f'action="{one}renewal/"' not in browser.get(one).content.decode()
    browser.post(f"{one}renewal/")

    assert Registration.objects.count() == 1
    registration.uphold_refusal(
        by=supervisor_of(registration), now=clock.now(), text="经复核，项目确不受理。"
    )
    assert f'action="{one}renewal/"' in browser.get(one).content.decode()
