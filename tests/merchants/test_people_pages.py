"""The page of people in the browser: what each sees, what a step asks back, and what bad input comes to."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client

from config.kernel import clock
from merchants.models import Invitation
from merchants.people import role_of
from tests.accounts.conftest import is_signed_in
from tests.accounts.factories import PASSWORD, MerchantUserFactory
from tests.applications.portal import signed_in
from tests.merchants.factories import onboarded, owner_of
from tests.merchants.inviting import invited_to
from tests.merchants.test_people import joined

pytestmark = pytest.mark.django_db
ADDRESS = "new@shop.example"


def path(merchant, rest="") -> str:
    return f"/people/{merchant.number}/{rest}"


def shown(browser, url) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_owner_sees_members_and_invitations_with_masked_addresses():
    merchant = onboarded()
    person = MerchantUserFactory(mobile="13900139000", full_name="李小红")
    merchant.memberships.create(user=person, role="operator", since=clock.now())
    invited_to("13700137000", merchant=merchant)

    page = shown(signed_in(owner_of(merchant)), path(merchant))

    assert "李小红" in page
    assert "139****9000" in page
    assert "137****7000" in page
    assert "13900139000" not in page
    assert "13700137000" not in page


def test_somebody_without_a_name_is_not_shown_by_their_whole_address():
    merchant = onboarded()
    person = MerchantUserFactory(email="somebody.long@shop.example", full_name="")
    merchant.memberships.create(user=person, role="operator", since=clock.now())

    page = shown(signed_in(owner_of(merchant)), path(merchant))

    assert "somebody.long@shop.example" not in page
    assert "s***@shop.example" in page
    assert '<p class="meta">s***@shop.example' not in page


def test_an_operator_sees_who_acts_and_why_they_cannot_change_it():
    merchant = onboarded()
    invited_to(merchant=merchant)
    page = shown(signed_in(joined(merchant)), path(merchant))

    assert owner_of(merchant).full_name in page
    assert "ask=role-" not in page
    assert "ask=leaving" in page
    assert "n**@shop.example" not in page
    assert "/invitations/" not in page


def test_a_step_asks_first_and_reading_changes_nothing():
    merchant = onboarded()
    person = joined(merchant)
    member = merchant.memberships.get(user=person)
    browser = signed_in(owner_of(merchant))

    for step in ("removal", "role"):
        page = shown(browser, path(merchant, f"?ask={step}-{member.pk}"))
        assert f"/members/{member.pk}/{step}/" in page
    assert role_of(person, merchant) == "operator"

    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.post(path(merchant, f"members/{member.pk}/role/"), {"role": "owner"}).status_code == 302
    assert role_of(person, merchant) == "owner"
    assert browser.post(path(merchant, f"members/{member.pk}/removal/")).status_code == 302
    assert role_of(person, merchant) is None


def test_a_further_owner_is_made_after_the_password_alone():
    merchant = onboarded()
    person = joined(merchant)
    browser = signed_in(owner_of(merchant))
    role = path(merchant, f"members/{merchant.memberships.get(user=person).pk}/role/")
    steps = {role: {"role": "owner"}, path(merchant, "invitations/"): {"reach": ADDRESS, "role": "owner"}}

    for step, said in steps.items():
        asked_again = browser.post(step, said)
        assert asked_again["Location"].startswith("/accounts/reauthenticate/"), step
    assert role_of(person, merchant) == "operator"
    assert not merchant.invitations.exists()

    browser.post(asked_again["Location"], {"password": PASSWORD, "next": step})
    assert merchant.invitations.get().role == "owner"
    browser.post(role, steps[role])
    assert role_of(person, merchant) == "owner"


def test_an_operator_is_refused_before_any_password_is_asked():
    merchant = onboarded()
    operator = joined(merchant)
    member = merchant.memberships.get(user=operator)

    answer = signed_in(operator).post(path(merchant, f"members/{member.pk}/role/"), {"role": "owner"})

    assert answer["Location"] == path(merchant)
    assert role_of(operator, merchant) == "operator"


@pytest.mark.parametrize("ask", ["removal-x", "role-99999999999999999999", "\x00", "leaving-1", "-", "丢-１"])
def test_a_question_nobody_asks_shows_the_page(ask):
    merchant = onboarded()

    answer = signed_in(owner_of(merchant)).get(path(merchant), {"ask": ask})

    assert answer.status_code == 200
    assert 'id="ask"' not in answer.content.decode()


def test_the_last_owner_reads_why_leaving_is_not_possible():
    merchant = onboarded()
    browser = signed_in(owner_of(merchant))
    assert "ask=leaving" not in shown(browser, path(merchant))

    answer = browser.post(path(merchant, "leaving/"), follow=True)

    assert "至少要保留一名经本行核实的" in answer.content.decode()
    assert merchant.memberships.count() == 1


def test_an_owner_reads_whom_the_bank_has_checked_and_hands_over_to_another_owner():
    merchant = onboarded()
    second = joined(merchant, "owner")
    member = merchant.memberships.get(user=second)
    browser = signed_in(owner_of(merchant))

    page = shown(browser, path(merchant))

    assert page.count("经本行核实</span>") == 1
    assert f"ask=handover-{member.pk}" in page
    assert f"/members/{member.pk}/handover/" in shown(browser, path(merchant, f"?ask=handover-{member.pk}"))


def test_an_owner_nobody_checked_reads_who_hands_over_and_that_the_checked_one_stays():
    merchant = onboarded()
    first, second = owner_of(merchant), joined(merchant, "owner")
    kept, third = merchant.memberships.get(user=first), joined(merchant)
    browser = signed_in(second)

    page = shown(browser, path(merchant))

    assert "只有经本行核实的商户管理员可以移交商户" in page
    assert "ask=handover-" not in page
    assert f"ask=removal-{kept.pk}" not in page
    assert f"ask=role-{kept.pk}" not in page
    assert f"ask=removal-{merchant.memberships.get(user=third).pk}" in page
    browser.post(path(merchant, f"members/{kept.pk}/removal/"))
    assert owner_of(merchant) == first


def test_an_operator_does_not_read_whom_the_bank_has_checked():
    merchant = onboarded()

    assert "经本行核实" not in shown(signed_in(joined(merchant)), path(merchant))


def test_whoever_leaves_is_gone_and_told_so():
    merchant = onboarded()
    browser = signed_in(joined(merchant))

    answer = browser.post(path(merchant, "leaving/"), follow=True)

    assert answer.redirect_chain[0][0] == "/people/"
    assert merchant.memberships.count() == 1
    assert browser.get(path(merchant)).status_code == 404


@pytest.mark.parametrize("typed", ["NEW@Shop.example", "ｎｅｗ＠ｓｈｏｐ．ｅｘａｍｐｌｅ"])
def test_an_owner_invites_however_it_is_typed(typed):
    merchant = onboarded()

    signed_in(owner_of(merchant)).post(path(merchant, "invitations/"), {"reach": typed, "role": "operator"})

    assert [row.address for row in merchant.invitations.all()] == [ADDRESS]


@pytest.mark.parametrize("typed", ["", "abc", "a" * 5000, "1380013\x008000", "12345", "<b>@x"])
def test_an_address_that_is_none_gets_a_sentence_and_is_not_lost(typed):
    merchant = onboarded()

    answer = signed_in(owner_of(merchant)).post(
        path(merchant, "invitations/"), {"reach": typed, "role": "owner"}
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="error-summary"' in page
    assert not typed.isalnum() or typed in page
    assert not merchant.invitations.exists()


def test_a_refusal_stands_at_the_field():
    merchant = onboarded()
    invited_to(ADDRESS, merchant=merchant)

    answer = signed_in(owner_of(merchant)).post(
        path(merchant, "invitations/"), {"reach": ADDRESS, "role": "operator"}
    )

    assert answer.status_code == 200
    assert 'href="#id_reach"' in answer.content.decode()


def test_an_owner_calls_an_invitation_off():
    merchant = onboarded()
    invitation, _token = invited_to(merchant=merchant)

    signed_in(owner_of(merchant)).post(path(merchant, f"invitations/{invitation.pk}/calling-off/"))

    invitation.refresh_from_db()
    assert invitation.status == Invitation.Status.CALLED_OFF


def test_an_invitation_of_another_merchant_is_not_there():
    merchant = onboarded()
    foreign, _token = invited_to()

    answer = signed_in(owner_of(merchant)).post(path(merchant, f"invitations/{foreign.pk}/calling-off/"))

    assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == Invitation.Status.OPEN


def test_the_link_asks_a_visitor_to_sign_in_and_leads_back():
    MerchantUserFactory(email=ADDRESS)
    _invitation, token = invited_to(ADDRESS)
    link, client = f"/people/invited/{token}/", Client()

    asked = client.get(link)
    assert asked["Location"] == f"/accounts/login/?next={link}"
    answer = client.post("/accounts/login/", {"login": ADDRESS, "password": PASSWORD, "next": link})

    assert is_signed_in(client)
    assert answer["Location"] == link


def test_the_sign_in_page_leads_to_sign_up_with_the_link():
    _invitation, token = invited_to(ADDRESS)
    link = f"/people/invited/{token}/"

    page = unquote(Client().get("/accounts/login/", {"next": link}).content.decode())

    assert f"/accounts/signup/?next={link}" in page


def test_the_invited_accepts_in_the_browser():
    invitation, token = invited_to(ADDRESS)
    person = MerchantUserFactory(email=ADDRESS)
    browser, link = signed_in(person), f"/people/invited/{token}/"
    assert str(invitation.merchant) in shown(browser, link)

    answer = browser.post(f"{link}acceptance/", follow=True)

    assert answer.redirect_chain[-1][0] == path(invitation.merchant)
    assert role_of(person, invitation.merchant) == "operator"
    assert browser.get(link).status_code == 404


def test_an_invitation_says_the_role_as_the_members_do():
    merchant = onboarded()
    joined(merchant, "owner")
    invited_to(merchant=merchant, role="owner")

    page = shown(signed_in(owner_of(merchant)), path(merchant))

    assert page.count('<span class="tag ok">') == 3
    assert '<span class="tag info">' not in page


def test_the_invited_declines_in_the_browser():
    invitation, token = invited_to(ADDRESS)
    browser = signed_in(MerchantUserFactory(email=ADDRESS))

    browser.post(f"/people/invited/{token}/declining/")

    invitation.refresh_from_db()
    assert invitation.status == Invitation.Status.DECLINED


def test_a_wrong_person_a_wrong_link_and_one_that_is_over_look_alike():
    long_ago = clock.now() - timedelta(days=90)
    _invitation, token = invited_to(ADDRESS)
    over, old = invited_to("other@shop.example", now=long_ago)
    wrong, late = signed_in(MerchantUserFactory()), signed_in(MerchantUserFactory(email="other@shop.example"))

    def answer(browser, token, step=""):
        method = browser.post if step else browser.get
        given = method(f"/people/invited/{token}/{step}")
        return given.status_code, given.content.decode().replace(token, "")

    for step in ("", "acceptance/", "declining/"):
        found = {answer(wrong, token, step)[0], answer(late, old, step)[0], answer(wrong, "x" * 43, step)[0]}
        assert found == {404}
    merchant = over.merchant
    assert merchant.number not in answer(late, old)[1]
    assert Invitation.objects.open().count() == 2


def test_an_empty_list_says_how_one_joins():
    page = shown(signed_in(MerchantUserFactory()), "/people/")

    assert "/applications/new/" in page
    assert "邀请" in page


@pytest.mark.parametrize("url", ["list", "people"])
def test_a_longer_list_costs_no_more_queries(url, django_assert_max_num_queries):
    merchant = onboarded()
    owner = owner_of(merchant)
    browser = signed_in(owner)
    address = "/people/" if url == "list" else path(merchant)
    browser.get(address)

    def queries():
        with django_assert_max_num_queries(60) as asked:
            browser.get(address)
        return len(asked)

    before = queries()
    for number in range(3):
        joined(merchant)
        invited_to(f"n{number}@shop.example", merchant=merchant)
        onboarded(applicant=owner)
    assert queries() == before
