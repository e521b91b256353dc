"""After a return, on the merchant's pages: what was given back is open and marked, the rest is shown and taken from nobody."""

import re

import pytest

from applications.corrections import corrections_of
from applications.models import Registration
from tests.applications.factories import CARD, PERSON, particulars, photo
from tests.applications.portal import BUSINESS, PLACEMENT, RESPONSIBLE, hidden_of, signed_in
from tests.applications.returning import WORDS, returned_for

pytestmark = pytest.mark.django_db

CLOSED = "这一项已经通过"
OWNERS = {
    "owners-TOTAL_FORMS": "1",
    "owners-INITIAL_FORMS": "1",
    "owners-0-name": "张别人",
    "owners-0-id_type": "resident_id",
    "owners-0-id_number": "3****************7",
    "owners-0-valid_to": "2039-05-08",
    "owners-0-share_percent": "70",
}


def opened(registration):
    return signed_in(registration.applicant), f"/applications/{registration.number}/"


def again(registration):
    return Registration.objects.get(pk=registration.pk)


def control(page, name: str) -> str:
    """The tag of the control with this name."""
    return re.search(rf'<(?:input|select|textarea)[^>]*\bname="{name}"[^>]*>', page.content.decode())[0]


def test_closed_fields_are_shown_read_only_and_the_open_one_has_the_banks_words_beside_it():
    registration = returned_for("field:trading_name")
    browser, one = opened(registration)

    page = browser.get(f"{one}draft/business/")

    assert "disabled" not in control(page, "trading_name")
    for name in (
        "registered_name",
        "uscc",
        "account_number",
        "category",
        "same_address",
        "branch",
        "licence_from",
    ):
        assert "disabled" in control(page, name), name
    told = page.content.decode()
    assert told.count(WORDS) == 1
    assert told.index('id="id_trading_name_helptext"') < told.index(WORDS) < told.index('name="trading_name"')
    assert "请按说明修改" in told  # how to mend it
    assert CARD not in told


def test_one_field_is_corrected_as_a_browser_sends_the_page():
    registration = returned_for("field:trading_name")
    browser, one = opened(registration)

    answer = browser.post(f"{one}draft/business/", {"trading_name": "晴川", "go": "next"})

    assert answer.headers["Location"] == one
    assert again(registration).trading_name == "晴川"
    assert [each.is_done for each in corrections_of(again(registration))] == [True]


def test_a_whole_page_sent_along_unchanged_does_no_harm():
    """A script, or an old tab, sends what the page showed: that is no change."""
    registration = returned_for("field:trading_name")
    browser, one = opened(registration)
    as_shown = BUSINESS | {
        "uscc": registration.uscc,
        "account_number": "************0009",
        "trading_name": "晴川",
    }
    as_shown["registered_division"] = as_shown["category"] = None
    sent = {name: value for name, value in as_shown.items() if value is not None}
    sent["account_number"] = re.search('value="([^"]+)"', control(browser.get(f"{one}draft/business/"), "account_number"))[1]  # fmt: skip

    answer = browser.post(f"{one}draft/business/", sent | {"go": "next"})

    assert answer.status_code == 302, answer.context["form"].errors
    assert again(registration).trading_name == "晴川"


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [
        ("business", "registered_name", "别的商户"),
        ("business", "account_number", "6222021000000000017"),
        ("business", "registered_division", "440305"),
        ("business", "settlement_cycle", "t0"),
        ("business", "licence_from", "2021-01-06"),
        ("responsible", "contact_mobile", "13900139000"),
        ("responsible", "has_agent", "1"),
    ],
)
def test_what_is_sent_for_a_closed_field_changes_nothing_and_is_told(page, name, value):
    registration = returned_for("field:trading_name", "field:responsible_name")
    browser, one = opened(registration)
    before = Registration.objects.filter(pk=registration.pk).values(
        "registered_name", "account_number", "registered_division", "settlement_cycle", "licence_from", "contact_mobile", "has_agent"
    ).get()  # fmt: skip

    answer = browser.post(f"{one}draft/{page}/", {name: value, "go": "next"})

    assert answer.status_code == 200
    assert name in answer.context["form"].errors
    assert "<title>错误：" in answer.content.decode()
    assert Registration.objects.filter(pk=registration.pk).values(*before).get() == before
    assert CARD not in answer.content.decode()
    assert PERSON not in answer.content.decode()


def test_a_page_without_anything_open_says_so_when_something_is_sent():
    registration = returned_for("paper:licence")
    browser, one = opened(registration)

    assert 'name="trading_name"' not in browser.get(f"{one}draft/business/").content.decode()
    told = browser.post(f"{one}draft/business/", {"trading_name": "别的"}, follow=True)

    assert CLOSED in str([str(each) for each in told.context["messages"]])
    assert again(registration).trading_name == "晴川便利店"


