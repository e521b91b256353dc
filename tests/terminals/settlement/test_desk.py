"""The settlement desk by its addresses: what each role sees, finds and may do."""

import pytest
from django.urls import reverse

from config.accounts.models import Role
from config.kernel import clock
from config.kernel.audit import AccessRecord
from terminals.models import Terminal
from terminals.settlement.items import Code
from terminals.settlement.models import Clearance, EvidenceFile
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import photo
from tests.merchants.factories import onboarded
from tests.terminals.settlement.factories import (
    after_emergency,
    agreed,
    all_agreed,
    completed,
    confirmed,
    dropped,
    from_host_totals,
    stopping,
    swapping,
)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:settlement_clearance_changelist")
MAY_SEE = {Role.REVIEWER, Role.SUPERVISOR, Role.SETTLEMENT, Role.AUDITOR}
MAY_OPEN_EVIDENCE = MAY_SEE - {Role.REVIEWER}
FILLED = {"evidence": "批次 000017", "amount_fen": "12,680.00", "way": "reported"}


@pytest.fixture
def at_desk(client):
    """`at_desk(role)` signs somebody of the head office in, above every branch of the test."""
    head = BranchFactory(code="HEAD")

    def sign_in(role=Role.SETTLEMENT, branch=head, **given):
        client.head, client.person = head, StaffFactory(role=role, branch=branch, **given)
        client.force_login(client.person)
        return client

    return sign_in


@pytest.fixture
def under(at_desk):
    """A merchant of a branch below the head office."""
    return lambda desk: onboarded(branch=BranchFactory(parent=desk.head))


def page_of(clearance):
    return reverse("admin:settlement_clearance_change", args=[clearance.pk])


def step(item, noun):
    return reverse(f"admin:settlement_clearance_{noun}", args=[item.clearance_id, item.code])


def completion(clearance):
    return reverse("admin:settlement_clearance_completion", args=[clearance.pk])


def named(item, **values):
    """As the form of the item names its fields."""
    return {f"{item.code}-{name}": value for name, value in values.items()}


# -- the list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_the_list_and_a_page_are_open_to_those_who_work_on_it(at_desk, under, role):
    desk = at_desk(role)
    clearance = stopping(merchant=under(desk))

    expected = 200 if role in MAY_SEE else 403
    assert [desk.get(LIST).status_code, desk.get(page_of(clearance)).status_code] == [expected] * 2


def test_the_list_and_its_pages_end_at_the_branch(at_desk):
    desk = at_desk(branch=BranchFactory())
    mine = stopping(merchant=onboarded(branch=BranchFactory(parent=desk.person.branch)))
    other = stopping()

    text = desk.get(LIST).content.decode()

    assert page_of(mine) in text
    assert page_of(other) not in text
    assert desk.get(page_of(other)).status_code == 404
    item = confirmed(other.items.get(code="batch"))
    for url in (completion(other), *(step(item, noun) for noun in ("confirmation", "check", "return"))):
        assert desk.post(url).status_code == 404


def test_what_is_in_hand_comes_first_and_the_oldest_of_it_on_top(at_desk, under):
    desk = at_desk()
    done = completed(swapping(merchant=under(desk)))
    first, second = (stopping(merchant=under(desk)) for _ in range(2))
    void = dropped(swapping(merchant=under(desk)))

    rows = desk.get(LIST).context_data["cl"].result_list

    assert list(rows) == [first, second, done, void]


@pytest.mark.parametrize(
    "mark",
    [
        lambda one: one.terminal.number,
        lambda one: one.serial_number,
        lambda one: one.terminal.merchant.number,
        lambda one: one.terminal.merchant.uscc,
        lambda one: one.terminal.merchant.registered_name[:3],
    ],
)
def test_a_clearance_is_found_by_its_marks(at_desk, under, mark):
    desk = at_desk()
    one = stopping(merchant=onboarded(branch=BranchFactory(parent=desk.head), registered_name="听涛茶社"))
    stopping(merchant=under(desk))

    found = desk.get(LIST, {"q": mark(one)}).context_data["cl"].result_list

    assert list(found) == [one]


def test_the_list_is_filtered_by_status_reason_and_branch(at_desk, under):
    desk = at_desk()
    stop, swap, by_hand = (make(merchant=under(desk)) for make in (stopping, swapping, after_emergency))
    done = completed(swap)

    def found(**filters):
        return list(desk.get(LIST, filters).context_data["cl"].result_list)

    assert found(status="settled") == [done]
    assert found(reason="by_hand") == [by_hand]
    assert found(branch=stop.terminal.branch_id) == [stop]
    assert found(status="nonsense") == found(branch="99999999999999999999") == found(q="%00x") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(at_desk, under, rows, django_assert_num_queries):
    desk = at_desk()
    for _ in range(rows):
        stopping(merchant=under(desk))
    desk.get(LIST)

    with django_assert_num_queries(6):
        page = desk.get(LIST)
    assert len(page.context_data["cl"].result_list) == rows


