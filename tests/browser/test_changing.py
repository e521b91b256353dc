"""A merchant changes what the bank has on record (S11): a terminal moves, goes on on another device, particulars and account change."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from applications.models import Application, Deactivation, InformationChange, Relocation, Replacement
from config.accounts.models import User
from config.kernel import clock
from config.kernel.calendar import add_working_days
from config.kernel.clock import start_of_day
from config.kernel.models import OutboxMessage
from merchants.models import Division
from terminals.models import Terminal
from tests.browser.people import Merchant
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import DeviceFactory, activated

WAYS = pytest.mark.parametrize(
    ("width", "language", "javascript"),
    [(1280, "zh-hans", True), (360, "en", True), (360, "zh-hans", False), (1280, "en", False)],
    ids=["desk", "english-phone", "phone-no-scripts", "english-no-scripts"],
)
OLD_POINT = {"latitude": "31.221000", "longitude": "121.544000", "coord_system": "gcj02"}
NEW_POINT = {"latitude": "31.229000", "longitude": "121.448000", "coord_system": "gcj02"}
QUESTIONS = re.compile(r"/applications/[A-Z]{2}-\d{8}-\d{6}/draft/request/")
OTHER_CARD = "6222020200000000004"
WORDS = {
    "not before": {"zh-hans": "批准之前请不要移动终端", "en": "Do not move the terminal before the approval"},
    "asked": {"zh-hans": "这项申请已经提交", "en": "This has been asked for already"},
    "in force from": {
        "zh-hans": "已批准：新地点自 {day} 起生效",
        "en": "the new place is in force from {day} on",
    },
    "in force": {"zh-hans": "已批准：新地点已生效", "en": "Approved: the new place is in force"},
    "cooling": {
        "zh-hans": "在此之前可以在这里或到网点中止",
        "en": "Until then it can be called off, here or at the branch",
    },
    "as asked": {"zh-hans": "登记资料已按您的申请变更", "en": "the record reads as you asked"},
    "collect": {"zh-hans": "请领取注册码", "en": "please collect the registration code"},
    "closed until": {"zh-hans": "已批准：暂时停用至 {day}", "en": "Approved: closed until {day}"},
}


class Customer(Merchant):
    """An owner with a terminal, signed in."""

    language = "zh-hans"

    def reads(self, words: str, **told: str) -> None:
        self.sees(WORDS[words][self.language].format(**told))

    def begins_to_ask(self, kind: str, terminal: Terminal) -> None:
        """From the terminal's page to the one page of questions."""
        self.go(f"/terminals/{terminal.number}/")
        self.press(f'main a[href*="/new/{kind}/?terminal={terminal.number}"]')
        self.press("main form[method=post] button.btn-lg")
        self.is_at(QUESTIONS)
        self.number = self.page.url.split("/applications/")[1].split("/")[0]

    def asks_again(self, kind: str, terminal: Terminal) -> None:
        """The terminal's page leads to the open one, and so does a page of beginning that was still open."""
        self.go(f"/terminals/{terminal.number}/")
        self.press(f'main .acts-list a[href="{self.status}"]')
        self.is_at(self.status)
        self.go(f"/applications/new/{kind}/?terminal={terminal.number}")
        self.press("main form[method=post] button.btn-lg")
        self.is_at(self.status)
        self.reads("asked")

    def hands_in(self) -> None:
        """Pressed twice as by an impatient hand, and once more after going back: handed in once."""
        self.is_at(f"{self.draft}check/")
        button = self.page.locator('main form[action$="/submission/"] button[type=submit]')
        button.dblclick()
        self.is_at(self.status)
        self.page.go_back()
        if button.count():
            self.press(button)
        self.go(self.status)
        assert Application.objects.get(number=self.number).submissions.count() == 1

    def is_well(self) -> None:
        """What stands before it now can be read by everybody, in one language, without moving sideways."""
        assert scrolls_sideways(self.page) == "", self.page.url
        if self.has_scripts:
            assert axe_violations(self.page) == [], self.page.url
            assert words_in_the_other_language(self.page, self.language) == [], self.page.url


@pytest.fixture
def customer(open_page):
    """`customer(terminal, width=..., language=...)` is the owner of the terminal's merchant before a browser."""

    def sit_down(terminal, *, language="zh-hans", **how):
        one = Customer(open_page(language=language, signed_in=owner_of(terminal.merchant), **how))
        one.language = language
        return one

    return sit_down


