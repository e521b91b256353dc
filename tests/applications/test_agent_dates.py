"""From when until when the agent's identity document is in force: asked, kept, judged, and not lacking where nobody was asked."""

from datetime import date

import pytest

from applications.changes import changes_of_round
from applications.checks import findings_of
from applications.corrections import Opened
from applications.items import items_of
from applications.models import Registration
from config.kernel import clock
from config.kernel.lifecycle import Refused
from merchants.models import Merchant
from tests.applications.desk import at
from tests.applications.factories import RegistrationFactory, consent, particulars
from tests.applications.findings.cases import AGENT
from tests.applications.portal import RESPONSIBLE, signed_in
from tests.applications.returning import returned_for
from tests.applications.reviewing import approve, fresh, hand_in, staff

pytestmark = pytest.mark.django_db

VALIDITY = "field:agent_id_validity"
DATES = ("agent_id_from", "agent_id_to", "agent_id_is_long_term")
POSTED = {
    "has_agent": "1",
    "agent_name": "李小红",
    "agent_id_number": AGENT["agent_id_number"],
    "agent_id_from": "2021-07-05",
    "agent_id_to": "2041/07/05",
    "agent_mobile": "13900139000",
}
UNDATED = {"agent_id_from": None, "agent_id_to": None, "agent_id_is_long_term": False}


def with_agent(**given) -> Registration:
    return RegistrationFactory(answers=particulars(**AGENT), **given)


def forget_dates(*rows) -> None:
    """As they are where nobody asked yet."""
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(**UNDATED)


def answered(registration, **changed) -> Registration:
    """After the page of the responsible person was sent with these answers."""
    address = f"/applications/{registration.number}/draft/responsible/"
    signed_in(registration.applicant).post(address, RESPONSIBLE | POSTED | changed)
    return fresh(registration)


def test_the_form_asks_beside_the_number_and_keeps_the_dates():
    draft = answered(RegistrationFactory())

    assert [getattr(draft, name) for name in DATES] == [date(2021, 7, 5), date(2041, 7, 5), False]


def test_without_end_date_there_is_no_last_day_and_without_agent_no_day_at_all():
    draft = answered(RegistrationFactory(), agent_id_is_long_term="on")
    assert (draft.agent_id_to, draft.agent_id_is_long_term) == (None, True)

    draft = answered(draft, has_agent="", agent_id_is_long_term="on", agent_id_from="not a day")

    assert [getattr(draft, name) for name in DATES] == [None, None, False]


def test_a_draft_begun_before_is_asked_and_shown_and_breaks_nothing():
    draft = with_agent()
    forget_dates(draft)
    browser = signed_in(draft.applicant)

    page = browser.get(f"/applications/{draft.number}/draft/responsible/")
    check = browser.get(f"/applications/{draft.number}/draft/check/")
    with pytest.raises(Refused) as refused:
        fresh(draft).submit(by=draft.applicant, now=clock.now(), consent=consent())

    assert (page.status_code, check.status_code) == (200, 200)
    assert 'name="agent_id_from"' in page.content.decode()
    assert refused.value.code == "incomplete"
    lacking = {each.field for each in fresh(draft).unanswered(on=clock.today())}
    assert lacking == {"agent_id_from", "agent_id_to"}


def test_the_check_page_and_the_case_show_them_as_an_item():
    draft = with_agent()
    check = signed_in(draft.applicant).get(f"/applications/{draft.number}/draft/check/").content.decode()
    case = with_agent(state="under_review")

    page = signed_in(case.assignee).get(at("case", case)).content.decode()

    assert "2021-07-05 ~ 2041-07-05" in check
    assert "2021-07-05 ~ 2041-07-05" in page
    assert f'name="verdict-{VALIDITY}"' in page
    assert VALIDITY not in {item.key for item in items_of(RegistrationFactory())}


def test_they_reach_the_customer_and_its_page():
    case = with_agent(state="approved")

    merchant = fresh(case).merchant
    page = signed_in(staff(case)).get(f"/admin/merchants/merchant/{merchant.pk}/change/")

    assert [getattr(merchant, name) for name in DATES] == [date(2021, 7, 5), date(2041, 7, 5), False]
    assert merchant.history.get().agent_id_to == date(2041, 7, 5)
    assert "2021-07-05 ~ 2041-07-05" in page.content.decode()


def test_what_was_handed_in_is_kept_and_the_next_round_shows_the_change():
    case = returned_for(VALIDITY, answers=particulars(**AGENT))
    assert case.submissions.get().content["answers"]["agent_id_to"] == date(2041, 7, 5).isoformat()
    with case.revising(by=case.applicant, now=clock.now()):
        case.agent_id_to = date(2042, 1, 1)
    hand_in(case)

    [change] = changes_of_round(fresh(case))

    assert change.item == VALIDITY
    assert "2041-07-05" in change.old[0].value
    assert "2042-01-01" in change.new[0].value


def test_a_submission_from_before_shows_that_the_dates_are_new():
    case = returned_for(VALIDITY, answers=particulars(**AGENT))
    before = case.submissions.get()
    for name in DATES:
        del before.content["answers"][name]
    before.save()
    with case.revising(by=case.applicant, now=clock.now()):
        case.agent_id_to = date(2042, 1, 1)
    hand_in(case)

    [change] = changes_of_round(fresh(case))

    assert change.old[0].value == "未填写"


def test_an_agent_given_back_opens_its_document_and_nothing_else_does():
    agent, name = (
        returned_for("field:agent"),
        returned_for("field:trading_name", answers=particulars(**AGENT)),
    )

    assert all(Opened(agent, on=clock.today()).field(each) for each in DATES)
    assert not any(Opened(name, on=clock.today()).field(each) for each in DATES)
    with agent.revising(by=agent.applicant, now=clock.now()):
        for column, value in AGENT.items():
            setattr(agent, column, value)
    assert fresh(agent).agent_id_to == AGENT["agent_id_to"]


def test_an_application_from_before_is_returned_for_them_and_not_approved():
    case = with_agent(state="under_review")
    forget_dates(case)
    case = fresh(case)

    assert next(item for item in items_of(case) if item.key == VALIDITY).rows[0].value == "未填写"
    with pytest.raises(Refused):
        approve(case, by=case.assignee)
    assert fresh(case).status == "under_review"


def test_a_customer_from_before_is_not_asked_for_what_it_cannot_answer_here():
    first = fresh(with_agent(state="approved"))
    forget_dates(Merchant.objects.get(pk=first.merchant_id))
    again = {"applicant": first.applicant, "branch": first.branch, "merchant": fresh(first).merchant}

    second = RegistrationFactory(**again, state="under_review")

    [found] = [each for each in findings_of(second, on=clock.today()) if each.code == "agent_id_undated"]
    assert found.level == "warn"
    approve(second, by=second.assignee)
    assert fresh(second).status == "approved"