@pytest.mark.parametrize("items", [1, 3])
def test_a_page_asks_the_same_number_of_queries(at_desk, under, items, django_assert_num_queries):
    desk = at_desk()
    clearance = stopping(merchant=under(desk))
    for item in clearance.items.all()[:items]:
        agreed(item)
    desk.get(page_of(clearance))

    with django_assert_num_queries(9):
        desk.get(page_of(clearance))


# -- steps ------------------------------------------------------------------------------------------------------------


def test_one_confirms_another_checks_and_the_terminal_ends(at_desk, under):
    desk = at_desk()
    clearance = stopping(merchant=under(desk))
    first = desk.person
    for item in clearance.items.all():
        told = desk.post(step(item, "confirmation"), named(item, **FILLED))
        assert told.status_code == 302
    desk = at_desk(branch=first.branch)
    for item in clearance.items.all():
        assert desk.post(step(item, "check")).status_code == 302

    assert desk.post(completion(clearance)).status_code == 302

    clearance.refresh_from_db()
    assert (clearance.status, Terminal.objects.get().status) == ("settled", "deactivated")
    assert set(clearance.items.values_list("confirmed_by", "checked_by")) == {(first.pk, desk.person.pk)}
    assert set(clearance.items.values_list("amount_fen", flat=True)) == {1_268_000, None}
    assert "已办结" in desk.get(page_of(clearance)).content.decode()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("noun", ["confirmation", "check", "return", "completion"])
def test_a_step_asks_for_its_own_right(at_desk, under, noun, role):
    desk = at_desk(role)
    clearance = stopping(merchant=under(desk))
    item = clearance.items.get(code="batch")
    if noun in ("check", "return"):
        confirmed(item)
    url = completion(clearance) if noun == "completion" else step(item, noun)
    allowed = {
        "confirmation": {Role.SETTLEMENT},
        "check": {Role.SETTLEMENT, Role.SUPERVISOR},
        "return": {Role.SETTLEMENT, Role.SUPERVISOR},
        "completion": {Role.SETTLEMENT},
    }[noun]

    told = desk.post(url, named(item, **FILLED) | {"batch-back-note": "不对"})

    if role in allowed:
        assert told.status_code == (409 if noun == "completion" else 302)
    else:
        assert told.status_code == 403
        item.refresh_from_db()
        assert item.status == ("confirmed" if noun in ("check", "return") else "open")


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_confirmed_is_shown_why_not_and_refused(at_desk, under, is_superuser):
    desk = at_desk(is_superuser=is_superuser)
    item = confirmed(stopping(merchant=under(desk)).items.get(code="batch"), by=desk.person)

    text = desk.get(page_of(item.clearance)).content.decode()
    told = desk.post(step(item, "check"))

    assert "确认人不能复核同一结清项" in text
    assert 'disabled aria-describedby="no-check-batch"' in text
    assert (told.status_code, told.context_data["refused"].code) == (409, "wrong_state")
    item.refresh_from_db()
    assert item.status == "confirmed"


def test_completing_is_greyed_with_all_that_is_open(at_desk, under):
    desk = at_desk()
    clearance = stopping(merchant=under(desk))
    for item in clearance.items.exclude(code=Code.PAYOUT):
        agreed(item)

    text = desk.get(page_of(clearance)).content.decode()
    told = desk.post(completion(clearance))

    assert 'disabled aria-describedby="no-completion"' in text
    assert "最后一笔款项尚未划付入账" in text
    assert told.status_code == 409
    assert Clearance.objects.get().status == "open"


def test_a_confirmation_that_lacks_something_comes_back_with_what_was_typed(at_desk, under):
    desk = at_desk()
    item = stopping(merchant=under(desk)).items.get(code="batch")

    told = desk.post(
        step(item, "confirmation"), named(item, evidence="批次 000017", amount_fen="", way="host_totals")
    )

    text = told.content.decode()
    assert told.status_code == 200
    assert "请填写手工凭证号" in text
    assert "0 where" not in text
    assert "批次 000017" in text
    assert '<details class="data no-print" open>' in text
    item.refresh_from_db()
    assert item.status == "open"