def grants(desk, number):
    """The reviewer finds the case, takes it, and approves it."""
    desk.finds(number)
    desk.takes()
    desk.accepts_the_rest()
    if desk.page.locator("[name=account_verified]").count():
        desk.page.locator("[name=account_verified]").check()
    desk.decides("approval")
    expect(desk.page.locator('button[formaction$="/approval/"]')).to_have_count(0)


def releases(desk, number):
    """A second person looks, and lets the decision take effect."""
    desk.finds(number)
    desk.press('form[action$="/confirmation/"] button.btn-primary')
    expect(desk.page.locator("#held-title")).to_have_count(0)


def comes_true(one, *, at):
    """The worker's step, at its moment."""
    one.refresh_from_db()
    one.carry_out(by=User.objects.system("cron"), now=at)


@WAYS
def test_a_terminal_moves_within_its_city(customer, reviewer, shop, width, language, javascript):
    terminal, _done = activated(merchant=onboarded(branch=shop.branch), **OLD_POINT)
    how = {"language": language, "javascript": javascript}
    owner, day = customer(terminal, width=width, **how), clock.today() + timedelta(days=5)

    owner.begins_to_ask("relocation", terminal)
    owner.reads("not before")
    owner.saves()
    expect(owner.page.locator(".errsum")).to_be_visible()
    owner.is_well()
    moves = {"division": "310106", "address": "样例路 88 号", "effective_on": day.isoformat(), **NEW_POINT}
    owner.fill(moves | {"reason_text": "店铺搬迁"})
    owner.saves()
    owner.is_at(f"{owner.draft}papers/")
    owner.uploads("storefront")
    owner.uploads("premises_proof")
    owner.saves()
    owner.is_at(f"{owner.draft}check/")
    metres = f"{Relocation.objects.get(number=owner.number).metres:,}"
    owner.sees(re.compile(rf"{metres} (m|米)"))
    owner.is_well()
    owner.hands_in()

    owner.asks_again("relocation", terminal)

    desk = reviewer(shop.reviewer, **how)
    grants(desk, owner.number)
    owner.go(owner.status)
    owner.reads("in force from", day=day.isoformat())
    owner.is_well()
    comes_true(Relocation.objects.get(number=owner.number), at=start_of_day(day))
    owner.page.reload()
    owner.reads("in force")
    owner.go(f"/terminals/{terminal.number}/")
    owner.sees("样例路 88 号")
    owner.is_well()


def test_to_another_city_a_second_reviewer_releases(customer, reviewer, shop):
    place = {"division": Division.objects.get(pk="440305"), "address": "样例大道 1 号"}
    terminal, _done = activated(merchant=onboarded(branch=shop.branch), **place)
    owner = customer(terminal, width=360)
    owner.begins_to_ask("relocation", terminal)
    owner.fill({"division": "310106", "address": "样例路 88 号", "reason_text": "迁店"})
    owner.fill({"effective_on": clock.today().isoformat()})
    owner.saves()
    expect(owner.page.locator(".errsum")).to_be_visible()
    owner.fill({"division": "440106"})
    owner.saves()
    owner.is_at(f"{owner.draft}papers/")
    owner.uploads("storefront")
    owner.uploads("premises_proof")
    owner.saves()
    owner.hands_in()

    grants(reviewer(shop.reviewer), owner.number)
    owner.go(owner.status)
    assert Application.objects.get(number=owner.number).status == "under_review"
    releases(reviewer(shop.second_reviewer), owner.number)
    owner.page.reload()
    owner.reads("in force")


@WAYS
def test_a_terminal_goes_on_on_another_device(customer, reviewer, shop, width, language, javascript):
    terminal, _done = activated(merchant=onboarded(branch=shop.branch))
    old, new = terminal.binding.serial_number, DeviceFactory(branch=shop.branch).serial_number
    how = {"language": language, "javascript": javascript}
    owner = customer(terminal, width=width, **how)

    owner.begins_to_ask("replacement", terminal)
    owner.sees(old)
    owner.fill({"fault": "card_reader", "reason_text": "插卡没有反应", "old_batch": "settled"})
    owner.fill({"old_batch_number": "０００３１８", "source": "received", "serial_number": old.lower()})
    owner.saves()
    expect(owner.page.locator(".errsum")).to_be_visible()
    owner.is_well()
    owner.fill({"serial_number": new.lower()})
    owner.saves()
    owner.is_at(f"{owner.draft}papers/")
    owner.uploads("device_label")
    owner.saves()
    owner.is_at(f"{owner.draft}check/")
    owner.sees(new)
    owner.is_well()
    owner.hands_in()
    owner.asks_again("replacement", terminal)

    grants(reviewer(shop.reviewer, **how), owner.number)
    owner.go(owner.status)
    owner.reads("collect")
    owner.is_well()
    assert owner.opens_terminal() == terminal.number
    owner.sees(new)
    owner.is_well()
    digits = owner.collects_code()
    owner.types_into_simulator(new, digits)
    expect(owner.page.locator(".scr-done")).to_be_visible()

    owner.go(f"/terminals/{terminal.number}/")
    terminal.refresh_from_db()
    assert (terminal.status, terminal.binding.serial_number) == ("active", new)
    asked_back = terminal.returns.get()
    assert (asked_back.status, asked_back.device.serial_number) == ("open", old)
    owner.press(f'main a[href="/returns/{asked_back.number}/"] >> nth=0')
    owner.sees(old)
    owner.is_well()
    assert Replacement.objects.get(number=owner.number).status == "approved"


