"""The desk of offers, by what it answers."""

import pytest
from django.test import Client
from django.urls import reverse

from config.kernel import clock
from config.kernel.history import changes_of
from terminals.offers.models import Offer
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.factories import owner_of
from tests.terminals.offers.factories import answers, drafted, enrolled, published, shop

pytestmark = pytest.mark.django_db
LIST, ENROLMENTS = "/admin/offers/offer/", "/admin/offers/enrolment/"


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def at_desk(offer, role="supervisor", **given) -> Client:
    return browser_of(StaffFactory(role=role, branch=offer.branch, **given))


def page_of(offer) -> str:
    return reverse("admin:offers_offer_change", args=[offer.pk])


def step(browser, offer, noun, **said):
    path = reverse(f"admin:offers_offer_{noun}", args=[offer.pk])
    return browser.post(path, {f"{noun}-{name}": value for name, value in said.items()})


def typed(**changed) -> dict:
    """As the form is filled in by hand."""
    said = answers() | {"rate_bp": "0.38", "min_terminals": "1", "bars_violations": "on"} | changed
    return {name: str(value) for name, value in said.items()}


def test_written_by_one_published_by_another():
    branch = BranchFactory()
    writer = browser_of(StaffFactory(role="account_manager", branch=branch))
    said = typed(branch=branch.pk, categories="５４１１， 5812", divisions="310115", quota="１００")

    answer = writer.post(f"{LIST}add/", said)

    offer = Offer.objects.get()
    assert answer.headers["Location"] == page_of(offer)
    assert (offer.rate_bp, offer.categories, offer.divisions, offer.quota) == (
        38,
        ["5411", "5812"],
        ["310115"],
        100,
    )
    assert step(writer, offer, "publication").status_code == 403
    assert step(at_desk(offer), offer, "publication").status_code == 302
    offer.refresh_from_db()
    assert offer.status == "published"


def test_a_supervisor_who_wrote_it_is_told_why_not():
    branch = BranchFactory()
    chief = StaffFactory(role="supervisor", branch=branch)
    offer = drafted(branch=branch, by=chief)
    browser = browser_of(chief)

    assert "须由同事发布" in browser.get(page_of(offer)).content.decode()
    assert step(browser, offer, "publication").status_code == 409
    offer.refresh_from_db()
    assert offer.status == "draft"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("categories", "5411 0000", "没有这些代码：0000"),
        ("divisions", "\x00", ""),
        ("divisions", "999999", "没有这些代码：999999"),
        ("rate_bp", "101", ""),
        ("rate_bp", "很低", ""),
        ("min_terminals", "0", ""),
        ("quota", "-1", ""),
        ("ends_on", "2020-01-01", "活动结束日不得早于开始日"),
        ("enrol_until", "2020-01-01", "报名截止日不得早于报名开始日"),
        ("starts_on", "昨天", "2026-09-11"),
        ("title_zh", "长" * 61, ""),
        ("categories", " ".join(str(n) for n in range(60)), ""),
    ],
)
def test_what_is_wrong_is_told_at_its_place_and_nothing_is_lost(field, value, sentence):
    branch = BranchFactory()
    browser = browser_of(StaffFactory(role="supervisor", branch=branch))

    answer = browser.post(f"{LIST}add/", typed(branch=branch.pk) | {field: value})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    assert sentence in page
    assert "按优惠费率" in page
    assert not Offer.objects.exists()


def test_a_draft_is_changed_on_its_page():
    offer = drafted()
    browser = at_desk(offer, role="account_manager")

    page = browser.get(page_of(offer)).content.decode()
    assert 'value="0.38"' in page
    assert step(browser, offer, "wording", **typed(title_zh="新标题", min_terminals="3")).status_code == 302

    offer.refresh_from_db()
    assert (offer.title_zh, offer.min_terminals, offer.rewritten_by_id is None) == ("新标题", 3, False)


def test_a_branch_above_ones_own_cannot_be_chosen():
    branch = BranchFactory(parent=BranchFactory())
    browser = browser_of(StaffFactory(role="supervisor", branch=branch))

    assert browser.post(f"{LIST}add/", typed(branch=branch.parent.pk)).status_code == 200
    assert not Offer.objects.exists()


def test_offers_of_other_branches_are_not_there():
    offer, foreign = published(), published()
    browser = at_desk(offer)

    listed = browser.get(LIST).content.decode()
    assert offer.number in listed
    assert foreign.number not in listed
    assert browser.get(page_of(foreign)).status_code == 404
    assert step(browser, foreign, "ending", note="停").status_code == 404


def test_the_preview_counts_who_could_enrol():
    merchant = shop()
    shop(branch=merchant.branch)
    offer = drafted(branch=merchant.branch)

    assert at_desk(offer).get(page_of(offer)).context["eligible"] == "2"


def test_ended_early_with_a_reason_for_the_record():
    offer = published()
    enrolled(offer)
    browser = at_desk(offer)

    assert step(browser, offer, "ending", note="").status_code == 200
    assert step(browser, offer, "ending", note="预算用完").status_code == 302

    assert changes_of(offer).get(to_status="ended").note == "预算用完"
    assert "银行已提前结束本活动" in browser.get(page_of(offer)).content.decode()


def test_the_report_filters_enrolments_by_state_and_offer():
    offer = published()
    stays, leaves = enrolled(offer), enrolled(offer)
    leaves.withdraw(by=owner_of(leaves.merchant), now=clock.now())
    other = enrolled(published(branch=offer.branch))
    browser = at_desk(offer)

    def numbers(query) -> set:
        return {row.pk for row in browser.get(f"{ENROLMENTS}?{query}").context["cl"].result_list}

    assert numbers("status=withdrawn") == {leaves.pk}
    assert numbers(f"q={offer.number}") == {stays.pk, leaves.pk}
    assert numbers(f"q={other.merchant.number}") == {other.pk}
    assert numbers("status=enrolled") == {stays.pk, other.pk}
    assert browser.get(f"{ENROLMENTS}{stays.pk}/change/").status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_the_lists_take_as_many_queries_for_one_row_as_for_three(django_assert_max_num_queries, many):
    offer = published()
    for _number in range(many):
        enrolled(offer)
        published(branch=offer.branch)
    browser = at_desk(offer)

    for path in (LIST, ENROLMENTS):
        browser.get(path)
        with django_assert_max_num_queries(7):
            browser.get(path)
