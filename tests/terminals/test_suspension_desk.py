"""The suspension desk: who may suspend and release, what each role reads of it, and what the record keeps."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.history import changes_of
from config.kernel.outbox import OutboxMessage
from terminals.models import StopReason, SuspensionReason
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated, provisioned

pytestmark = pytest.mark.django_db
NOTE = "巡检发现交易位置异常"


@pytest.fixture
def head():
    return BranchFactory(code="HEAD")


@pytest.fixture
def at_desk(client, head):
    def sign_in(role):
        client.person = StaffFactory(role=role, branch=head)
        client.force_login(client.person)
        return client

    return sign_in


@pytest.fixture
def terminal(head):
    return activated(merchant=onboarded(branch=BranchFactory(parent=head)))[0]


def page_of(terminal):
    return reverse("admin:terminals_terminal_change", args=[terminal.pk])


def post(browser, terminal, noun, **said):
    address = reverse(f"admin:terminals_terminal_{noun}", args=[terminal.pk])
    return browser.post(address, {f"{noun}-{name}": value for name, value in said.items()})


def suspended(terminal, reason):
    terminal.suspend(
        by=StaffFactory(full_name="赵核查"),
        now=clock.now(),
        reason=SuspensionReason.objects.get(pk=reason),
        note=NOTE,
    )
    return terminal


def test_the_desk_suspends_with_a_reason_and_the_merchant_is_told_without_the_note(at_desk, terminal):
    answer = post(at_desk("risk"), terminal, "suspension", reason="account", note=NOTE)

    terminal.refresh_from_db()
    messages = OutboxMessage.objects.filter(kind="terminal_suspended", recipient=owner_of(terminal.merchant))
    assert answer.status_code == 302
    assert (terminal.status, terminal.suspension.reason_id) == ("suspended", "account")
    assert {message.channel for message in messages} >= {"inbox"}
    assert all(message.context == {"terminal_number": terminal.number} for message in messages)
    assert NOTE not in "".join(message.title() + message.body() for message in messages)


def test_neither_reason_nor_note_is_left_out(at_desk, terminal):
    answer = post(at_desk("risk"), terminal, "suspension")

    terminal.refresh_from_db()
    assert answer.status_code == 200
    assert set(answer.context["stepping"].errors) == {"reason", "note"}
    assert terminal.status == "active"


def test_a_reason_that_is_not_offered_any_more_is_not_given(at_desk, terminal):
    SuspensionReason.objects.filter(pk="fee_overdue").update(is_active=False)

    answer = post(at_desk("risk"), terminal, "suspension", reason="fee_overdue", note=NOTE)

    assert set(answer.context["stepping"].errors) == {"reason"}


def test_the_step_is_greyed_with_the_sentence_that_would_refuse_it(at_desk, head):
    waiting = provisioned(merchant=onboarded(branch=head))
    browser = at_desk("supervisor")

    page = browser.get(page_of(waiting))
    answer = post(browser, waiting, "suspension", reason="account", note=NOTE)

    [offer] = page.context["offers"]
    assert offer.why_not
    assert escape(offer.why_not) in page.content.decode()
    assert answer.status_code == 409
    assert answer.context["refused"].sentence == offer.why_not


def test_after_risk_one_asks_and_a_colleague_grants(at_desk, terminal, head):
    suspended(terminal, "off_site")
    browser = at_desk("risk")

    too_early = post(browser, terminal, "resumption", note="已核实")
    asked = post(browser, terminal, "release-request", note="现场核实无异常")
    alone = post(browser, terminal, "resumption", note="已核实")
    page = browser.get(page_of(terminal))
    browser.force_login(StaffFactory(role="supervisor", branch=head))
    granted = post(browser, terminal, "resumption", note="已核实")

    terminal.refresh_from_db()
    assert [answer.status_code for answer in (too_early, asked, alone, granted)] == [409, 302, 409, 302]
    assert {offer.noun: bool(offer.why_not) for offer in page.context["offers"]} == {
        "release-request": True,
        "resumption": True,
    }
    assert terminal.status == "active"
    assert AuditEvent.objects.of(terminal).filter(action="release_asked").count() == 1


def test_an_everyday_suspension_needs_one_person(at_desk, terminal):
    suspended(terminal, "account")

    answer = post(at_desk("supervisor"), terminal, "resumption", note="账户已更新")

    terminal.refresh_from_db()
    assert (answer.status_code, terminal.status) == (302, "active")
    assert OutboxMessage.objects.filter(kind="terminal_resumed", channel="inbox").count() == 1


MAY_STEP = {"risk", "supervisor"}
MAY_SEE = {"reviewer", "supervisor", "risk", "support", "auditor"}
READ_ALL = {"supervisor", "risk", "auditor"}
SEE_TERMINALS = MAY_SEE | {"account_manager", "settlement", "storekeeper", "field"}


@pytest.mark.parametrize("role", sorted(SEE_TERMINALS))
def test_what_each_role_may_do(at_desk, terminal, role):
    browser = at_desk(role)

    page = browser.get(page_of(terminal))
    answer = post(browser, terminal, "suspension", reason="account", note=NOTE)

    assert bool(page.context["offers"]) == (role in MAY_STEP)
    assert answer.status_code == (302 if role in MAY_STEP else 403)


@pytest.mark.parametrize("reason", ["account", "risk", "authority_order", "other"])
@pytest.mark.parametrize("role", sorted(SEE_TERMINALS))
def test_who_reads_why(at_desk, terminal, role, reason):
    suspended(terminal, reason)
    given = SuspensionReason.objects.get(pk=reason)

    page = at_desk(role).get(page_of(terminal)).content.decode()

    reads = READ_ALL if given.is_confidential else MAY_SEE
    assert (NOTE in page) == (role in reads)
    if given.internal_text:
        assert (given.internal_text in page) == (role in reads)


def test_the_steps_that_every_desk_reads_hold_no_note(terminal):
    suspended(terminal, "risk")

    assert changes_of(terminal).first().note == ""


@pytest.mark.parametrize("role", sorted(SEE_TERMINALS | {"administrator"}))
@pytest.mark.parametrize("catalogue", ["suspensionreason", "stopreason"])
def test_supervisors_keep_the_catalogues(at_desk, catalogue, role):
    browser = at_desk(role)
    key = {"suspensionreason": "account", "stopreason": "c1_agreement_ended"}[catalogue]

    answers = [
        browser.get(reverse(f"admin:terminals_{catalogue}_changelist")).status_code,
        browser.get(reverse(f"admin:terminals_{catalogue}_change", args=[key])).status_code,
        browser.get(reverse(f"admin:terminals_{catalogue}_add")).status_code,
    ]

    sees = 200 if role in READ_ALL else 403
    assert answers == [sees, sees, 200 if role == "supervisor" else 403]


def test_a_reason_is_reworded_and_the_record_names_the_fields(at_desk):
    browser = at_desk("supervisor")
    address = reverse("admin:terminals_suspensionreason_change", args=["account"])
    form = browser.get(address).context["adminform"].form

    answer = browser.post(address, form.initial | {"text_zh": "结算账户待更新。", "code": "forged"})

    reason = SuspensionReason.objects.get(pk="account")
    event = AuditEvent.objects.filter(action="reason_changed").get()
    assert (answer.status_code, reason.text_zh) == (302, "结算账户待更新。")
    assert event.detail == {"catalogue": "suspensionreason", "reason": "account", "fields": ["text_zh"]}


def test_a_reason_is_added(at_desk):
    said = {"code": "season", "text_zh": "季节性歇业。", "text_en": "Closed for the season.", "position": 3}

    answer = at_desk("supervisor").post(
        reverse("admin:terminals_stopreason_add"), said | {"is_active": "on", "for_merchant": "on"}
    )

    assert answer.status_code == 302
    assert StopReason.objects.get(pk="season").for_merchant


def test_reasons_are_deleted_by_nobody(at_desk):
    for catalogue, key in (("suspensionreason", "account"), ("stopreason", "m1_closing")):
        address = reverse(f"admin:terminals_{catalogue}_delete", args=[key])
        assert at_desk("supervisor").post(address, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_with_three_suspensions_as_with_one(
    at_desk, terminal, count, django_assert_max_num_queries
):
    for _ in range(count - 1):
        suspended(terminal, "account").resume(by=StaffFactory(), now=clock.now(), note="已更新")
    suspended(terminal, "account")
    browser = at_desk("risk")

    with django_assert_max_num_queries(22):
        browser.get(page_of(terminal))