@WAYS
def test_contact_and_account_change_after_a_cooling_period(
    customer, reviewer, shop, width, language, javascript
):
    terminal, _done = activated(merchant=onboarded(branch=shop.branch))
    merchant, how = terminal.merchant, {"language": language, "javascript": javascript}
    owner = customer(terminal, width=width, **how)

    owner.begins_to_ask("change", terminal)
    owner.saves()
    expect(owner.page.locator(".errsum")).to_be_visible()
    owner.is_well()
    owner.fill({"reason_text": "换卡换号", "contact_mobile": "139 0000 0099", "account_number": OTHER_CARD})
    owner.saves()
    owner.is_at(f"{owner.draft}papers/")
    owner.uploads("account_proof")
    owner.saves()
    owner.is_at(f"{owner.draft}check/")
    assert not any(told in owner.page.content() for told in (OTHER_CARD, merchant.contact_mobile))
    owner.is_well()
    owner.hands_in()
    owner.asks_again("change", terminal)

    grants(reviewer(shop.reviewer, **how), owner.number)
    releases(reviewer(shop.second_reviewer, **how), owner.number)
    change = InformationChange.objects.get(number=owner.number)
    owner.go(owner.status)
    owner.reads("cooling")
    owner.is_well()
    merchant.refresh_from_db()
    assert (merchant.contact_mobile, change.effected_at) == ("13800138000", None)
    told = OutboxMessage.objects.filter(kind="particulars_changing", subject_id=change.pk)
    assert told.filter(elsewhere="contact_on_record", channel="sms").count() == 1
    owner.go("/messages/")
    owner.sees(owner.number)

    comes_true(change, at=change.effect_due_at)
    owner.go(owner.status)
    owner.reads("as asked")
    owner.go(f"/terminals/{terminal.number}/")
    owner.sees(OTHER_CARD[-4:])
    merchant.refresh_from_db()
    assert merchant.contact_mobile == "13900000099"
    assert terminal.binding.account.account_number == OTHER_CARD


@WAYS
def test_a_terminal_closes_for_a_time_and_comes_back(customer, reviewer, shop, width, language, javascript):
    terminal, _done = activated(merchant=onboarded(branch=shop.branch))
    activated(merchant=terminal.merchant)
    how = {"language": language, "javascript": javascript}
    owner = customer(terminal, width=width, **how)
    closes = add_working_days(clock.today(), 4)
    opens = closes + timedelta(days=20)

    owner.go(f"/terminals/{terminal.number}/")
    owner.press(f'main a[href$="/new/deactivation/?terminal={terminal.number}"]')
    owner.page.check(f'input[name="terminal"][value="{terminal.number}"]')
    owner.press("form .actions button[type=submit]")
    owner.is_at(QUESTIONS)
    owner.number = owner.page.url.split("/applications/")[1].split("/")[0]
    owner.fill({"reason": "m1_not_needed", "reason_text": "店面装修", "is_temporary": "1"})
    owner.fill({"stop_on": closes.isoformat(), "resume_on": opens.isoformat()})
    owner.saves()
    owner.is_at(re.compile(rf"{owner.draft}(papers|check)/"))
    owner.go(f"{owner.draft}check/")
    owner.is_well()
    owner.hands_in()

    grants(reviewer(shop.reviewer, **how), owner.number)
    comes_true(Deactivation.objects.get(number=owner.number), at=start_of_day(closes))
    owner.go(owner.status)
    owner.reads("closed until", day=opens.isoformat())
    owner.go(f"/terminals/{terminal.number}/")
    owner.sees(opens.isoformat())
    owner.is_well()
    terminal.refresh_from_db()
    assert terminal.status == "suspended"
    terminal.resume_from(terminal.suspension, by=User.objects.system("cron"), now=start_of_day(opens))
    owner.page.reload()
    expect(owner.page.locator(".page-head .tag")).to_have_class(re.compile("ok"))
