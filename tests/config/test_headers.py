import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config import headers

STRICT = {
    "Content-Security-Policy": "default-src 'none'",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/healthz", "/no-such-page", "/admin/"])
@pytest.mark.parametrize("header", STRICT)
def test_every_answer_carries_the_headers(client, path, header):
    answer = client.get(path)

    assert STRICT[header] in answer.headers.get(header, "")


def test_a_device_over_plain_http_is_refused_and_not_redirected(settings):
    settings.SECURE_SSL_REDIRECT = True
    answered = headers.api_only_over_https(lambda request: HttpResponse("processed"))

    plain = answered(RequestFactory().post("/api/v1/activations"))
    safe = answered(RequestFactory().post("/api/v1/activations", secure=True))
    page = answered(RequestFactory().get("/"))

    assert (plain.status_code, b"https_required" in plain.content) == (403, True)
    assert safe.content == page.content == b"processed"


@pytest.mark.django_db
def test_a_page_of_a_signed_in_person_is_not_stored(client, django_user_model):
    person = django_user_model()
    answered = headers.keep_private_pages_private(lambda request: HttpResponse("private"))
    request = RequestFactory().get("/")
    request.user = person

    assert "no-store" in answered(request).headers["Cache-Control"]
