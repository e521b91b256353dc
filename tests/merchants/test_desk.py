"""The desk of merchants by its addresses: masked, scoped, to look at only."""

import pytest
from django.urls import reverse

from config.kernel import clock
from config.privacy.masking import mask_email
from merchants.models import Membership, Merchant
from merchants.onboarding import amend
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.merchants.factories import CARD, OTHER_PERSON, PERSON, onboarded, owner_of
from tests.terminals.factories import provisioned

pytestmark = pytest.mark.django_db

LIST = "admin:merchants_merchant_changelist"
BUSINESS = ["account_manager", "auditor", "reviewer", "risk", "settlement", "supervisor", "support"]
OTHERS = ["administrator", "field", "storekeeper"]


def page_url(merchant):
    return reverse("admin:merchants_merchant_change", args=[merchant.pk])


def history_url(merchant):
    return reverse("admin:merchants_merchant_history", args=[merchant.pk])


@pytest.fixture
def desk(client):
    client.reviewer = StaffFactory(role="reviewer", branch=BranchFactory(code="HEAD"))
    client.force_login(client.reviewer)
    return client


def rows_of(response):
    return [row.pk for row in response.context_data["cl"].result_list]


@pytest.mark.parametrize("role", BUSINESS + OTHERS)
def test_merchants_are_open_to_those_who_work_for_them(client, role):
    person = StaffFactory(role=role)
    merchant = onboarded(branch=person.branch)
    client.force_login(person)

    pages = [
        reverse(LIST),
        page_url(merchant),
        history_url(merchant),
        reverse("admin:merchants_division_changelist"),
        reverse("admin:merchants_merchantcategory_changelist"),
    ]

    assert {client.get(page).status_code for page in pages} == {200 if role in BUSINESS else 403}


def test_the_desk_ends_at_the_persons_branch(desk):
    mine, other = onboarded(branch=BranchFactory(parent=desk.reviewer.branch)), onboarded()

    assert rows_of(desk.get(reverse(LIST))) == [mine.pk]
    assert desk.get(page_url(other)).status_code == 404
    assert desk.get(history_url(other)).status_code == 404


@pytest.mark.parametrize("find", ["number", "uscc", "name", "width"])
def test_a_merchant_is_found_by_its_marks(desk, find):
    wanted = onboarded(branch=desk.reviewer.branch, trading_name="青禾文具")
    onboarded(branch=desk.reviewer.branch, trading_name="老街面馆")
    text = {
        "number": wanted.number,
        "uscc": wanted.uscc.lower(),
        "name": "禾文",
        "width": wanted.number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    }[find]

    assert rows_of(desk.get(reverse(LIST), {"q": text})) == [wanted.pk]


@pytest.mark.parametrize(
    "query", ["status=x", "risk=Z", "branch=1e9", "merchant_type=%27", "q=" + "a" * 3000]
)
def test_a_filter_that_is_not_known_shows_nothing_and_says_so(desk, query):
    onboarded(branch=desk.reviewer.branch)

    response = desk.get(f"{reverse(LIST)}?{query}")

    assert response.status_code == 200
    assert rows_of(response) == []
    assert response.context_data["cl"].problem


@pytest.mark.parametrize("query", ["at=x", "at=a~1~2", "p=10000000000000000000", "q=%25_%27", "o=-1&e=1"])
def test_an_odd_address_is_answered(desk, query):
    assert desk.get(f"{reverse(LIST)}?{query}").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(desk, rows, django_assert_num_queries):
    for _ in range(rows):
        onboarded(branch=BranchFactory(parent=desk.reviewer.branch))
    desk.get(reverse(LIST))

    with django_assert_num_queries(5):
        desk.get(reverse(LIST))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_queries(desk, rows, django_assert_num_queries):
    merchant = onboarded(branch=desk.reviewer.branch)
    for number in range(rows):
        provisioned(merchant=merchant, address=f"示范路 {number} 号")
        registration = RegistrationFactory(
            branch=merchant.branch, state="submitted", applicant=owner_of(merchant)
        )
        type(registration).objects.filter(pk=registration.pk).update(merchant=merchant)
        Membership.objects.create(
            user=MerchantUserFactory(), merchant=merchant, role="operator", since=clock.now()
        )
    desk.get(page_url(merchant))

    with django_assert_num_queries(14):
        page = desk.get(page_url(merchant)).content.decode()
    assert page.count("SQ-") >= rows


