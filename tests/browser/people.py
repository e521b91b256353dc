"""The people of the journeys: each does with a browser what the portal lets people do, and waits for what they would see.

Fields are found by their names and buttons by what they send, so that the same steps walk both languages, both widths, and a browser without scripts.
"""

from __future__ import annotations

import re
from itertools import count

from playwright.sync_api import Locator, Page, expect

from tests.accounts.factories import PASSWORD
from tests.applications.factories import CARD, PERSON, fresh_uscc
from tests.browser.papers import paper

mobile_number = count(13_900_000_000)
SIX_DIGITS = re.compile(r"\b\d{6}\b")

BUSINESS = {
    "registered_name": "晴川便利店",
    "trading_name": "晴川便利店",
    "licence_from": "2020-01-06",
    "licence_is_long_term": True,
    "business_scope": "食品零售",
    "category": "5411",
    "registered_division": "310115",
    "registered_address": "示范路 18 号",
    "same_address": True,
    "account_kind": "personal",
    "account_holder": "王小明",
    "account_number": "6222 0210 0000 0000 009",
    "account_bank": "示例银行示范路支行",
    "settlement_cycle": "t1",
}
RESPONSIBLE = {
    "responsible_name": "王小明",
    "responsible_id_type": "resident_id",
    "responsible_id_number": PERSON,
    "responsible_id_from": "2019-05-08",
    "responsible_id_to": "2039-05-08",
    "has_agent": "",
    "contact_name": "王小明",
    "contact_mobile": "138 0013 8000",
}
PLACEMENT = {
    "label": "收银台 1 号",
    "source": "received",
    "division": "310115",
    "address": "示范路 18 号",
    "connection": "mobile",
    "limit_single_fen": "50,000",
    "limit_day_fen": "200,000",
}
PAPERS = [
    "id_front",
    "id_back",
    "licence",
    "account_proof",
    "storefront",
    "interior",
    "counter",
    "trade_permit",
]
PAPER_TITLES = {"paper:licence": "营业执照", "paper:id_front": "身份证人像面"}
NEVER_SHOWN = (PERSON, CARD, "13800138000")


class Person:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.is_on_phone = page.viewport_size["width"] < 768

    def go(self, path: str) -> None:
        self.page.goto(path)

    def press(self, target: str | Locator) -> None:
        """A finger on a phone, a mouse elsewhere."""
        locator = self.page.locator(target) if isinstance(target, str) else target
        locator.tap() if self.is_on_phone else locator.click()

    @property
    def has_scripts(self) -> bool:
        """Whether the browser runs scripts, also those that are still on their way."""
        return self.page.evaluate("matchMedia('(scripting: enabled)').matches")

    def fill(self, answers: dict) -> None:
        for name, value in answers.items():
            fields = self.page.locator(f'main form[method=post] [name="{name}"]:not([type=hidden])')
            kind = fields.first.get_attribute("type") or fields.first.evaluate("field => field.localName")
            if kind == "radio":
                fields.and_(self.page.locator(f'[value="{value}"]')).check()
            elif kind == "checkbox":
                fields.set_checked(value)
            elif kind == "select":
                fields.select_option(value)
            else:
                fields.fill(value)

    def is_at(self, path: str | re.Pattern) -> None:
        """The page with this path has come; its query does not matter."""
        wanted = re.escape(path) if isinstance(path, str) else path.pattern
        expect(self.page).to_have_url(re.compile(rf"^http://[^/]+{wanted}(?:[?#].*)?$"))

    def sees(self, words: str | re.Pattern) -> None:
        expect(self.page.locator("body")).to_contain_text(words)


