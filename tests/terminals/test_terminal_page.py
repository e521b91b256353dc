"""A merchant's page of one terminal: its state in words, its whole life on one timeline, and what rooms above put there."""

import re

import pytest

from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from terminals import page_parts
from terminals.dormancy import confirm_use
from terminals.life import life_of
from terminals.models import Suspension, SuspensionReason, Terminal
from terminals.page_parts import Link, Slot, parts_of, put_on_page
from terminals.permitted import allowed, deeds
from terminals.rebinding import rebind, swap
from tests.accounts.factories import StaffFactory
from tests.applications.portal import signed_in
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.devices import Device
from tests.terminals.factories import DeviceFactory, activated, placement, provisioned
from tests.terminals.test_rebinding import NUMBER, elsewhere

pytestmark = pytest.mark.django_db
NOTE = "内部备注不外传"
ONE_TIME = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|"server_time": ?"[^"]*"'
)


def page_of(terminal) -> str:
    answer = signed_in(owner_of(terminal.merchant)).get(f"/terminals/{terminal.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def suspended(reason, *, now=None, note=NOTE):
    terminal, done = activated()
    row = SuspensionReason.objects.get(pk=reason)
    terminal.suspend(by=StaffFactory(full_name="赵核查"), now=now or clock.now(), reason=row, note=note)
    return terminal, done


# -- what it may do ----------------------------------------------------------------------------------------------------

BY_STATUS = {
    "pending_activation": [],
    "active": ["sale", "void", "settlement", "reversal"],
    "suspended": [],
    "dormant_review": ["sale", "void", "settlement", "reversal"],
    "settle_only": ["settlement", "reversal", "refund", "sign_off"],
    "deactivated": [],
    "cancelled": [],
}


@pytest.mark.parametrize("status", Terminal.Status.values)
def test_device_and_merchant_are_told_the_same(status):
    terminal = Terminal(status=status, services=["sale", "void"])

    assert allowed(terminal) == BY_STATUS[status]
    assert sum(deed.may for deed in deeds(terminal)) == len(BY_STATUS[status])
    assert all("_" not in deed.words for deed in deeds(terminal))


def test_what_was_agreed_and_is_not_allowed_now_is_said_too():
    terminal = Terminal(status="suspended", services=["sale", "qr_code"])

    assert [(deed.words, deed.may) for deed in deeds(terminal)] == [("消费", False), ("扫码支付", False)]


# -- its life ----------------------------------------------------------------------------------------------------------


def test_the_whole_life_stands_on_one_timeline():
    terminal, _done = activated()
    reason = SuspensionReason.objects.get(pk="account")
    terminal.suspend(by=StaffFactory(), now=clock.now(), reason=reason, note=NOTE)
    terminal.resume(by=StaffFactory(), now=clock.now(), note=NOTE)
    rebind(terminal, place=elsewhere(), application_number=NUMBER, by=StaffFactory(), now=clock.now())
    terminal.find_unused(by=StaffFactory(), now=clock.now(), note="")
    confirm_use(terminal, by=owner_of(terminal.merchant), now=clock.now())
    terminal.verify_use(by=StaffFactory(), now=clock.now(), note=NOTE)
    new = DeviceFactory(branch=terminal.branch)
    swap(
        terminal,
        line=placement(device=new),
        application_number="SQ-20261101-000002",
        by=StaffFactory(branch=terminal.branch),
        now=clock.now(),
    )

    life = life_of(Terminal.objects.get(pk=terminal.pk))

    told = [event["what"] for event in reversed(life)]
    for words in (
        "已暂停",
        "恢复使用",
        "移机",
        "长期未用，核实中",
        "确认仍在使用",
        "核实通过，继续使用",
        "更换机具",
    ):
        assert words in " ".join(told), words
    notes = " ".join(str(event.get("note", "")) for event in life)
    assert "结算账户异常" in notes
    assert "样例路 88 号" in notes
    assert new.serial_number in notes
    assert NOTE not in notes


def test_the_document_of_an_application_stands_beside_its_step():
    terminal, _done = activated()
    rebind(terminal, place=elsewhere(), application_number=NUMBER, by=StaffFactory(), now=clock.now())

    life = life_of(terminal, [Link("移机通知书", "/notices/1/", about=NUMBER)])

    [moved] = [event for event in life if event.get("application") == NUMBER]
    assert (moved["url"], moved["url_text"]) == ("/notices/1/", "移机通知书")


@pytest.mark.parametrize("moves", [1, 3])
def test_a_long_life_asks_as_often_as_a_short_one(moves, django_assert_num_queries):
    terminal, _done = activated()
    for number in range(moves):
        place = elsewhere()
        place.address = f"样例路 {number} 号"
        rebind(terminal, place=place, application_number=NUMBER, by=StaffFactory(), now=clock.now())

    terminal = Terminal.objects.select_related("branch").get(pk=terminal.pk)

    with django_assert_num_queries(5):
        life_of(terminal)


# -- why it is not served ----------------------------------------------------------------------------------------------


def test_the_page_says_why_and_what_brings_it_back_and_nothing_of_the_bank():
    terminal, _done = suspended("account")

    page = page_of(terminal)

    assert "结算账户异常，暂停服务。" in page
    assert "更新结算账户。" in page
    assert NOTE not in page
    assert "赵核查" not in page


CONFIDENTIAL = ["risk", "authority_order"]


def everything_told(terminal, device) -> list[str]:
    """All that its merchant and its device are shown, without what is new with every answer."""
    browser = signed_in(owner_of(terminal.merchant))
    pages = [
        browser.get(address).content.decode()
        for address in (f"/terminals/{terminal.number}/", "/terminals/", "/")
    ]
    answer = device.me()
    return [ONE_TIME.sub("", page) for page in [*pages, answer.content.decode(), str(answer.status_code)]]


@pytest.mark.parametrize("reason", CONFIDENTIAL)
def test_a_confidential_reason_looks_like_an_unspecific_one(reason):
    terminal, done = suspended("other")
    device = Device(done.key_id, done.secret)
    unspecific = everything_told(terminal, device)

    Suspension.objects.update(reason=reason, needs_second=True)
    # Even where the catalogue was given words of its own.
    SuspensionReason.objects.filter(pk=reason).update(
        text_zh="涉嫌套现。", text_en="Cash-out suspected.", remedy_zh="等待调查。"
    )
    confidential = everything_told(terminal, device)

    assert unspecific == confidential
    assert "已暂停，请联系网点。" in confidential[0]
    assert not any("套现" in page or NOTE in page or "调查" in page for page in confidential)


@pytest.mark.parametrize("reason", CONFIDENTIAL)
def test_the_messages_are_the_same_too(reason):
    told = []
    for terminal, _done in (suspended("other"), suspended(reason)):
        said = OutboxMessage.objects.filter(kind="terminal_suspended", recipient=owner_of(terminal.merchant))
        told.append(
            [
                (message.channel, (message.title() + message.body()).replace(terminal.number, "#"))
                for message in said.order_by("channel")
            ]
        )

    assert told[0] == told[1] != []


def test_a_reason_that_may_be_told_looks_different():
    """The leak test above compares what can differ."""
    terminal, done = suspended("other")
    device = Device(done.key_id, done.secret)
    unspecific = everything_told(terminal, device)

    Suspension.objects.update(reason="account")

    assert unspecific[:2] != everything_told(terminal, device)[:2]


# -- what rooms above put there ----------------------------------------------------------------------------------------


@pytest.fixture
def rooms(monkeypatch):
    monkeypatch.setattr(page_parts, "_answers", {slot: {} for slot in Slot})


def test_rooms_above_put_tasks_documents_and_applications_on_the_page(rooms):
    terminal, _done = activated()
    put_on_page(
        Slot.TASKS, "returns", lambda *asked: [Link("交回机具", "/returns/1/", hint="还剩 7 个工作日")]
    )
    put_on_page(Slot.DOCUMENTS, "notices", lambda *asked: [Link("停用通知书", "/notices/1/")])
    put_on_page(
        Slot.APPLICATIONS,
        "applications",
        lambda terminal, reader, now: [
            Link("移机", f"/applications/new/relocation/{terminal.number}/"),
            Link("换机", "", why_not="已有一份换机申请在办理。"),
        ],
    )

    page = page_of(terminal)

    for text in ("交回机具", "还剩 7 个工作日", "停用通知书", "已有一份换机申请在办理。"):
        assert text in page
    assert f'href="/applications/new/relocation/{terminal.number}/"' in page
    assert page.index("交回机具") < page.index("移机") < page.index("停用通知书")


def test_a_room_is_asked_with_the_reader_and_answers_once(rooms):
    terminal, _done = activated()
    asked = []
    for _ in range(2):
        put_on_page(Slot.TASKS, "returns", lambda *said: asked.append(said) or [Link("交回机具", "/")])
    reader, now = owner_of(terminal.merchant), clock.now()

    parts = parts_of(terminal, reader=reader, now=now)

    assert asked == [(terminal, reader, now)]
    assert [link.title for link in parts[Slot.TASKS]] == ["交回机具"]
    assert parts[Slot.DOCUMENTS] == parts[Slot.APPLICATIONS] == []


def test_a_page_without_such_rooms_is_whole(rooms):
    page = page_of(activated()[0])

    assert "我要办理" not in page
    assert "可打印的文书" not in page


@pytest.mark.parametrize("status", ["waiting", "winding_up", "stopped"])
def test_every_state_has_its_page(status):
    if status == "waiting":
        assert "领取注册码" in page_of(provisioned(merchant=onboarded()))
        return
    terminal, _done = activated()
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note=NOTE)
    words = "这台终端不再收款"
    if status == "stopped":
        terminal.cut_off(by=StaffFactory(), together_with=StaffFactory(), now=clock.now(), note=NOTE)
        words = "这台终端已正式停用"

    page = page_of(terminal)

    assert words in page
    assert NOTE not in page
