import json
import re

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings
from django.utils import translation

from config import error_pages

PAGES = {
    "400": error_pages.bad_request,
    "403": error_pages.forbidden,
    "404": error_pages.not_found,
    "csrf": error_pages.form_expired,
    "500": error_pages.server_error,
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans-CN"), ("en", "en")])
def test_a_page_of_trouble_needs_no_database_and_gives_a_reference(name, language, lang):
    # No database mark: any query fails the test.
    with translation.override(language):
        page = PAGES[name](RequestFactory().get("/x/")).content.decode()

    assert f'<html lang="{lang}">' in page
    assert re.search(r'class="code">[0-9a-f-]{36}<', page)
    assert 'id="help-contact"' in page
    assert "style=" not in page
    assert "<script" not in page


@pytest.mark.parametrize("name", PAGES)
def test_in_english_no_chinese_is_left(name):
    with translation.override("en"), override_settings(BANK_NAME="Example Bank"):
        page = PAGES[name](RequestFactory().get("/x/")).content.decode()

    assert not CHINESE.search(page)


def test_even_broken_templates_get_an_answer():
    with override_settings(TEMPLATES=[]):
        answer = error_pages.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_is_answered_by_our_page(client):
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "sorry" in answer.content.decode()


def test_during_maintenance_people_get_a_page_and_devices_json():
    with override_settings(MAINTENANCE=True):
        closed = error_pages.closed_for_maintenance(lambda request: "let through")

        page = closed(RequestFactory().get("/applications/"))
        device = closed(RequestFactory().post("/api/v1/activations"))
        health = closed(RequestFactory().get("/healthz"))
        style = closed(RequestFactory().get(settings.STATIC_URL + "portal/portal.css"))

    assert page.status_code == device.status_code == 503
    assert page["Retry-After"] == device["Retry-After"] == "600"
    assert json.loads(device.content)["error"]["code"] == "maintenance"
    assert health == style == "let through"


def test_the_page_for_no_network_speaks_both_languages(client):
    page = client.get("/offline/").content.decode()

    assert 'lang="zh-Hans"' in page
    assert 'lang="en"' in page


def test_the_service_worker_keeps_only_what_belongs_to_nobody(client):
    worker = client.get("/service-worker.js")

    assert worker["Content-Type"].startswith("text/javascript")
    for address in re.findall(r'"(/[^"]+)"', worker.content.decode()):
        assert address.startswith((settings.STATIC_URL, "/offline/"))