class Merchant(Person):
    """Whoever files. `number` is the application's number once there is one."""

    number = ""

    def signs_up(self) -> None:
        self.mobile = str(next(mobile_number))
        self.go("/")
        self.press('main a[href^="/accounts/signup/"]')
        self.fill({"reach": self.mobile, "password1": PASSWORD})
        self.press("main form button.btn-primary")
        self.is_at("/accounts/phone/verify/")
        self.press('main a[href="/accounts/demo-messages/"]')
        code = SIX_DIGITS.search(self.page.locator("main ul.rows li").first.inner_text())[0]
        self.go("/accounts/phone/verify/")
        self.fill({"code": code})
        self.press("main form button[type=submit].full")
        self.is_at("/")

    def signs_in(self, login: str, password: str = PASSWORD) -> None:
        self.go("/accounts/login/")
        self.fill({"login": login, "password": password})
        self.press("main form button.btn-primary")
        self.is_at("/")

    def begins(self, merchant_type: str = "sole_trader") -> None:
        self.go("/")
        self.press('main a[href="/applications/new/"] >> nth=0')
        self.press("main form[method=post] button[type=submit]")
        self.is_at(re.compile(r"/applications/SQ-\d{8}-\d{6}/draft/"))
        self.number = re.search(r"SQ-\d{8}-\d{6}", self.page.url)[0]
        self.opens_page("business")
        self.is_at(f"{self.draft}type/")
        self.fill({"merchant_type": merchant_type})
        self.press("main form[method=post] button[type=submit]")
        self.is_at(f"{self.draft}business/")

    @property
    def status(self) -> str:
        return f"/applications/{self.number}/"

    @property
    def draft(self) -> str:
        return f"{self.status}draft/"

    def opens_page(self, name: str) -> None:
        """From the task list."""
        self.press(f'main .tasks a[href^="{self.draft}{name}/"]')

    def saves(self, go: str = "next") -> None:
        self.press(f'main button[name=go][value="{go}"]')

    def tells_business(self, branch, **changed) -> None:
        self.fill(BUSINESS | {"uscc": fresh_uscc(), "branch": str(branch.pk)} | changed)
        self.saves()
        self.is_at(f"{self.draft}responsible/")

    def tells_responsible(self) -> None:
        self.fill(RESPONSIBLE)
        self.saves()
        self.is_at(f"{self.draft}papers/")

    def uploads(self, slug: str, file: dict | None = None) -> None:
        """The paper is on file: its card shows it. A PDF goes through the link for PDFs, as the page offers it."""
        file = file or paper(slug)
        card = self.page.locator(f"#upload-{slug}")
        if file["mimeType"] == "application/pdf":
            self.press(card.locator("a[href*=pdf]"))
        self.chooses(slug, file)
        expect(card.locator("[data-kept]")).to_be_visible()
        expect(card).not_to_have_class(re.compile("invalid"))

    def chooses(self, slug: str, file: dict) -> None:
        """A script sends the file at once; without one the card's own button does."""
        card = self.page.locator(f"#upload-{slug}")
        if (
            not card.locator(f"#id_{slug}").is_visible()
            and card.locator("details:not([open]) summary").count()
        ):
            self.press(card.locator("details summary"))
        card.locator(f"#id_{slug}").set_input_files(file)
        if not self.has_scripts:
            self.press(card.locator("button.send"))

    def adds_terminal(self, serial_number: str) -> None:
        self.press('main a[href$="/draft/terminals/new/"] >> nth=0')
        self.is_at(f"{self.draft}terminals/new/")
        self.fill(PLACEMENT | {"serial_number": serial_number})
        self.press("main form[method=post] button[type=submit]")
        self.is_at(f"{self.draft}terminals/")
        self.sees(serial_number)

    def submits(self) -> None:
        self.is_at(f"{self.draft}check/")
        self.fill({"agree": True})
        self.press('main form[action$="/submission/"] button[type=submit]')
        self.is_at(self.status)

    def files(self, shop, serial_number: str = "") -> None:
        """Everything from the first page to the submission."""
        self.begins()
        self.tells_business(shop.branch)
        self.tells_responsible()
        for slug in PAPERS:
            self.uploads(slug)
        self.saves()
        self.adds_terminal(serial_number or shop.device())
        self.saves()
        self.submits()

    def opens_terminal(self) -> str:
        """From the application's page to its terminal; gives the terminal's number."""
        self.go(self.status)
        self.press('main a[href^="/terminals/"] >> nth=0')
        self.is_at(re.compile("/terminals/[0-9A-Z]{8}/"))
        return self.page.url.split("/terminals/")[1][:8]

    def collects_code(self) -> str:
        """The digits as the slip shows them."""
        self.press('main form[action$="/code/"] button')
        digits = self.page.locator("#digits")
        expect(digits).to_have_text(re.compile(r"^\d{4}-\d{4}-\d{4}$"))
        return digits.inner_text()

    def types_into_simulator(self, serial_number: str, digits: str) -> None:
        self.go(f"/simulator/?serial={serial_number}")
        expect(self.page.locator("#st-boot")).to_be_checked()
        if not self.has_scripts:
            self.fill({"registration_code": digits})
            self.press("#sim-form fieldset button")
            return
        self.press('[data-key="ok"]')
        for digit in digits.replace("-", ""):
            self.press(f'[data-key="{digit}"]')
        self.press('[data-key="ok"]')


class Reviewer(Person):
    """Whoever reviews, signed in at the desk."""

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.go("/admin/")
        self.fill({"login": email, "password": password})
        self.press("main form button.btn-primary")
        self.is_at(re.compile("/admin/(?:applications/application/)?"))

    def finds(self, number: str) -> None:
        """From the queue to the case of this application."""
        self.press('a[href*="/admin/applications/application/"] >> visible=true >> nth=0')
        self.page.locator("#searchbar").fill(number)
        self.page.locator("#searchbar").press("Enter")
        self.press(f'#result_list a:has-text("{number}")')
        self.is_at(re.compile(r"/admin/applications/application/\d+/review/"))

    def takes(self) -> None:
        self.press('form[action$="/claim/"] button')
        expect(self.page.locator('form[action$="/claim/"]')).to_have_count(0)

    def looks_at(self, place: int) -> None:
        """The paper is really drawn, not a broken picture."""
        self.press(self.page.locator(".docs [data-paper]").nth(place))
        picture = self.page.locator(".sheet:not([hidden]) figure:last-of-type img.z")
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("picture => picture.naturalWidth") > 300

    def decides(self, noun: str) -> None:
        self.press(f'button[formaction$="/{noun}/"]')

    def marks(self, item: str, reason: str, text: str = "") -> None:
        """The item has to be corrected; without words of one's own the merchant reads those of the reason."""
        paper = self.page.locator(f'.docs [data-paper]:has-text("{PAPER_TITLES.get(item, "-")}")')
        if self.has_scripts and paper.count():
            self.press(paper)
        self.page.locator(f'[name="verdict-{item}"][value=fix]').check()
        self.page.locator(f'[name="reason-{item}"][value="{reason}"]').check()
        if text:
            self.page.locator(f'[name="text-{item}"]').fill(text)

    def accepts_the_rest(self) -> None:
        if self.has_scripts:
            self.press("[data-rest]")
        else:
            self.page.locator("[name=rest_in_order]").check()

    def approves_without_waiting(self) -> None:
        self.accepts_the_rest()
        self.page.locator("[name=account_verified]").check()
        self.decides("approval")

    def approves(self) -> None:
        self.approves_without_waiting()
        expect(self.page.locator('button[formaction$="/approval/"]')).to_have_count(0)