def test_the_kind_of_merchant_is_closed_and_opens_when_given_back():
    closed, given_back = returned_for("field:trading_name"), returned_for("field:merchant_type")

    browser, one = opened(closed)
    assert browser.get(f"{one}draft/type/").status_code == 302
    browser.post(f"{one}draft/type/", {"merchant_type": "micro"})
    assert again(closed).merchant_type == "sole_trader"

    browser, one = opened(given_back)
    assert WORDS in browser.get(f"{one}draft/type/?focus=merchant_type_0").content.decode()
    browser.post(f"{one}draft/type/", {"merchant_type": "micro"})
    assert again(given_back).merchant_type == "micro"


def test_the_address_opens_with_the_question_whether_both_are_the_same():
    registration = returned_for("field:address")
    browser, one = opened(registration)
    page = browser.get(f"{one}draft/business/")
    assert "disabled" not in control(page, "same_address")

    elsewhere = {
        "registered_division": "310115",
        "registered_address": "示范路 18 号",
        "business_division": "440305",
        "business_address": "另一处 5 号",
        "go": "next",
    }
    browser.post(f"{one}draft/business/", elsewhere)

    assert again(registration).business_address == "另一处 5 号"
    # Business elsewhere needs a paper that was never asked for: it is open too.
    assert f'action="{one}documents/premises_proof/' in browser.get(f"{one}draft/papers/").content.decode()


def test_what_a_correction_makes_wrong_opens_on_the_page_that_comes_back():
    registration = returned_for("field:responsible_name")
    browser, one = opened(registration)

    browser.post(f"{one}draft/responsible/", {"responsible_name": "王大明", "go": "next"})
    page = browser.get(f"{one}draft/business/")

    assert "disabled" not in control(page, "account_holder")
    assert "disabled" in control(page, "account_number")


def test_owners_are_closed_as_a_list_and_opened_as_one():
    closed = returned_for("field:contact", answers=particulars("enterprise"))
    browser, one = opened(closed)
    page = browser.get(f"{one}draft/responsible/")
    assert "disabled" in control(page, "owners-0-name")
    assert "owners-TOTAL_FORMS" not in page.content.decode()

    told = browser.post(f"{one}draft/responsible/", RESPONSIBLE | OWNERS | {"go": "next"})
    assert told.status_code == 200
    assert CLOSED in told.content.decode()
    assert again(closed).beneficial_owners[0]["name"] == "王小明"

    given_back = returned_for("field:beneficial_owners", answers=particulars("enterprise"))
    browser, one = opened(given_back)
    page = browser.get(f"{one}draft/responsible/?focus=owners-0-name")
    assert WORDS in page.content.decode()
    assert "autofocus" in control(page, "owners-0-name")
    browser.post(f"{one}draft/responsible/", OWNERS | {"go": "next"})
    assert again(given_back).beneficial_owners[0]["name"] == "张别人"
    assert again(given_back).beneficial_owners[0]["id_number"] == PERSON


def test_the_link_of_every_correction_opens_its_field_with_the_focus():
    items = ("field:trading_name", "field:settlement_cycle", "field:agent", "paper:licence", "placement:1:place", "placement:1:terms", "placement:1:device")  # fmt: skip
    registration = returned_for(*items)
    browser, one = opened(registration)

    for fix in browser.get(one).context["fixes"]:
        address, _hash, target = fix["url"].partition("#")
        page = browser.get(address).content.decode()
        tag = re.search(rf'<[a-z]+[^>]*\bid="{target}"[^>]*>', page)
        assert tag, fix["url"]
        assert "autofocus" in tag[0], fix["url"]
        assert "disabled" not in tag[0], fix["url"]
        assert fix["correction"].text in page


@pytest.mark.parametrize("focus", ["registered_name", "x", "", '"><script>', "a" * 5000])
def test_a_focus_that_no_page_asked_for_changes_nothing(focus):
    registration = returned_for("field:trading_name")
    browser, one = opened(registration)

    page = browser.get(f"{one}draft/business/", {"focus": focus})

    assert page.status_code == 200
    assert "autofocus" not in page.content.decode()


# -- papers and terminals --------------------------------------------------------------------------------------------------


def test_only_the_paper_that_was_given_back_takes_a_file():
    registration = returned_for("paper:licence")
    browser, one = opened(registration)

    page = browser.get(f"{one}draft/papers/").content.decode()
    assert re.findall(rf'action="{one}documents/([a-z_]+)/', page) == ["licence"]
    assert WORDS in page
    assert "请换个角度重新拍摄" in page

    told = browser.post(f"{one}documents/id_front/", {"file": photo("other.jpg")}, follow=True)
    assert "<title>错误：" in told.content.decode()
    document = registration.documents.current().get(paper="id_front")
    browser.post(f"{one}documents/{document.pk}/removal/")
    assert registration.documents.current().get(paper="id_front") == document


