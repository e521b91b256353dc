"""How long a person stays signed in, and what the browser forgets afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config.accounts.device_words import device_words
from config.accounts.sealed_sessions import DEVICE
from config.kernel import clock

BEGAN = "session_began"
SEEN = "session_seen"
# A session is written at most this often only to say that it is alive.
RESOLUTION_S = 60
NO_PERSON_AT = ("/api/", "/static/", "/healthz", "/readyz", "/metrics")


def begin_session(request: HttpRequest) -> None:
    """Let both clocks of the session run from now, and keep by what name its owner knows the device."""
    request.session[DEVICE] = device_words(request.headers.get("User-Agent", ""))
    request.session[BEGAN] = request.session[SEEN] = clock.now().timestamp()


def session_limits(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """End a session after its idle or absolute time (OWASP ASVS 7.3, PCI DSS 8.2.8), and clear the browser when one ends."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(NO_PERSON_AT) or not request.user.is_authenticated:
            return get_response(request)
        if _is_over(request):
            response = _ask_to_sign_in_again(request)
        else:
            response = get_response(request)
        if not request.user.is_authenticated:
            # Not "cookies": language and known device are kept; the session cookie is gone already.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def session_end(request: HttpRequest) -> dict[str, Any]:
    """For templates: in how many seconds an idle session of staff ends."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_staff:
        return {}
    return {"session_ends_in": settings.STAFF_IDLE_SECONDS}


def _is_over(request: HttpRequest) -> bool:
    now = clock.now().timestamp()
    if BEGAN not in request.session:
        begin_session(request)
    idle = now - request.session.get(SEEN, now)
    if now - request.session[BEGAN] > settings.SESSION_ABSOLUTE_SECONDS:
        return True
    if request.user.is_staff and idle > settings.STAFF_IDLE_SECONDS:
        return True
    if idle > RESOLUTION_S:
        request.session[SEEN] = now
    return False


def _ask_to_sign_in_again(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, _("You were signed out to protect the account. Sign in to go on where you were."))
    return redirect_to_login(_page_left(request))


def _page_left(request: HttpRequest) -> str:
    """The page to come back to: for a form that was sent too late, the page that the form was on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    return came_from.path if came_from.netloc == request.get_host() else "/"
