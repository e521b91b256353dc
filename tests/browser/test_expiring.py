"""What runs out of a merchant's particulars, on the front page: readable, and one button, with and without JavaScript."""

from datetime import timedelta

import pytest

from config.kernel import clock
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.expiring import make_due_for_attestation
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated


@pytest.fixture
def merchant(shop):
    """The licence ends in twenty days, and the yearly confirmation is asked for."""
    ends = clock.today() + timedelta(days=20)
    merchant = onboarded(branch=shop.branch, licence_is_long_term=False, licence_to=ends)
    activated(merchant=merchant)
    make_due_for_attestation(merchant)
    return merchant


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_notices_are_readable(open_page, merchant, language, width):
    page = open_page(width=width, language=language, signed_in=owner_of(merchant))
    terminal = merchant.terminals.get()

    for address in ("/", f"/terminals/{terminal.number}/"):
        page.goto(address)
        assert axe_violations(page) == []
        assert words_in_the_other_language(page, language) == []
        assert not scrolls_sideways(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_merchant_confirms_on_a_phone(open_page, merchant, javascript):
    page = open_page(width=360, javascript=javascript, signed_in=owner_of(merchant))

    page.goto("/")
    page.locator('form[action*="/attestations/"] button').click()

    page.get_by_text("已记录").wait_for()
    assert page.locator('form[action*="/attestations/"]').count() == 0
    assert page.locator('a[href*="focus=licence_to"]').count() == 1
    assert merchant.attestations.count() == 1