def test_a_voucher_without_host_totals_is_refused_by_the_form(at_desk, under):
    desk = at_desk()
    item = stopping(merchant=under(desk)).items.get(code="upload")

    told = desk.post(
        step(item, "confirmation"), named(item, evidence="207", way="reported", voucher_number="SG-1")
    )

    assert told.status_code == 200
    assert "请留空" in told.content.decode()


def test_host_totals_wait_for_a_supervisor(at_desk, under):
    desk = at_desk()
    clearance = stopping(merchant=under(desk))
    item = clearance.items.get(code="batch")
    confirmed(item, **from_host_totals(item))

    assert "由分行主管复核" in desk.get(page_of(clearance)).content.decode()
    assert desk.post(step(item, "check")).status_code == 409
    assert at_desk(Role.SUPERVISOR, branch=desk.head).post(step(item, "check")).status_code == 302


def test_a_return_says_what_is_wrong(at_desk, under):
    desk = at_desk()
    item = agreed(stopping(merchant=under(desk)).items.get(code="batch"))

    empty = desk.post(step(item, "return"), {"batch-back-note": ""})
    told = desk.post(step(item, "return"), {"batch-back-note": "批次号与主机不符"})

    assert (empty.status_code, told.status_code) == (200, 302)
    assert "批次号与主机不符" in desk.get(page_of(item.clearance)).content.decode()


@pytest.mark.parametrize("end", [completed, dropped])
def test_a_closed_clearance_offers_no_step(at_desk, under, end):
    desk = at_desk()
    clearance = end(swapping(merchant=under(desk)))

    text = desk.get(page_of(clearance)).content.decode()

    assert "<form" in text
    for noun in ("confirmation", "check/", "return/", "completion/"):
        assert f"/{clearance.pk}/{noun}" not in text
    assert "/items/" not in text


def test_an_item_that_no_clearance_has_is_not_there(at_desk, under):
    desk = at_desk()
    item = swapping(merchant=under(desk)).items.get(code="batch")

    assert desk.post(step(item, "check").replace("batch", "payout")).status_code == 404
    assert desk.get(step(item, "check")).status_code == 405


# -- evidence ---------------------------------------------------------------------------------------------------------


def with_photograph(desk, under):
    item = stopping(merchant=under(desk)).items.get(code="batch")
    told = desk.post(step(item, "confirmation"), named(item, **FILLED, file=photo("结算单.jpg")))
    assert told.status_code == 302
    return item


def test_a_photograph_comes_with_the_confirmation_and_is_seen_with_a_record(at_desk, under):
    desk = at_desk()
    item = with_photograph(desk, under)
    [file] = item.files.all()
    url = reverse("admin:settlement_clearance_evidence", args=[item.clearance_id, file.pk, "view"])

    assert url in desk.get(page_of(item.clearance)).content.decode()
    seen = desk.get(url)

    assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")
    assert AccessRecord.objects.get(purpose="settlement").by == desk.person
    other = stopping(merchant=under(desk))
    assert desk.get(url.replace(f"/{item.clearance_id}/", f"/{other.pk}/", 1)).status_code == 404


@pytest.mark.parametrize("role", Role)
def test_evidence_is_opened_by_those_who_judge_it(at_desk, under, role):
    desk = at_desk()
    item = with_photograph(desk, under)
    url = reverse(
        "admin:settlement_clearance_evidence", args=[item.clearance_id, item.files.get().pk, "view"]
    )

    desk = at_desk(role, branch=desk.head)

    assert desk.get(url).status_code == (200 if role in MAY_OPEN_EVIDENCE else 403)
    if role == Role.REVIEWER:
        assert url not in desk.get(page_of(item.clearance)).content.decode()


def test_what_is_no_picture_is_refused_at_its_field(at_desk, under):
    desk = at_desk()
    item = stopping(merchant=under(desk)).items.get(code="batch")
    broken = photo("x.jpg")
    broken.file.seek(0)
    broken.file.write(b"<html>")

    told = desk.post(step(item, "confirmation"), named(item, **FILLED, file=broken))

    assert told.status_code == 200
    assert told.context_data["came_back"][0].errors["file"]
    assert not EvidenceFile.objects.exists()
    item.refresh_from_db()
    assert item.status == "open"


def test_nothing_is_stored_where_the_step_is_refused(at_desk, under):
    desk = at_desk()
    item = all_agreed(stopping(merchant=under(desk))).items.get(code="batch")

    told = desk.post(step(item, "confirmation"), named(item, **FILLED, file=photo("x.jpg")))

    assert told.status_code == 409
    assert not desk.person.stored_files.exists()
    assert item.confirmed_at < clock.now()
