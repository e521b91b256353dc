import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tests.accounts.factories import MerchantUserFactory, StaffFactory

STYLESHEETS = sorted(Path(settings.BASE_DIR, "static/portal").glob("*.css"))


@pytest.fixture
def frame():
    def rendered(address="/", *, user=None, language="zh-hans", **context):
        request = RequestFactory().get(address)
        request.user = context["user"] = user or AnonymousUser()
        with translation.override(language):
            return render_to_string("base.html", context, request=request)

    return rendered


@pytest.fixture
def merchant(db):
    return MerchantUserFactory()


@pytest.mark.parametrize("sheet", STYLESHEETS, ids=lambda path: path.name)
def test_a_stylesheet_asks_nobody_else_for_anything(sheet):
    assert "url(" not in sheet.read_text()
    assert "@import" not in sheet.read_text()


@pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans-CN"), ("en", "en")])
def test_the_page_names_its_language(frame, language, lang):
    assert f'<html lang="{lang}">' in frame(language=language)


def test_the_switch_comes_back_to_the_same_address_and_query(frame):
    shown = frame("/terminals/?q=1024&page=2", language="en")

    assert '<input type="hidden" name="next" value="/terminals/?q=1024&amp;page=2">' in shown
    assert re.search(
        r'<button type="submit" name="language" value="zh-hans" lang="zh-Hans">.*中文</button>', shown
    )
    assert '<span aria-current="true" lang="en">' in shown


def test_help_is_at_the_same_place_for_everybody(frame, merchant):
    contact = re.compile(r'<span id="help-contact">.*?</span>', re.DOTALL)
    plain = render_to_string("plain.html")

    found = [contact.search(text)[0] for text in (frame(), frame(user=merchant), plain)]

    assert len(set(found)) == 1
    assert "tel:95000" in found[0]


@pytest.mark.parametrize(("waiting", "shown"), [(1, ">1<"), (99, ">99<"), (100, ">99+<")])
def test_the_badge_stops_at_99_and_says_what_it_counts(waiting, shown):
    with translation.override("en"):
        text = render_to_string("components/_count.html", {"waiting_count": waiting})

    assert shown in text
    assert "waiting for you" in text


def test_the_badge_goes_at_zero():
    assert render_to_string("components/_count.html", {"waiting_count": 0}).strip() == ""


def test_only_a_merchant_is_shown_the_merchant_s_bar(frame, merchant):
    assert 'class="tabbar' not in frame()
    assert 'class="tabbar' not in frame(user=StaffFactory())
    assert 'class="tabbar' in frame(user=merchant)
