"""What the checks found on the case page: each names its item, leads there, and leads on to whom it speaks of where one may go."""

import re

import pytest

from applications.checks import findings_of
from applications.items import items_of
from config.kernel import clock
from tests.accounts.factories import BranchFactory
from tests.applications.desk import at, case_of, reviewer_of
from tests.applications.factories import CARD, particulars
from tests.applications.portal import signed_in
from tests.applications.reviewing import approve, staff
from tests.merchants.blacklist import listed
from tests.terminals.factories import DeviceFactory

pytestmark = pytest.mark.django_db

LISTED = re.compile(r'<li class="(bad|warn|ok)[^"]*">.*?<span>(.*?)</span></li>', re.DOTALL)
ABOUT = re.compile(r'<a class="about no-print" href="#([^"]+)"[^>]*>.*?</span>([^<]+)</a>')
# Marks of its own, so that only what a test shares is found.
MARKS = {"responsible_id_number": "440306199901014571", "contact_mobile": "13700137000"}


def page_of(case, by) -> str:
    return signed_in(by).get(at("case", case)).content.decode()


def checks_on(page: str) -> list[tuple[str, str]]:
    """Level and what stands in its line, in the order of the page."""
    return LISTED.findall(page[page.index('<details class="auto"') : page.index('<table class="review"')])


@pytest.fixture
def reviewer():
    return reviewer_of()


def test_every_finding_leads_to_its_item_by_its_name(reviewer):
    case = case_of(reviewer)
    listed("mobile", case.contact_mobile)
    titles = {f"item-{item.key}": item.title for item in items_of(case)}
    speaking = [each for each in findings_of(case, on=clock.today()) if f"item-{each.item}" in titles]

    page = page_of(case, reviewer)

    shown = [ABOUT.search(line) for _level, line in checks_on(page)]
    led = [found.groups() for found in shown if found]
    assert len(led) == len(speaking) > 5
    for anchor, title in led:
        assert titles[anchor] == title
        assert page.count(f'id="{anchor}" tabindex="-1"') == 1
    assert "item-field:contact" in {anchor for anchor, _title in led}


def test_warnings_come_first_and_what_passed_is_folded(reviewer):
    case = case_of(reviewer)
    listed("mobile", case.contact_mobile)

    page = page_of(case, reviewer)

    levels = [level for level, _line in checks_on(page)]
    assert levels == sorted(levels, key=["bad", "warn", "ok"].index)
    assert levels[0] == "bad"
    assert set(levels[levels.index("ok") :]) == {"ok"}
    assert '<details class="passes"><summary>' in page


def test_another_application_is_a_link_for_whoever_may_open_it(reviewer):
    case = case_of(reviewer)
    near = case_of(reviewer, answers=particulars(**MARKS, account_number=CARD))
    far = case_of(reviewer_of(BranchFactory()), answers=particulars(**MARKS, account_number=CARD))

    page = page_of(case, reviewer)

    assert f'<a class="code" href="{at("case", near)}">{near.number}</a>' in page
    assert far.number in page
    assert at("case", far) not in page


def test_a_customer_is_a_link_too(reviewer):
    known = case_of(reviewer)
    approve(known, by=reviewer)
    known.refresh_from_db()
    case = case_of(reviewer, answers=particulars(**MARKS, account_number=CARD))

    page = page_of(case, reviewer)

    address = f"/admin/merchants/merchant/{known.merchant_id}/change/"
    assert f'<a class="code" href="{address}">{known.merchant.number}</a>' in page


def test_a_device_is_a_link_for_whoever_sees_the_branch_it_is_of(reviewer):
    case = case_of(reviewer)
    device = DeviceFactory(branch=BranchFactory())
    case.placements.update(serial_number=device.serial_number)
    address = f"/admin/terminals/device/{device.pk}/change/"
    inspector = staff(case, role="risk")

    assert address not in page_of(case, reviewer)

    type(device).objects.filter(pk=device.pk).update(branch=reviewer.branch)
    for person in (reviewer, inspector):
        assert f'<a class="code" href="{address}">{device.serial_number}</a>' in page_of(case, person)


def test_what_a_sentence_quotes_is_never_markup(reviewer):
    case = case_of(reviewer)
    case_of(reviewer, answers=particulars(**MARKS, account_number=CARD))
    case.placements.update(serial_number=DeviceFactory(branch__name="<i>他行</i>").serial_number)

    page = page_of(case, reviewer)

    assert "<i>他行" not in page
    assert "&lt;i&gt;他行" in page
