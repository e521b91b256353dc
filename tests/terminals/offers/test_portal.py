"""A merchant's offers in the browser."""

import pytest
from django.test import Client
from django.utils.html import escape

from config.kernel import clock
from merchants.people import admit
from terminals.offers.enrolling import enrol
from terminals.offers.models import Enrolment
from tests.accounts.factories import BranchFactory, MerchantUserFactory
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated
from tests.terminals.offers.factories import DAY, drafted, ended, enrolled, published, shop

pytestmark = pytest.mark.django_db


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def owners(merchant) -> Client:
    return browser_of(owner_of(merchant))


def text_of(browser, path) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_what_is_open_what_is_taken_part_in_and_why_not():
    merchant = shop()
    branch = merchant.branch
    taken = enrolled(published(branch=branch), merchant).offer
    free = published(branch=branch)
    barred = published(branch=branch, min_terminals=2, categories=["5812"])
    hidden = [drafted(branch=branch), ended(branch=branch), published()]

    answer = owners(merchant).get("/offers/")

    page = answer.content.decode()
    shown = {name: [line.offer for line in answer.context[name]] for name in ("enrolled", "open", "others")}
    assert shown == {"enrolled": [taken], "open": [free], "others": [barred]}
    [line] = answer.context["others"]
    for reason in line.reasons:
        assert escape(reason.why) in page
        assert escape(reason.remedy) in page
    assert [reason.code for reason in line.reasons] == ["category", "terminals"]
    assert not [offer for offer in hidden if offer.title in page]


def test_what_one_took_part_in_stays_on_the_list_with_why_it_ended():
    offer = published()
    enrolment = enrolled(offer)
    enrolment.end("too_few", by=enrolment.enrolled_by, now=clock.now())
    browser = owners(enrolment.merchant)

    assert offer.title in text_of(browser, "/offers/")
    assert "剩余台数不足" in text_of(browser, f"/offers/{offer.number}/")


def test_who_has_no_merchant_yet_reads_how_to_get_there():
    page = text_of(browser_of(MerchantUserFactory()), "/offers/")

    assert "目前没有优惠活动" in page
    assert "/applications/new/" in page


def test_an_offer_of_a_foreign_branch_is_not_there():
    merchant = shop(branch=BranchFactory(parent=BranchFactory()))
    above = published(branch=merchant.branch.parent)
    foreign = [
        published(),
        published(branch=BranchFactory(parent=merchant.branch)),
        drafted(branch=merchant.branch),
    ]
    browser = owners(merchant)

    assert browser.get(f"/offers/{above.number}/").status_code == 200
    for offer in foreign:
        assert browser.get(f"/offers/{offer.number}/").status_code == 404
        assert browser.post(f"/offers/{offer.number}/enrolment/", {"agree": "on"}).status_code == 404
    assert not Enrolment.objects.exists()


def test_enrolled_in_the_portal_and_withdrawn_again():
    merchant = shop()
    offer, browser = published(branch=merchant.branch), owners(merchant)
    path = f"/offers/{offer.number}/"

    assert 'name="agree"' in text_of(browser, path)
    browser.post(f"{path}enrolment/", {"merchant": merchant.number, "agree": "on"})
    [enrolment] = Enrolment.objects.all()
    assert 'name="agree"' not in text_of(browser, path)
    browser.post(f"/offers/enrolments/{enrolment.pk}/withdrawal/")

    enrolment.refresh_from_db()
    assert enrolment.status == "withdrawn"


def test_without_the_tick_it_says_so_at_its_place_and_keeps_what_was_chosen():
    merchant = shop(terminals=2)
    number = merchant.terminals.first().number
    offer = published(branch=merchant.branch, is_per_terminal=True)

    answer = owners(merchant).post(f"/offers/{offer.number}/enrolment/", {"terminals": [number]})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("请勾选同意活动条款") == 2
    assert "error-summary" in page
    assert f'value="{number}"' in page.split("checked")[0].rsplit("<input", 1)[1]
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("typed", ["\x00", "ZZ999999", "１２３", "x" * 9000])
def test_hostile_choices_change_nothing(typed):
    merchant = shop()
    offer, browser = published(branch=merchant.branch, is_per_terminal=True), owners(merchant)
    path = f"/offers/{offer.number}/enrolment/"

    assert browser.post(path, {"agree": "on", "terminals": [typed]}).status_code == 200
    assert browser.post(path, {"agree": "on", "merchant": typed}).status_code == 404
    assert browser.get(f"/offers/?at={typed[:50]}").status_code == 200
    assert not Enrolment.objects.exists()


def test_an_operator_reads_who_can():
    merchant, operator = shop(), MerchantUserFactory()
    admit(operator, merchant, "operator", by=owner_of(merchant), now=clock.now())
    offer, browser = published(branch=merchant.branch), browser_of(operator)

    assert "仅商户管理员可以报名" in text_of(browser, f"/offers/{offer.number}/")
    browser.post(f"/offers/{offer.number}/enrolment/", {"agree": "on"})
    assert not Enrolment.objects.exists()


def test_of_two_merchants_the_one_named_enrols():
    branch = BranchFactory()
    first = shop(branch=branch)
    owner = owner_of(first)
    second = onboarded(branch=branch, applicant=owner)
    activated(merchant=second)
    offer, browser = published(branch=branch), browser_of(owner)
    path = f"/offers/{offer.number}/enrolment/"

    assert second.number in text_of(browser, f"/offers/{offer.number}/")
    assert browser.post(path, {"agree": "on"}).status_code == 404
    browser.post(path, {"agree": "on", "merchant": second.number})

    assert Enrolment.objects.get().merchant == second


def test_another_merchants_enrolment_is_not_withdrawn():
    enrolment = enrolled()
    stranger = shop(branch=enrolment.branch)

    assert owners(stranger).post(f"/offers/enrolments/{enrolment.pk}/withdrawal/").status_code == 404
    assert Enrolment.objects.get().status == "enrolled"


def test_the_front_page_leads_there_and_counts_what_is_open_today():
    merchant = shop()
    published(branch=merchant.branch)
    published(branch=merchant.branch, enrol_from=clock.today() + DAY)
    published()

    page = text_of(owners(merchant), "/")

    assert 'href="/offers/"' in page
    assert "1 项可报名" in page


def queries_of(browser, path, count) -> int:
    with count as found:
        assert browser.get(path).status_code == 200
    return len(found)


@pytest.mark.parametrize("path", ["/offers/", "/"])
def test_as_many_queries_for_one_offer_as_for_three(django_assert_max_num_queries, path):
    merchant = shop()
    browser = owners(merchant)
    enrolled(published(branch=merchant.branch, categories=["5411"], divisions=["310000"]), merchant)
    browser.get(path)
    first = queries_of(browser, path, django_assert_max_num_queries(40))
    activated(merchant=merchant)
    for more in ({}, {"categories": ["5812"], "divisions": ["330000"]}):
        offer = published(branch=merchant.branch, **more)
        if not more:
            enrol(offer, merchant, agrees=True, by=owner_of(merchant), now=clock.now())

    assert queries_of(browser, path, django_assert_max_num_queries(40)) == first
