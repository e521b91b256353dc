"""Every kind of answer tells the browser its limits; forms need their token; nobody is led to another house."""

import re

import pytest
from django.conf import settings as portal
from django.test import Client

from tests.accounts.test_sign_in import ELSEWHERE
from tests.trust.addresses import address, every_address
from tests.trust.test_matrix import ACTING, READING
from tests.trust.world import PEOPLE

pytestmark = pytest.mark.any_database

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# kind of answer: who asks, what, and the status it must have
KINDS = {
    "visitor": ("visitor", "home", 200),
    "merchant": ("owner", "home", 200),
    "desk": ("reviewer", "admin:applications_case", 200),
    "records": ("superuser", "admin:kernel_auditevent_changelist", 200),
    "file": ("owner", "applications:document", 200),
    "redirect": ("visitor", "applications:list", 302),
    "astray": ("owner", "admin:index", 404),
    "forbidden": ("reviewer", "admin:kernel_auditevent_changelist", 403),
    "method": ("owner", "applications:submission", 405),
    "device": ("visitor", "devices:read_me", 401),
    "document": ("visitor", "devices:openapi-view", 200),
    "nothing": ("visitor", "/api/v1/", 404),
    "health": ("visitor", "/healthz", 200),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_has_its_limits(world, kind):
    role, name, status = KINDS[kind]

    answer = world.browser(role).get(address(name, world))

    assert answer.status_code == status
    policy = {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")}
    assert policy >= ({"default-src 'none'", "sandbox"} if kind == "file" else POLICY)
    assert not re.search("unsafe|http:|\\*", answer.headers["Content-Security-Policy"])
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    if role != "visitor":
        assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Permissions-Policy"].startswith("camera=()")


def test_an_answer_of_trouble_has_its_limits_and_tells_nothing(world, monkeypatch):
    def trouble(*args, **kwargs):
        raise RuntimeError("SELECT secret FROM nowhere")

    monkeypatch.setattr("applications.models.Registration.missing", trouble)

    answer = world.browser("owner").get(address("applications:check", world))

    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")} >= POLICY
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


def test_static_files_have_their_limits(settings):

    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True

    answer = Client().get(f"{settings.STATIC_URL}portal/portal.css")

    assert answer.status_code == 200
    kept = {"X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Referrer-Policy"}
    assert {name: answer.headers.get(name) for name in kept} == {name: ALWAYS[name] for name in kept}
    assert {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")} >= POLICY


def test_no_page_holds_what_the_policy_forbids(world):
    """No inline script, style or handler: the policy would stop it and the page would be broken."""
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)(?![^>]*application/json)|javascript:",
        re.IGNORECASE,
    )
    for name, _ in every_address():
        role = next((role for role in PEOPLE if READING.get(name, {}).get(role) == "ok"), None)
        if role is None or name in ("devices:openapi-json", "/service-worker.js", "admin:jsi18n"):
            continue
        answer = world.browser(role).get(address(name, world))
        if "html" in answer.headers["Content-Type"]:
            assert not inline.search(answer.content.decode()), name


ACTS = sorted(
    name
    for name, row in ACTING.items()
    if not name.startswith("devices:")
    and {"ok", "go", "409"} & set(row.values())
    and not name.startswith("/")
)


@pytest.mark.parametrize("name", ACTS)
def test_a_form_without_its_token_is_refused(world, name):
    row = ACTING[name]
    role = next(role for role in (*PEOPLE[1:], "visitor") if row[role] in ("ok", "go", "409"))
    browser, path = world.browser(role, enforce_csrf_checks=True), address(name, world)

    assert browser.post(path).status_code == 403
    assert browser.post(path, headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_address_leads_away(world, wanted):
    switched = world.browser("owner").post("/language/", {"language": "en", "next": wanted})
    signed_in = world.browser("reviewer").get("/admin/login/", {"next": wanted})
    asked = world.browser("visitor").get("/admin/login/", {"next": wanted})
    back = world.browser("visitor").post("/language/", {"language": "en"}, headers={"Referer": wanted})

    for answer in (switched, signed_in, asked, back):
        assert answer.status_code < 500
        assert re.match(r"/(?![/\\])", answer.headers.get("Location", "/"))


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "testserver/x"]
)
def test_another_host_is_refused(world, host):
    for path in ("/", "/accounts/password/reset/", "/api/v1/terminals/me"):
        assert world.browser("visitor").get(path, headers={"Host": host}).status_code == 400


def test_forwarded_hosts_change_no_address(world):
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Original-URL": "/admin/"}

    slip = world.browser("owner").post(address("terminals:code", world), headers=forged)

    assert slip.status_code == 200
    assert "evil.example" not in slip.content.decode()


def test_methods_by_header_are_not_heard(world):
    path = address("applications:deletion", world)

    for header in ("X-HTTP-Method-Override", "X-Method-Override"):
        assert world.browser("owner").get(path, headers={header: "POST"}).status_code == 405
    for method in ("put", "patch", "delete", "trace"):
        assert getattr(world.browser("owner"), method)(path).status_code == 405
    assert type(world.a.draft).objects.filter(pk=world.a.draft.pk).exists()


def test_the_session_cookie_is_not_for_scripts(world, client):
    client.post("/accounts/login/", {"login": "owner@trust.example", "password": "three blue kettles sing"})

    cookie = client.cookies[portal.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
