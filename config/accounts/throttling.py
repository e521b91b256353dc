"""Too many requests: one page that says how long to wait, with Retry-After."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.core.exceptions import RateLimited
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.accounts.lockout import WAIT, account_key, client_address
from config.kernel import clock
from config.kernel.audit import record

# The longest pause that any limit without a moment of its own asks for.
PAUSE = timedelta(minutes=1)


def too_many_requests(request: HttpRequest, *, wait: timedelta = PAUSE) -> HttpResponse:
    """The page for a limit of django-allauth, and the one place where 429 is answered."""
    seconds = max(int(wait.total_seconds()), 1)
    response = render(request, "account/too_many_requests.html", {"minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """The answer to a try that has to wait, with what is left of the wait. The same for accounts that do not exist."""
    now = clock.now()
    record("sign_in_locked", by=None, now=now)
    attempts = AccessAttempt.objects.filter(
        username=account_key(request, credentials), ip_address=client_address(request)
    )
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return too_many_requests(request, wait=(last + WAIT - now) if last else WAIT)


class LimitsAnswer429:
    """django-allauth raises where a code was asked for too often; the person gets the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return too_many_requests(request) if isinstance(exception, RateLimited) else None
