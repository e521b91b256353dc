"""The pages of questions: what is kept, what comes back, what is never shown in full, and what hostile input does."""

import pytest

from applications.models import Registration
from tests.accounts.factories import BranchFactory
from tests.applications.factories import PERSON, RegistrationFactory, particulars
from tests.applications.portal import BUSINESS, NEVER_IN_A_PAGE, PLACEMENT, RESPONSIBLE, signed_in

pytestmark = pytest.mark.django_db

LONG = "长" * 100_000
HOSTILE = [
    "\x00",
    "a\x00b",
    "'; DROP TABLE x; --",
    "<script>alert(1)</script>",
    "\ud800",
    "\u202eabc",
    "９" * 300,
]


@pytest.fixture
def empty_draft():
    registration = RegistrationFactory(filled=False)
    browser = signed_in(registration.applicant)
    browser.post(f"/applications/{registration.number}/draft/type/", {"merchant_type": "sole_trader"})
    return browser, registration, f"/applications/{registration.number}/draft/"


def again(registration):
    return Registration.objects.get(pk=registration.pk)


def test_what_passes_is_kept_although_the_page_comes_back(empty_draft):
    browser, registration, draft = empty_draft

    answer = browser.post(f"{draft}business/", {"trading_name": "晴川便利店", "uscc": "123", "go": "next"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>错误：" in page
    assert page.index('role="alert"') < page.index("<h1")
    assert 'value="123"' in page
    assert again(registration).trading_name == "晴川便利店"
    assert again(registration).uscc == ""


def test_the_summary_says_the_words_of_the_field(empty_draft):
    browser, _registration, draft = empty_draft

    page = browser.post(f"{draft}business/", {"uscc": "123", "go": "next"})

    sentence = page.context["form"].errors["uscc"][0]
    assert page.content.decode().count(sentence) == 2
    assert 'href="#id_uscc"' in page.content.decode()


def test_leaving_keeps_what_passes_and_says_what_does_not(empty_draft):
    browser, registration, draft = empty_draft

    page = browser.post(
        f"{draft}business/", {"trading_name": "晴川", "uscc": "123", "go": "later"}, follow=True
    ).content.decode()

    assert "统一社会信用代码" in page
    assert again(registration).trading_name == "晴川"


def test_identifiers_are_understood_in_any_spelling(empty_draft):
    browser, registration, draft = empty_draft

    browser.post(f"{draft}business/", BUSINESS | {"branch": BranchFactory().pk, "go": "next"})
    browser.post(f"{draft}responsible/", RESPONSIBLE | {"contact_mobile": "１３８-００１３ ８０００"})

    kept = again(registration)
    assert (kept.uscc, kept.account_number) == ("92310115MA1K00015G", "6222021000000000009")
    assert kept.contact_mobile == "13800138000"
    assert (kept.business_division_id, kept.business_address) == ("310115", "示范路 18 号")


def test_sealed_values_are_masked_in_the_page_and_kept_when_left_alone(complete_draft):
    browser, registration = complete_draft
    address = f"/applications/{registration.number}/draft/responsible/"
    page = browser.get(address)

    browser.post(
        address,
        RESPONSIBLE | {"responsible_id_number": "3****************7", "contact_mobile": "138****8000"},
    )

    for value in NEVER_IN_A_PAGE:
        assert value not in page.content.decode()
    assert 'value="3****************7"' in page.content.decode()
    assert again(registration).responsible_id_number == PERSON
    assert again(registration).contact_mobile == "13800138000"


def test_a_mask_of_something_else_is_never_stored(complete_draft):
    browser, registration = complete_draft
    address = f"/applications/{registration.number}/draft/responsible/"

    page = browser.post(address, RESPONSIBLE | {"responsible_id_number": "1****************8", "go": "next"})

    assert "responsible_id_number" in page.context["form"].errors
    assert again(registration).responsible_id_number == PERSON


def test_a_value_that_was_kept_is_not_shown_in_full_when_the_page_comes_back(empty_draft):
    browser, _registration, draft = empty_draft

    page = browser.post(
        f"{draft}responsible/", {"responsible_id_type": "resident_id", "responsible_id_number": PERSON}
    )

    assert page.status_code == 200
    assert PERSON not in page.content.decode()


def test_an_ambiguous_place_comes_back_with_its_candidates(empty_draft):
    browser, registration, draft = empty_draft

    page = browser.post(f"{draft}business/", {"registered_division": "南山"})
    found = page.content.decode()
    chosen = {
        "registered_division": "南山",
        "registered_division-for": "南山",
        "registered_division-choice": "440305",
    }
    browser.post(f"{draft}business/", chosen)

    assert 'value="440305"' in found
    assert again(registration).registered_division_id == "440305"


@pytest.mark.parametrize("typed", ["440305", "深圳南山", "广东省深圳市南山区", "４４０３０５"])
def test_a_place_is_found_by_code_name_or_its_characters(empty_draft, typed):
    browser, registration, draft = empty_draft

    browser.post(f"{draft}business/", {"registered_division": typed})

    assert again(registration).registered_division_id == "440305"


def test_the_search_offers_a_few_and_never_the_whole_list(empty_draft):
    browser, *_ = empty_draft

    answer = browser.get("/lookup/divisions/?named=registered_division&registered_division=市")

    assert answer.content.decode().count("<option") == 20


def test_owners_of_an_enterprise_are_asked_kept_and_masked():
    registration = RegistrationFactory(answers=particulars("enterprise"))
    browser, address = (
        signed_in(registration.applicant),
        f"/applications/{registration.number}/draft/responsible/",
    )
    page = browser.get(address)
    rows = {
        "owners-TOTAL_FORMS": "2", "owners-INITIAL_FORMS": "1", "owners-0-name": "王小明", "owners-0-id_type": "resident_id",
        "owners-0-id_number": "3****************7", "owners-0-valid_to": "2039-05-08", "owners-0-share_percent": "７０",
        "owners-1-id_type": "resident_id",
    }  # fmt: skip

    answer = browser.post(address, RESPONSIBLE | rows | {"controller_name": "王小明", "go": "next"})

    assert PERSON not in page.content.decode()
    assert answer.status_code == 302, (answer.context["form"].errors, answer.context["owners"].errors)
    owners = again(registration).beneficial_owners
    assert [(owner["id_number"], owner["share_percent"]) for owner in owners] == [(PERSON, "70")]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_gets_a_sentence_and_nothing_worse(empty_draft, text):
    browser, _registration, draft = empty_draft
    encodable = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")

    for page, fields in (("business", BUSINESS), ("responsible", RESPONSIBLE), ("terminals/new", PLACEMENT)):
        for go in ("next", "later"):
            answer = browser.post(
                f"{draft}{page}/", dict.fromkeys(fields, encodable) | {"go": go}, follow=True
            )
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["trading_name", "uscc", "category", "registered_division", "account_number", "business_scope"]
)
def test_a_hundred_thousand_characters_get_a_sentence_at_their_field(empty_draft, name):
    browser, _registration, draft = empty_draft

    page = browser.post(f"{draft}business/", {name: LONG, "go": "next"})

    assert page.status_code == 200
    assert name in page.context["form"].errors


@pytest.mark.parametrize("total", ["", "x", "-1", "999999999999", "1000"])
def test_a_tampered_list_of_owners_is_refused_quietly(total):
    registration = RegistrationFactory(answers=particulars("enterprise"))
    browser = signed_in(registration.applicant)

    answer = browser.post(
        f"/applications/{registration.number}/draft/responsible/",
        RESPONSIBLE | {"owners-TOTAL_FORMS": total, "owners-INITIAL_FORMS": total, "go": "next"},
    )

    assert answer.status_code == 200
    assert len(again(registration).beneficial_owners) == 1


def test_a_micro_merchant_is_not_asked_what_is_on_a_licence(empty_draft):
    browser, _registration, draft = empty_draft

    browser.post(f"{draft}type/", {"merchant_type": "micro"})
    page = browser.get(f"{draft}business/").content.decode()

    assert 'name="uscc"' not in page
    assert 'name="licence_from"' not in page


def test_the_list_of_terminals_takes_no_serial_number_twice(complete_draft):
    browser, registration = complete_draft
    taken = registration.placements.get().serial_number

    page = browser.post(
        f"/applications/{registration.number}/draft/terminals/new/", PLACEMENT | {"serial_number": taken}
    )

    assert "serial_number" in page.context["form"].errors
    assert registration.placements.count() == 1


def test_a_terminal_is_changed_and_taken_off_the_list(complete_draft):
    browser, registration = complete_draft
    line = registration.placements.get()
    here = f"/applications/{registration.number}/draft/terminals/"

    browser.post(f"{here}{line.pk}/", PLACEMENT | {"label": "外卖窗口"})
    line.refresh_from_db()
    assert (line.label, line.serial_number, line.limit_single_fen) == ("外卖窗口", "P2A004172236", 5_000_000)
    assert browser.get(f"{here}{line.pk}/removal/").status_code == 405
    browser.post(f"{here}{line.pk}/removal/")
    assert not registration.placements.exists()