def test_somebody_without_a_name_stands_there_by_a_masked_address(desk):
    merchant = onboarded(branch=desk.reviewer.branch)
    person = MerchantUserFactory(full_name="", email="somebody.long@shop.example")
    Membership.objects.create(user=person, merchant=merchant, role="operator", since=clock.now())

    assert f">{mask_email(person.email)}<" in desk.get(page_url(merchant)).content.decode()


def test_the_page_masks_persons_and_accounts(desk):
    merchant = onboarded(
        "enterprise",
        branch=desk.reviewer.branch,
        contact_mobile="13900139000",
        contact_email="boss@shop.example",
    )
    owner = owner_of(merchant)
    owner.mobile, owner.full_name = "13700137000", "欧阳娜娜"
    owner.save()
    provisioned(merchant=merchant)

    page = desk.get(page_url(merchant)).content.decode()

    for shown in (
        merchant.number,
        merchant.uscc,
        "王*明",
        "139****9000",
        "137****7000",
        "欧**娜",
        "**** **** 1234",
    ):
        assert shown in page
    for canary in (
        PERSON,
        "王小明</",
        "13900139000",
        "13700137000",
        "31001512345678901234",
        "boss@shop",
        "欧阳娜娜",
    ):
        assert canary not in page


def test_a_micro_merchant_is_not_named_by_its_person(desk):
    merchant = onboarded(
        "micro", branch=desk.reviewer.branch, responsible_name="欧阳娜娜", account_holder="欧阳娜娜"
    )

    pages = [reverse(LIST), page_url(merchant), history_url(merchant)]

    held = "".join(desk.get(page).content.decode() for page in pages)
    assert "欧阳娜娜" not in held
    assert "阳娜" not in held
    assert CARD not in held


def test_the_history_says_what_changed_and_who_did_it_masked(desk):
    merchant = onboarded(branch=desk.reviewer.branch)
    amend(
        merchant,
        {
            "contact_mobile": "13900139000",
            "responsible_id_number": OTHER_PERSON,
            "business_address": "新路 1 号",
        },
        by=desk.reviewer,
        now=clock.now(),
    )

    page = desk.get(history_url(merchant)).content.decode()

    for shown in ("138****8000", "139****9000", "1****************X", "新路 1 号", str(desk.reviewer)):
        assert shown in page
    for canary in ("13800138000", "13900139000", OTHER_PERSON, PERSON):
        assert canary not in page


@pytest.mark.parametrize("changes", [1, 3])
def test_the_history_asks_the_same_number_of_queries(desk, changes, django_assert_num_queries):
    merchant = onboarded(branch=desk.reviewer.branch)
    for number in range(changes):
        amend(merchant, {"business_address": f"新路 {number} 号"}, by=desk.reviewer, now=clock.now())
    desk.get(history_url(merchant))

    with django_assert_num_queries(5):
        desk.get(history_url(merchant))


def test_nothing_of_a_merchant_is_changed_here(desk, nothing_is_written):
    merchant = onboarded(branch=desk.reviewer.branch)
    type(desk.reviewer).objects.filter(pk=desk.reviewer.pk).update(is_superuser=True)

    assert desk.post(page_url(merchant), {"status": "closed"}).status_code == 405
    assert desk.post(history_url(merchant)).status_code == 405
    assert desk.get(reverse("admin:merchants_merchant_add")).status_code == 403
    assert (
        desk.post(reverse("admin:merchants_merchant_delete", args=[merchant.pk]), {"post": "yes"}).status_code
        == 403
    )
    with nothing_is_written():
        for page in (reverse(LIST), page_url(merchant), history_url(merchant)):
            assert desk.get(page).status_code == 200
    assert Merchant.objects.get(pk=merchant.pk).status == "active"


@pytest.mark.parametrize(
    ("name", "text", "first"), [("division", "310101", "310101"), ("merchantcategory", "5411", "5411")]
)
def test_reference_data_is_found_by_its_code(desk, name, text, first):
    url = reverse(f"admin:merchants_{name}_changelist")

    rows = desk.get(url, {"q": text}).context_data["cl"].result_list

    assert rows[0].pk == first
    assert desk.get(reverse(f"admin:merchants_{name}_change", args=[first])).status_code == 200
    assert desk.get(f"/admin/merchants/{name}/nowhere/change/").status_code == 404
