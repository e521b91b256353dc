"""Three kinds of people, three places: merchants at `/`, staff at `/admin/`, devices at `/api/v1/`."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.accounts.models import User

STAFF_AT = "/admin/"
# Sign-in, the language switch, what anybody may see, the lists that fields search in, and what no person asks for.
EVERYBODY_AT = (
    "/accounts/",
    "/language/",
    "/lookup/",
    "/static/",
    "/check/",
    "/bulletins/",
    "/help/",
    "/receipts/",
    "/simulator/",
    "/offline/",
    "/service-worker.js",
    "/api/",
    "/healthz",
    "/readyz",
    "/metrics",
)
# Merchants read their notices at /notices/; what stands on one for anybody to check is under its token.
PAPER = re.compile(r"/notices/[A-Za-z0-9_-]{40,64}/\Z")
# Staff are entered by administrators: their addresses are not theirs to change.
FIXED_FOR_STAFF = ("/accounts/email/", "/accounts/phone/change/")


class Place(Enum):
    STAFF = "staff"
    MERCHANTS = "merchants"
    EVERYBODY = "everybody"


def place_of(path: str) -> Place:
    if path.startswith(STAFF_AT) or path == STAFF_AT.rstrip("/"):
        return Place.STAFF
    is_everybodys = path.startswith(EVERYBODY_AT) or PAPER.match(path)
    return Place.EVERYBODY if is_everybodys else Place.MERCHANTS


def home_of(user: User) -> str:
    """Where this person lands after signing in."""
    return reverse("admin:index") if user.is_staff else "/"


def belongs_to(user: User, url: str | None) -> bool:
    """Whether this address is in the place of this person, so that it is worth returning to."""
    if not url:
        return False
    path = url.partition("?")[0]
    place = place_of(path)
    if place == Place.EVERYBODY:
        return True
    return user.is_staff == (place == Place.STAFF)


def each_in_their_place(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Merchants find nothing at /admin/; staff who go astray are led back to the desk, and act nowhere else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        place = place_of(request.path)
        if place == Place.EVERYBODY and not request.path.startswith(FIXED_FOR_STAFF):
            return get_response(request)
        user = request.user
        if not user.is_authenticated:
            return get_response(request)
        if request.path.startswith(FIXED_FOR_STAFF):
            if user.is_staff:
                raise PermissionDenied(_("Ask an administrator to change this address."))
            return get_response(request)
        if belongs_to(user, request.path):
            return get_response(request)
        if not user.is_staff:
            raise Http404
        if request.method in ("GET", "HEAD"):
            return redirect(home_of(user))
        raise PermissionDenied(_("This page is for merchants; staff work at the desk."))

    return middleware
