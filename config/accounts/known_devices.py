"""A browser in which somebody has signed in before: a stranger's wrong tries cannot keep it out.

The device cookie of OWASP: signed, bound to one account, worth nothing without the password. Tries that carry it are counted
apart from the tries of strangers, so that neither locks the other out.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from config.accounts.models import User

COOKIE = "known_device"
SALT = "accounts.known_device"
MAX_AGE_S = 180 * 24 * 60 * 60


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Leave the cookie that says this person has signed in here."""
    device = known_device(request, user) or secrets.token_urlsafe(16)
    response.set_signed_cookie(
        COOKIE,
        f"{user.pk}:{device}",
        salt=SALT,
        max_age=MAX_AGE_S,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def known_device(request: HttpRequest, user: User | None) -> str:
    """The name of this device where the person has signed in on it before, else ""."""
    if user is None:
        return ""
    try:
        value = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MAX_AGE_S)
    except BadSignature:
        return ""
    owner, _colon, device = (value or "").partition(":")
    return device if owner == str(user.pk) else ""
