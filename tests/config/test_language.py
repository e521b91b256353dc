import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from config.language import ChosenLanguageMiddleware


@pytest.mark.parametrize(
    ("cookie", "browser", "language"),
    [
        ("", "en-US,en", "zh-hans"),
        ("en", "zh-CN", "en"),
        ("zh-hans", "en", "zh-hans"),
        ("../etc", "en", "zh-hans"),
    ],
)
def test_chinese_until_somebody_chooses(settings, cookie, browser, language):
    request = RequestFactory().get("/", headers={"Accept-Language": browser})
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie

    with translation.override(None):
        answer = ChosenLanguageMiddleware(lambda request: HttpResponse(translation.get_language()))(request)

    assert answer.text == answer.headers["Content-Language"] == language
