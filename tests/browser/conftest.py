"""One bank for all journeys: the demonstration's stories in one database, one server, the system's Chromium.

Journeys add people and branches of their own and take nothing away, so nothing has to be emptied between them.
"""

import io
import os
import shutil
from itertools import count

import pytest
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from pytest_django.live_server_helper import LiveServer

from tests.accounts.factories import BranchFactory, StaffFactory
from tests.browser.people import Merchant, Reviewer
from tests.terminals.factories import DeviceFactory

NO_TALK = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# What a page does wrong without anybody seeing it: it is told to the console, where the journey hears it.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation",
  (event) => console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
shop_number = count(1)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium: nothing is downloaded for the journeys. Without a window's own pages it takes a quarter less time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not executable:
        pytest.exit("Install chromium, or name the browser with CHROMIUM=/path/to/it.", returncode=1)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": executable, "args": [*NO_TALK, *sandbox]}


@pytest.fixture(scope="session")
def site(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The address of a portal with the demonstration's data."""
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False)
        call_command("load_reference_data", verbosity=0)
        call_command("seed_demo", stdout=io.StringIO(), stderr=io.StringIO())
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        teardown_databases(databases, verbosity=0)


@pytest.fixture
def open_page(new_context, site):
    """`open_page(width=360)` gives a page as a phone shows it; what any page complains about fails the journey at its end."""
    complaints: list[str] = []

    def open_one(*, signed_in=None, **how):
        page = _opened(new_context, site, complaints, **how)
        if signed_in is not None:
            _sign_in(page, signed_in, site)
        return page

    yield open_one
    assert complaints == []


@pytest.fixture(scope="module")
def shared_pages(browser, site):
    """One page for each way to open it, for as long as the file runs."""
    complaints: list[str] = []
    pages: dict = {}

    def shared(**how):
        key = tuple(sorted(how.items()))
        if key not in pages:
            pages[key] = _opened(browser.new_context, site, complaints, **how)
        return pages[key]

    yield shared, complaints
    for page in pages.values():
        page.context.close()


@pytest.fixture
def same_page(shared_pages, site):
    """As `open_page`, on a page that the other tests of the file have used: each test signs in as whom it needs."""
    shared, complaints = shared_pages
    complaints.clear()

    def signed_in_on(*, signed_in, **how):
        page = shared(**how)
        _sign_in(page, signed_in, site)
        return page

    yield signed_in_on
    assert complaints == []


def _opened(new_context, site, complaints, *, width=1280, language="zh-hans", javascript=True, expecting=()):
    phone = width < 768
    context = new_context(
        base_url=site,
        viewport={"width": width, "height": 740 if phone else 800},
        has_touch=phone,
        is_mobile=phone,
        java_script_enabled=javascript,
        reduced_motion="reduce",
        locale="zh-CN",
    )
    context.set_default_timeout(10_000)
    if javascript:
        context.add_init_script(TELL_VIOLATIONS)
    context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    page = context.new_page()
    _listen(page, complaints, expecting)
    return page


def _sign_in(page, person, site) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": _session_of(person), "url": site}])


def _listen(page, complaints, expecting) -> None:
    def complain(text):
        if not any(words in text for words in expecting):
            complaints.append(f"{page.url}: {text}")

    def heard(message):
        # A picture opened by itself is shown in a page of the browser's own, whose style the picture's policy forbids.
        if page.url.endswith("/view/") and "style" in message.text:
            return
        # A refused request is judged by its answer, below.
        if (
            message.type == "error" and not message.text.startswith("Failed to load resource")
        ) or "Content Security" in message.text:
            complain(message.text)

    def answered(response):
        # A page may be refused, and so may a device: that is what journeys are about. Pictures and scripts may not.
        may_be_refused = response.request.resource_type == "document" or "/api/v1/" in response.url
        if response.status >= 500 or (response.status >= 400 and not may_be_refused):
            complain(f"{response.status} {response.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complain(str(error)))
    page.on("response", answered)


def _session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@pytest.fixture
def shop(site):
    """A branch with a reviewer and devices of its own, so that one journey does not meet another's cases."""
    branch = BranchFactory(name=f"滨江支行{next(shop_number)}")

    class Shop:
        reviewer = StaffFactory(role="reviewer", branch=branch, full_name="林审核")
        second_reviewer = StaffFactory(role="reviewer", branch=branch, full_name="何审核")

        def device(self) -> str:
            return DeviceFactory(branch=branch).serial_number

    Shop.branch = branch
    return Shop()


@pytest.fixture
def merchant(open_page):
    """`merchant(width=360)` is a merchant with a browser who has no account yet."""
    return lambda **how: Merchant(open_page(**how))


@pytest.fixture
def reviewer(open_page):
    """`reviewer(shop.reviewer)` has signed in at the desk's own door."""

    def sign_in(person, **how):
        one = Reviewer(open_page(**how))
        one.sign_in(person.email)
        return one

    return sign_in
