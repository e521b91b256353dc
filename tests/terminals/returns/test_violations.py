"""Violations: heard before they are decided, decided by a second person, and of the confidential ones nothing is told."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from config.kernel import clock
from config.kernel.constraints import broken_constraint
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from merchants.people import admit
from terminals.returns.charging import raise_charge
from terminals.returns.models import Charge, Measure, Violation
from terminals.returns.violations import decide, hear_overdue
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.factories import photo
from tests.merchants.factories import owner_of
from tests.terminals.factories import activated
from tests.terminals.returns.violations import FACTS, chief, opened, reached

pytestmark = pytest.mark.django_db
Status = Violation.Status


def refusal(verb, *args, **given) -> str:
    try:
        verb(*args, **{"by": StaffFactory(role="supervisor"), "now": clock.now()} | given)
    except Refused as refused:
        return refused.code if refused.sentence else "without a sentence"
    return ""


STEPS = {
    "state": (lambda v: refusal(v.state, "说明"), Status.HEARD),
    "decide": (lambda v: refusal(v.decide, [], decision="理由"), Status.DECIDED),
    "dismiss": (lambda v: refusal(v.dismiss, note="理由"), Status.DISMISSED),
    "close": (lambda v: refusal(v.close), Status.CLOSED),
}


@pytest.mark.parametrize(("status", "step"), list(product(Status, STEPS)))
def test_a_violation_goes_along_its_arrows_only(status, step):
    violation = reached(status)
    take, target = STEPS[step]

    refused = take(violation)

    violation.refresh_from_db()
    is_arrow = target in Violation.NEXT[status]
    assert (refused == "") == is_arrow
    assert violation.status == (target if is_arrow else status)


def test_without_a_statement_it_waits_until_the_time_has_passed():
    violation = opened()

    assert refusal(violation.hear_nobody) == "too_early"
    assert hear_overdue(clock.now()) == 0
    assert hear_overdue(clock.now() + timedelta(days=30)) == 1
    assert hear_overdue(clock.now() + timedelta(days=30)) == 0

    violation.refresh_from_db()
    assert (violation.status, violation.statement) == ("heard", "")


@pytest.mark.parametrize("superuser", [False, True])
def test_who_opened_a_violation_does_not_decide_on_it(superuser):
    person = StaffFactory(role="risk", is_superuser=superuser)
    violation = reached("heard", by=person)

    assert violation.objection("decided", by=person, now=clock.now())
    assert refusal(violation.decide, [], decision="理由", by=person) == "wrong_state"


def test_decisions_of_a_branch_and_year_are_numbered_without_gaps():
    terminal, _done = activated()
    cases = [reached("heard", terminal=terminal, category=category) for category in ("moved", "lent")]

    with pytest.raises(Refused):
        cases[0].decide([], decision=" ", by=chief(cases[0]), now=clock.now())
    for case in cases:
        case.decide(Measure.objects.all()[:2], decision="理由", by=chief(case), now=clock.now())

    code, year = terminal.branch.code, clock.today().year
    assert [case.decision_number for case in cases] == [f"CL-{code}-{year}-0000{n}" for n in (1, 2)]


def test_the_merchant_is_asked_and_answers_once_in_the_portal():
    violation = opened()
    owner, browser = owner_of(violation.merchant), Client()
    browser.force_login(owner)
    path = f"/returns/violations/{violation.number}/"

    assert OutboxMessage.objects.inbox_of(owner).filter(kind="violation_opened").count() == 1
    assert FACTS in browser.get(path).content.decode()
    assert browser.post(f"{path}statement/", {"statement": ""}).status_code == 200
    assert browser.post(f"{path}statement/", {"statement": "店铺装修。"}).status_code == 302
    browser.post(f"{path}statement/", {"statement": "再说一次。"})

    violation.refresh_from_db()
    assert (violation.status, violation.statement, violation.stated_by) == ("heard", "店铺装修。", owner)
    assert browser.get(f"{path}decision/").status_code == 404
    decide(
        violation,
        Measure.objects.filter(pk="recall"),
        decision="须收回。",
        by=chief(violation),
        now=clock.now(),
    )
    sheet = browser.get(f"{path}decision/").content.decode()
    assert violation.decision_number in sheet
    assert "收回终端" in sheet
    assert "罚款" not in sheet
    check = Client().get(f"/receipts/{violation.decision_token}/").content.decode()
    assert "违规处理决定书" in check
    assert violation.decision_number not in check


def test_an_operator_makes_no_statement():
    violation, operator, browser = opened(), MerchantUserFactory(), Client()
    admit(operator, violation.merchant, "operator", by=owner_of(violation.merchant), now=clock.now())
    browser.force_login(operator)

    browser.post(f"/returns/violations/{violation.number}/statement/", {"statement": "说明"})

    violation.refresh_from_db()
    assert violation.status == "open"


@pytest.mark.parametrize(("category", "given"), [("cash_out", {}), ("moved", {"is_confidential": True})])
def test_of_a_confidential_violation_the_merchant_learns_nothing(category, given):
    violation = opened(category=category, **given)
    owner, browser = owner_of(violation.merchant), Client()
    browser.force_login(owner)
    violation.hear_nobody(by=chief(violation), now=clock.now())
    decide(
        violation,
        Measure.objects.filter(pk="risk_report"),
        decision="移送。",
        by=chief(violation),
        now=clock.now(),
    )

    assert not OutboxMessage.objects.filter(recipient=owner, kind__startswith="violation").exists()
    for path in ("", "statement/", "decision/"):
        address = f"/returns/violations/{violation.number}/{path}"
        assert (browser.post if path == "statement/" else browser.get)(address).status_code == 404
    assert violation.number not in browser.get("/returns/violations/").content.decode()


def test_a_stop_opens_its_violation_once():
    terminal, _done = activated()
    first = opened(terminal=terminal, application_number="TY-20260911-000001")

    assert opened(terminal=terminal, application_number="TY-20260911-000001") == first


def test_a_case_ends_only_when_nothing_is_due():
    violation = reached("decided")
    charge = raise_charge(
        merchant=violation.merchant,
        violation=violation,
        amount_fen=100,
        reason="赔偿",
        by=chief(violation),
        now=clock.now(),
    )

    assert refusal(violation.close) == "wrong_state"
    charge.pay(reference="P1", by=chief(violation), now=clock.now())
    assert refusal(violation.close) == ""


def test_a_case_goes_its_way_at_the_desk():
    terminal, _done = activated()
    risk, supervisor = (StaffFactory(role=role, branch=terminal.branch) for role in ("risk", "supervisor"))

    def post(person, path, **said):
        browser = Client()
        browser.force_login(person)
        return browser.post(f"/admin/returns/violation/{path}", said)

    assert post(risk, "add/", terminal=terminal.number, category="moved", facts=FACTS).status_code == 302
    case = Violation.objects.get()
    assert post(risk, f"{case.pk}/evidence/", **{"evidence-file": photo()}).status_code == 302
    assert post(risk, f"{case.pk}/hearing/", **{"hearing-statement": ""}).status_code == 409
    assert post(risk, f"{case.pk}/hearing/", **{"hearing-statement": "口头说明"}).status_code == 302
    said = {"decision-measures": ["warning"], "decision-decision": "情节较轻。"}
    assert post(risk, f"{case.pk}/decision/", **said).status_code == 409
    assert post(supervisor, f"{case.pk}/decision/", **said).status_code == 302
    assert (
        post(
            risk, f"{case.pk}/charge/", **{"charge-amount_fen": "12.50", "charge-reason": "赔偿"}
        ).status_code
        == 302
    )

    case.refresh_from_db()
    assert case.status == "decided"
    assert case.charges.get().amount_fen == 12_50
    browser = Client()
    browser.force_login(risk)
    page = browser.get(f"/admin/returns/violation/{case.pk}/change/").content.decode()
    assert case.decision_number in page
    assert case.decision_number in browser.get(f"/admin/returns/violation/{case.pk}/sheet/").content.decode()
    shown = browser.get(f"/admin/returns/violation/{case.pk}/evidence/{case.evidence.get().pk}/view/")
    assert shown["Content-Type"] == "image/jpeg"


def breaks(name, write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


def change(row, **values):
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize(
    ("name", "state", "values"),
    [
        ("violation_status_known", "open", {"status": "asleep"}),
        ("violation_stated_whole", "open", {"statement": "说明"}),
        ("violation_decided_whole", "heard", {"status": "decided"}),
    ],
)
def test_of_a_violation(name, state, values):
    breaks(name, change(reached(state), **values))


def test_violation_decided_by_second():
    violation = reached("decided")

    breaks("violation_decided_by_second", change(violation, decided_by=violation.opened_by))


def test_violation_decision_once():
    number = reached("decided").decision_number

    breaks("violation_decision_once", change(reached("decided"), decision_number=number))


def test_violation_once_per_stop():
    violation = opened(application_number="TY-20260911-000001")
    violation.pk, violation.number = None, "WG-20260911-000009"

    breaks("violation_once_per_stop", lambda: violation.save(force_insert=True))


def test_every_charge_of_a_merchant_is_its_own():
    violation = reached("decided")
    by = chief(violation)
    raise_charge(merchant=violation.merchant, amount_fen=100, reason="赔偿", by=by, now=clock.now())
    stranger = Client()
    stranger.force_login(MerchantUserFactory())

    assert stranger.get(f"/returns/charges/{Charge.objects.get()}/").status_code == 404
