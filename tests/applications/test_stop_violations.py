"""The reason of a stop opens its violation with the stop, once, and a revocation takes back what is not decided."""

from datetime import timedelta

import pytest

from applications.scheduled_effects import carry_out_due
from config.kernel import clock
from config.kernel.message import OutboxMessage
from terminals.models import StopReason
from terminals.returns.models import Measure, Violation, ViolationCategory
from terminals.returns.violations import decide
from terminals.stopping import violations_to_open
from tests.accounts.factories import StaffFactory
from tests.applications.factories import reviewer_for
from tests.applications.portal import signed_in
from tests.applications.requests import approve, bank_stop
from tests.applications.test_deactivation_effects import released, stopped
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated

pytestmark = pytest.mark.django_db
FACTS = "现场核查照片与布放地址不符。"


def stop_by_bank(terminal=None, **given):
    """A stop of the bank's that two people have granted."""
    one = bank_stop(terminal or activated()[0], state="under_review", **given)
    approve(one)
    released(one)
    return one


def opened_by(one):
    return Violation.objects.filter(application_number=one.number)


def revoke(one):
    one.ask_revocation(by=reviewer_for(one), now=clock.now(), note="核查有误")
    one.revoke(by=reviewer_for(one), now=clock.now())


def test_a_stop_for_such_a_reason_opens_its_violation_with_the_facts_of_the_case():
    one = stop_by_bank()

    violation = opened_by(one).get()
    [terminal] = one.terminals_spoken_of()
    assert (violation.category_id, violation.facts) == ("moved", FACTS)
    assert (violation.merchant, violation.terminal, violation.status) == (one.merchant, terminal, "open")
    assert (violation.opened_by, violation.opened_at) == (one.decided_by, one.effected_at)
    told = OutboxMessage.objects.filter(kind="violation_opened", subject_id=violation.pk)
    assert told.filter(recipient=owner_of(one.merchant)).exists()


def test_it_is_opened_with_the_stop_and_not_before_its_day():
    one = stop_by_bank(stop_on=clock.today() + timedelta(days=9))
    assert not opened_by(one).exists()

    now = clock.now() + timedelta(days=10)
    assert (carry_out_due(now), carry_out_due(now)) == (1, 0)

    assert opened_by(one).count() == 1


def test_nothing_is_opened_where_the_reason_names_nothing():
    assert not opened_by(stop_by_bank(reason_id="c1_agreement_ended")).exists()
    assert not opened_by(stopped()).exists()


def test_of_a_confidential_reason_the_merchant_learns_nothing():
    StopReason.objects.filter(pk="r2_fraud").update(violation_category="moved")
    one = stop_by_bank(reason_id="r2_fraud")

    violation = opened_by(one).get()
    assert violation.is_confidential
    assert not OutboxMessage.objects.filter(kind="violation_opened").exists()
    page = signed_in(owner_of(one.merchant)).get(f"/returns/violations/{violation.number}/")
    assert page.status_code == 404


def test_a_stop_of_several_terminals_opens_one_that_names_them():
    merchant = onboarded()
    terminals = [activated(merchant=merchant)[0] for _ in range(2)]
    one = stop_by_bank(terminals[0], scope="whole")

    violation = opened_by(one).get()
    assert violation.terminal is None
    assert violation.facts.startswith(FACTS)
    assert all(terminal.number in violation.facts for terminal in terminals)


def test_a_stop_that_cannot_be_opens_nothing():
    terminal, _done = activated()
    one = bank_stop(terminal, state="under_review")
    approve(one)

    assert not opened_by(one).exists(), "held, it has stopped nothing"


# -- revoked ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "heard"])
def test_what_is_not_decided_is_dismissed_with_the_stop(state):
    one = stop_by_bank()
    violation = opened_by(one).get()
    if state == "heard":
        violation.state("并未移机。", by=owner_of(one.merchant), now=clock.now())

    revoke(one)

    violation.refresh_from_db()
    assert violation.status == "dismissed"


def test_a_decision_stands_and_the_desk_reads_what_happened():
    one = stop_by_bank()
    violation, chief = opened_by(one).get(), StaffFactory(role="supervisor", branch=one.branch)
    violation.state("并未移机。", by=owner_of(one.merchant), now=clock.now())
    decide(violation, Measure.objects.filter(pk="warning"), decision="情节较轻。", by=chief, now=clock.now())

    revoke(one)

    violation.refresh_from_db()
    assert violation.status == "decided"
    page = signed_in(chief).get(f"/admin/returns/violation/{violation.pk}/change/").content.decode()
    assert "立案所依据的停用已撤销" in page


def test_a_notice_that_is_revoked_after_an_objection_takes_it_back_too():
    one = stop_by_bank()
    [notice] = one.notices.all()

    one.undo_stop(by=reviewer_for(one), now=clock.now(), note=f"通知书 {notice} 撤销")

    assert opened_by(one).get().status == "dismissed"


def test_what_was_dismissed_before_stays_as_it_is():
    one = stop_by_bank()
    violation = opened_by(one).get()
    violation.dismiss(by=reviewer_for(one), now=clock.now(), note="事实不清")

    revoke(one)

    violation.refresh_from_db()
    assert violation.status == "dismissed"


# -- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_reason_that_comes_with_the_portal_names_a_category_that_there_is():
    named = set(
        StopReason.objects.exclude(violation_category="").values_list("violation_category", flat=True)
    )

    assert named
    assert named <= set(ViolationCategory.objects.values_list("pk", flat=True))


def test_supervisors_choose_among_the_categories_on_offer():
    ViolationCategory.objects.filter(pk="leaked").update(is_active=False)
    browser = signed_in(StaffFactory(role="supervisor"))
    at = "/admin/terminals/stopreason/r4_tampered/change/"
    form = browser.get(at).context["adminform"].form
    sent = {name: value for name, value in form.initial.items() if value not in (None, False)}

    refused = browser.post(at, sent | {"violation_category": "leaked"})
    taken = browser.post(at, sent | {"violation_category": "lent"})

    assert ("leaked" in dict(violations_to_open()), refused.status_code, taken.status_code) == (
        False,
        200,
        302,
    )
    assert StopReason.objects.get(pk="r4_tampered").violation_category == "lent"
