"""The device API: every room's routes under one address, with one document and one way to refuse."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from terminals import api as terminals
from terminals.api_errors import for_devices, no_such_address, refusal_response, response_to

api = NinjaAPI(
    title="终端接口 Device API",
    version="1",
    urls_namespace="devices",
    description=(
        "Activation needs no key: it gives one. Everything after it is signed. Bodies are JSON in UTF-8, at most 4 KB, "
        "without names that are not listed here. Every refusal has the same shape, in Chinese and English. While the bank has "
        "announced an upgrade or a fault that touches the terminal, answers and refusals carry a `notice`; where it has announced "
        "the very code of a refusal as its own trouble, the refusal is 503 with Retry-After."
    ),
    docs_decorator=login_not_required,
)
api.add_router("", terminals.router)


@api.exception_handler(ValidationError)
def _not_as_documented(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first field that does not fit, by its name; values are never repeated."""
    names = [str(part) for part in error.errors[0]["loc"] if part not in ("body", "asked")]
    return (
        refusal_response("malformed", field=".".join(names)[:60]) if names else refusal_response("malformed")
    )


@api.exception_handler(HttpError)
def _refused_by_the_library(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refusal_response("malformed")


@api.exception_handler(Exception)
def _anything_else(request: HttpRequest, error: Exception) -> HttpResponse:
    return response_to(error)


def _as_devices_meet_it(pattern: Any) -> Any:
    """The document and its page are for people and stay as they are; the bare root, which only names the API, is nothing."""
    if pattern.name == "api-root":
        pattern.callback = for_devices(no_such_address)
    elif pattern.name not in ("openapi-json", "openapi-view"):
        pattern.callback = for_devices(pattern.callback)
    return pattern


def _urls() -> tuple[list[Any], str]:
    patterns, _app_name, namespace = api.urls
    mounted = [_as_devices_meet_it(pattern) for pattern in patterns]
    return [*mounted, re_path(r"", for_devices(no_such_address))], namespace


_patterns, _namespace = _urls()
urlpatterns = [path("", include((_patterns, "ninja"), namespace=_namespace))]
