"""A merchant has a terminal stopped: with an open batch the portal says what to do first, afterwards it takes the request; once
it is granted the notice is read and printed on one sheet."""

from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import expect

from applications.models import Deactivation
from applications.terminals_to_stop import ToStop
from config.accounts.models import User
from config.kernel import clock
from config.kernel.calendar import add_working_days
from tests.applications.factories import reviewer_for
from tests.applications.requests import approve
from tests.browser.papers import paper
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import owner_of
from tests.terminals.factories import activated

TO_SETTLE = {"zh-hans": "结算", "en": "ettle"}


def reads_the_notice_of(one, terminal, page, *, javascript):
    """Granted and in effect: the terminal's page leads to the notice, which is printed on one sheet."""
    one.claim(by=reviewer_for(one), now=clock.now())
    approve(one)
    one.carry_out(by=User.objects.system("cron"), now=one.effect_due_at)
    notice = one.notices.get()
    page.goto(f"/terminals/{terminal.number}/")
    page.click(f'a[href="/notices/{notice.reference}/"]')
    expect(page.locator("main")).to_contain_text(notice.number)
    if javascript:
        assert axe_violations(page) == []
    assert scrolls_sideways(page) == ""
    with pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True))) as sheet:
        assert len(sheet.pages) == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("width", "javascript"), [(360, True), (1280, True), (360, False)], ids=["phone", "desk", "no-scripts"]
)
def test_with_an_open_batch_it_waits_and_once_settled_it_is_sent(open_page, width, javascript, language):
    terminal, _done = activated()
    activated(merchant=terminal.merchant)
    owner = owner_of(terminal.merchant)
    page = open_page(width=width, language=language, signed_in=owner, javascript=javascript)

    page.goto(f"/terminals/{terminal.number}/")
    page.click(f'a[href$="/new/deactivation/?terminal={terminal.number}"]')
    page.check(f'input[name="terminal"][value="{terminal.number}"]')
    page.click("form .actions button[type=submit]")
    expect(page.locator("#first")).to_be_visible()
    if javascript:
        assert axe_violations(page) == []
        assert words_in_the_other_language(page, language) == []
    assert scrolls_sideways(page) == ""

    page.fill(f'input[name="chosen-{terminal.number}-batch"]', "318")
    page.select_option(f'select[name="chosen-{terminal.number}-settled"]', "no")
    page.select_option('select[name="reason"]', "m1_closing")
    page.fill('input[name="stop_on"]', add_working_days(clock.today(), 5).isoformat())
    page.check('input[name="return_way"][value="branch"]')
    page.check('input[name="declares_settled"]')
    page.check('input[name="declares_cleared"]')
    page.click('button[name="go"][value="next"]')
    expect(page.locator(".errsum")).to_contain_text(TO_SETTLE[language])

    number = page.url.split("/applications/")[1].split("/")[0]
    page.goto(f"/applications/{number}/draft/check/")
    expect(page.locator("section.send button[type=submit]")).to_be_disabled()
    assert scrolls_sideways(page) == ""

    page.goto(f"/applications/{number}/draft/request/")
    page.select_option(f'select[name="chosen-{terminal.number}-settled"]', "yes")
    page.click('button[name="go"][value="next"]')
    # A hand that chooses a file comes after the page's scripts.
    page.wait_for_url("**/draft/papers/")
    page.set_input_files("#id_stop_form", paper("stop_form"))
    if not javascript:
        page.click("#upload-stop_form button.send")
    expect(page.locator("#upload-stop_form [data-kept]")).to_be_visible()
    page.goto(f"/applications/{number}/draft/check/")
    page.click("section.send button[type=submit]")
    expect(page.locator("#where")).to_be_visible()

    one = Deactivation.objects.get(number=number)
    assert (one.status, one.lines) == ("submitted", [ToStop(terminal.number, "000318", "yes")])

    reads_the_notice_of(one, terminal, page, javascript=javascript)
