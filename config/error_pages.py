"""Pages for when something is wrong: styled, in the reader's language, with the next step and a reference number.

They read no database and no session, so they work while those are the trouble.
"""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import requires_csrf_token
from structlog.contextvars import get_contextvars

MAINTENANCE_RETRY_SECONDS = 600


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("400.html", 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("403.html", 403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("404.html", 404)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF check failed: nearly always a page left open past the end of its session."""
    return _page("403_csrf.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The styled page, or plain words when even templates are broken. Never raises."""
    try:
        return _page("500.html", 500)
    except Exception:  # noqa: BLE001 - whatever is broken, the reader gets an answer
        text = f"系统出错了，请稍后再来。 Something went wrong on our side. {reference()}"
        return HttpResponseServerError(text, content_type="text/plain; charset=utf-8")


@login_not_required
@cache_control(public=True, max_age=3600)
def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the service worker and shown while the network is away; it speaks both languages at once."""
    return _page("offline.html", 200)


@login_not_required
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, because a worker rules only over what lies below its own address."""
    return HttpResponse(render_to_string("service-worker.js"), content_type="text/javascript; charset=utf-8")


def closed_for_maintenance(get_response: Any) -> Any:
    """Middleware: while MAINTENANCE is set everything but health checks and static files answers 503, devices in JSON."""
    if not getattr(settings, "MAINTENANCE", False):
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in {"/healthz", "/readyz"} or request.path.startswith(settings.STATIC_URL):
            return get_response(request)
        response = _device_answer() if request.path.startswith("/api/") else _page("503.html", 503)
        response.headers["Retry-After"] = str(MAINTENANCE_RETRY_SECONDS)
        return response

    return middleware


def reference() -> str:
    """The number under which this request is found in the log."""
    return str(get_contextvars().get("request_id") or uuid.uuid4())


def _page(template: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(template, {"reference": reference()}), status=status)


def _device_answer() -> JsonResponse:
    error = {
        "code": "maintenance",
        "message": "系统维护中，请稍后再试。",
        "message_en": "Maintenance, please come back.",
    }
    return JsonResponse({"error": error}, status=503, json_dumps_params={"ensure_ascii": False})
