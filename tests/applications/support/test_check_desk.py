"""Self-checks at the help line: found by number, told apart, never acted upon."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.support.models import SelfCheck
from tests.accounts.factories import StaffFactory
from tests.applications.portal import signed_in
from tests.applications.support.situations import SITUATIONS, in_use
from tests.merchants.factories import owner_of

pytestmark = pytest.mark.django_db
LIST = reverse("admin:support_selfcheck_changelist")


def asked(outcome: str) -> SelfCheck:
    situation = SITUATIONS[outcome]()
    signed_in(situation.person).post(reverse("check"), situation.sent)
    return SelfCheck.objects.latest("id")


def desk(check: SelfCheck, role: str = "support"):
    return signed_in(StaffFactory(role=role, branch=check.branch))


def page_of(check: SelfCheck) -> str:
    return reverse("admin:support_selfcheck_change", args=[check.pk])


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("O-05", "登记在他人名下"), ("O-06", "不在设备登记库中"), ("O-07", "在登记库中，尚未登记使用")],
)
def test_what_the_merchant_reads_alike_stands_apart_here(outcome, said):
    check = asked(outcome)

    page = desk(check).get(page_of(check)).content.decode()

    assert (outcome in page, said in page) == (True, True)
    assert (
        said not in signed_in(check.asked_by).get(reverse("self_check", args=[check.number])).content.decode()
    )


def test_a_check_is_found_by_its_number_and_by_the_terminals():
    check, other = asked("O-12"), asked("O-20")
    browser = desk(check)

    for words in (check.number, check.number.lower().replace("-", ""), check.terminal.number):
        page = browser.get(LIST, {"q": words}).content.decode()
        assert check.number in page
        assert other.number not in page


@pytest.mark.parametrize("view", ["unsolved", "elsewhere", "unknown"])
def test_the_views_hold_what_they_say(view):
    wanted = {"unsolved": "O-03", "elsewhere": "O-05", "unknown": "O-20"}[view]
    check = asked(wanted)
    browser = signed_in(check.asked_by)
    if view == "unsolved":
        browser.post(reverse("self_check_solved", args=[check.number]), {"solved": "no"})
    if view == "unknown":
        browser.post(reverse("check"), {"typed": check.typed, "screen": "other", "code": "Z9"})
    last = SelfCheck.objects.latest("id")

    page = desk(check).get(LIST, {"view": view}).content.decode()

    assert last.number in page
    assert desk(check).get(LIST, {"view": view, "screen": "stopped"}).content.decode().count("ZC-") == 0


@pytest.mark.parametrize(("role", "may"), [("support", True), ("supervisor", True), ("reviewer", False)])
def test_the_help_line_and_supervisors_look_and_nobody_acts(role, may):
    check = asked("O-20")
    browser = desk(check, role)

    assert browser.get(LIST).status_code == (200 if may else 403)
    assert browser.get(page_of(check)).status_code == (200 if may else 403)
    assert browser.post(page_of(check), {"outcome": "O-01"}).status_code == 405
    check.refresh_from_db()
    assert check.outcome == "O-20"


def test_another_branch_does_not_find_it():
    check = asked("O-20")

    browser = signed_in(StaffFactory(role="support"))

    assert browser.get(page_of(check)).status_code == 404
    assert check.number not in browser.get(LIST).content.decode()


def test_the_desk_does_not_read_what_only_risk_may_know():
    check = asked("O-24")

    page = desk(check).get(page_of(check)).content.decode()

    assert "风险原因" not in page
    assert "见内部记录" not in page


def test_the_list_takes_as_many_queries_for_one_row_as_for_three():
    check = asked("O-20")
    browser = desk(check)
    browser.get(LIST)
    for_one = queries_of(browser)
    for _more in range(2):
        terminal = in_use(merchant=check.merchant)
        signed_in(owner_of(check.merchant)).post(
            reverse("check"), {"typed": terminal.number, "screen": "stopped"}
        )

    assert queries_of(browser) == for_one
    assert browser.get(LIST).content.decode().count("ZC-") >= 3


def queries_of(browser) -> int:
    with CaptureQueriesContext(connection) as asked_now:
        browser.get(LIST)
    return len(asked_now.captured_queries)
