"""Steps that a found telephone must not be enough for: the password, or the second factor, is asked once more."""

from typing import cast

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest

from config.accounts.models import User


def insist_on_proof(request: HttpRequest) -> None:
    """Whoever sits at the browser has proved a moment ago to be this person; else is asked to, and the request goes on then.

    Raises django-allauth's `ReauthenticationRequired`, which its middleware answers by the page that asks.
    """
    raise_if_reauthentication_required(request, app="portal")


def person_of(request: HttpRequest) -> User:
    """Who is signed in; only for pages that nobody sees otherwise."""
    return cast("User", request.user)
