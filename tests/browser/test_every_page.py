"""Every page that links lead to, in both languages, on a phone and on a desk: readable by everybody, whole, and in one language."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from applications.demo import people
from applications.models import Application
from config.accounts.models import Role
from terminals.models import Terminal
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language

MERCHANTS = [
    "enterprise@shop.example",
    "cooperative@shop.example",
    "bookshop@shop.example",
    "barber@shop.example",
    "florist@shop.example",
    "new@shop.example",
]
STAFF = [Role.REVIEWER, Role.ACCOUNT_MANAGER, Role.STOREKEEPER, Role.ADMINISTRATOR, Role.AUDITOR]
DOORS = [
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/admin/login/",
    "/no-such-page",
    "/offline/",
    "/simulator/",
]
# Links that hand out files or end the visit.
NO_PAGE = re.compile(
    r"^/(?:api|static|readyz|healthz|admin/logout|admin/jsi18n|accounts/logout|accounts/2fa)"
    r"|/documents/\d+/|/versions/\d+/|/receipt/file/|/responsecode/export/|/export/\d+/file/|/messages/\d+/file/"
)
# One page of each kind and state is enough for a kind's own faults; so many more would only take time.
MOST_PAGES = 60


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", ["visitors", "merchants", "staff"])
def test_every_page_can_be_read_by_everybody(open_page, who, language, width):
    faults = []
    seen: set[str] = set()
    for person in {
        "visitors": [None],
        "merchants": map(people.of, MERCHANTS),
        "staff": map(people.staff, STAFF),
    }[who]:
        page = open_page(width=width, language=language, signed_in=person)
        for address in _walk(
            page, ["/admin/"] if who == "staff" else DOORS if person is None else ["/"], seen
        ):
            faults += [f"{address} {fault}" for fault in _faults(page, language, width)]
        page.context.close()

    assert not faults, "\n".join(faults)


def _walk(page, starts, seen):
    """Every page reached by links, one of each kind: the name of its address, the state of what it shows, what its query asks."""
    waiting = list(starts)
    visited = 0
    while waiting and visited < MOST_PAGES:
        address = waiting.pop(0)
        kind = _kind(address)
        if kind in seen:
            continue
        seen.add(kind)
        visited += 1
        page.goto(address)
        yield address
        for link in page.locator("a[href]").evaluate_all(
            "links => links.map((link) => link.getAttribute('href'))"
        ):
            target = urlsplit(urljoin(page.url, link))
            if target.netloc == urlsplit(page.url).netloc and not NO_PAGE.search(target.path):
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))


def _kind(address: str) -> str:
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return parts.path
    of = match.kwargs
    state = ""
    if match.view_name.startswith(("applications:", "admin:applications_case")) and (
        of.get("number") or of.get("pk")
    ):
        wanted = {"number": of["number"]} if "number" in of else {"pk": of["pk"]}
        state = Application.objects.filter(**wanted).values_list("status", flat=True).first()
    elif match.view_name.startswith("terminals:") and "number" in of:
        state = Terminal.objects.filter(number=of["number"]).values_list("status", flat=True).first()
    asked = sorted({pair.split("=")[0] for pair in parts.query.split("&")})
    return f"{match.view_name} {match.route if not match.view_name else ''} {state} {asked}"


def _faults(page, language, width):
    found = axe_violations(page)
    # The page for the time without a network is kept once, so it speaks both languages.
    if not page.url.endswith("/offline/"):
        found += [f"other language: {line[:120]!r}" for line in words_in_the_other_language(page, language)]
    if parts := scrolls_sideways(page):
        found.append(f"scrolls sideways at {width}: {parts}")
    if width == 360:
        page.set_viewport_size({"width": 320, "height": 740})
        if parts := scrolls_sideways(page):
            found.append(f"scrolls sideways at 320: {parts}")
        page.set_viewport_size({"width": 360, "height": 740})
    return found


def test_a_reference_of_the_widest_digits_breaks_where_the_page_is_narrow(open_page):
    page = open_page(width=360)
    page.set_viewport_size({"width": 320, "height": 740})
    page.goto("/no-such-page")
    page.locator(".sorry .ref .code").evaluate(
        "(shown) => { shown.textContent = 'DDDDDDDD-DDDD-DDDD-DDDD-DDDDDDDDDDDD' }"
    )

    assert not scrolls_sideways(page)