def test_one_part_of_a_terminal_is_open_and_the_others_stay_letter_for_letter():
    registration = returned_for("placement:1:place")
    line = registration.placements.get()
    before = registration.placements.values().get()
    browser, one = opened(registration)
    page = browser.get(f"{one}draft/terminals/{line.pk}/")
    assert "disabled" in control(page, "serial_number")
    assert "disabled" in control(page, "limit_single_fen")
    assert WORDS in page.content.decode()

    place = {"label": "外卖窗口", "division": "310115", "address": "示范路 20 号 2 层"}
    answer = browser.post(f"{one}draft/terminals/{line.pk}/", place)

    assert answer.headers["Location"] == one, answer.context["form"].errors
    after = registration.placements.values().get()
    assert {name for name in after if after[name] != before[name]} == {"label", "address"}


def test_a_wished_day_that_has_passed_meanwhile_does_not_stand_in_the_way():
    registration = returned_for("placement:1:place")
    registration.placements.update(expected_install_on="2020-01-01")
    # As it was judged: the row itself was older than the day of the page.
    line = registration.placements.get()
    browser, one = opened(registration)

    place = {"label": line.label, "division": "310115", "address": "示范路 20 号"}
    answer = browser.post(f"{one}draft/terminals/{line.pk}/", place)

    assert answer.status_code == 302, answer.context["form"].errors
    assert registration.placements.get().address == "示范路 20 号"


def test_closed_parts_of_a_terminal_take_nothing():
    registration = returned_for("placement:1:place")
    line = registration.placements.get()
    browser, one = opened(registration)

    told = browser.post(
        f"{one}draft/terminals/{line.pk}/",
        PLACEMENT | {"serial_number": "OTHER0000001", "limit_day_fen": "900000"},
    )

    assert {"serial_number", "limit_day_fen"} <= set(told.context["form"].errors)
    assert registration.placements.get().serial_number == line.serial_number


def test_terminals_are_added_and_removed_only_where_that_is_open():
    registration = returned_for("placement:1:place", terminals=2)
    first, second = registration.placements.order_by("position")
    browser, one = opened(registration)
    here = f"{one}draft/terminals/"
    page = browser.get(here).content.decode()
    assert f'{here}{first.pk}/"' in page
    assert f'{here}{second.pk}/"' not in page
    assert f"{here}new/" not in page

    assert browser.get(f"{here}{second.pk}/").status_code == 302
    assert browser.get(f"{here}new/").status_code == 302
    told = browser.post(f"{here}new/", PLACEMENT, follow=True)
    assert CLOSED in str([str(each) for each in told.context["messages"]])
    browser.post(f"{here}{second.pk}/removal/")
    assert registration.placements.count() == 2
    browser.post(f"{here}{first.pk}/removal/")
    assert list(registration.placements.all()) == [second]


# -- before it is sent again ----------------------------------------------------------------------------------------------


def test_what_changes_is_shown_old_and_new_and_masked_before_it_is_sent():
    registration = returned_for("field:trading_name", "field:account_number")
    browser, one = opened(registration)
    assert browser.get(one).context["changes"] == []
    changed = {"trading_name": "晴川", "account_number": "6222021000000000017", "go": "next"}
    browser.post(f"{one}draft/business/", changed)

    for address in (one, f"{one}draft/check/"):
        page = browser.get(address)
        told = page.content.decode()
        section = told[told.index('id="changes"') :]
        assert section.index("原为 晴川便利店") < section.index("改为 晴川")
        assert [change.item for change in page.context["changes"]] == [
            "field:trading_name",
            "field:account_number",
        ]
        assert "6222021000000000017" not in told
        assert CARD not in told


def test_what_was_not_seen_to_comes_back_as_an_error_summary_with_links():
    registration = returned_for("field:trading_name", "paper:licence", "placement:1:place")
    browser, one = opened(registration)
    browser.post(f"{one}draft/business/", {"trading_name": "晴川", "go": "next"})

    page = browser.post(f"{one}submission/", hidden_of(browser.get(one), f"{one}submission/"), follow=True)

    told = page.content.decode()
    assert "<title>错误：" in told
    assert told.index('role="alert"') < told.index("<h1")
    fixes = {fix["correction"].item: fix["url"] for fix in page.context["fixes"]}
    assert [problem["url"] for problem in page.context["problems"]] == [
        fixes["placement:1:place"],
        fixes["paper:licence"],
    ]
    assert again(registration).round == 1


def test_an_answer_is_confirmed_on_the_page_and_it_goes_back():
    registration = returned_for("field:trading_name", "application")
    browser, one = opened(registration)
    for item in ("field:trading_name", "application"):
        browser.post(f"{one}confirmation/", {"item": item})
    page = browser.get(one)
    assert (page.context["done_count"], len(page.context["fixes"])) == (2, 2)

    browser.post(f"{one}submission/", hidden_of(page, f"{one}submission/"))

    assert again(registration).round == 2


def test_confirming_what_is_not_on_the_list_is_told():
    registration = returned_for("paper:licence")
    browser, one = opened(registration)

    told = browser.post(f"{one}confirmation/", {"item": "paper:licence"}, follow=True)

    assert "<title>错误" not in told.content.decode()
    assert [str(each) for each in told.context["messages"]]
    assert not corrections_of(again(registration))[0].is_done
