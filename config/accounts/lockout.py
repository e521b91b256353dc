"""Wrong passwords: how they are counted, and when the next try has to wait. django-axes keeps the counts in the database.

Tries are counted per account and network address, so that a stranger locks out the stranger's address and not the owner.
Someone on a device known to the account is counted apart from strangers even on the same address. An account tried from many
addresses at once gives each new address a single try. Nobody can lock an account for good: the owner signs in from any other
address, from a known device, or after a password reset.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import truncate_ip
from axes.models import AccessAttempt
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest

from config.accounts.known_devices import known_device
from config.accounts.reach import LONGEST, read_reach
from config.kernel import clock
from config.privacy.sealing import digest

# PCI DSS 8.3.4: at most 10 tries, then at least 30 minutes.
TRIES = 5
WAIT = timedelta(minutes=30)
# So many wrong tries of strangers within WAIT mean that the account is being guessed at from many addresses.
PRESSURE = 20


def account_key(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name under which tries on an account are counted: a digest, because mobile numbers are kept nowhere in clear."""
    login = _login_of(request, credentials)
    kept = request.__dict__.setdefault("_account_keys", {})
    if login not in kept:
        kept[login] = _keys(request, login)
    return kept[login][0]


def tries_allowed(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """TRIES, or a single one for a stranger's address while the account is under pressure from many."""
    key = account_key(request, credentials)
    strangers = request.__dict__["_account_keys"][_login_of(request, credentials)][1]
    if key != strangers:
        return TRIES
    recent = AccessAttempt.objects.filter(username=strangers, attempt_time__gte=clock.now() - WAIT)
    failed = recent.aggregate(n=Sum("failures_since_start"))["n"] or 0
    return 1 if failed >= PRESSURE else TRIES


def client_address(request: HttpRequest) -> str | None:
    """The caller's network address as far as our own proxies vouch for it; an IPv6 caller counts as its network."""
    try:
        return truncate_ip(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None


def _login_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    given = credentials or {}
    for name in ("email", "phone", "username"):
        if given.get(name):
            return str(given[name])
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return user.email or user.mobile
    return ""


def _keys(request: HttpRequest, login: str) -> tuple[str, str]:
    """(the key of this try, the key that strangers' tries on the same account have)."""
    reach = read_reach(login)
    person = reach.person() if reach else None
    account = f"account:{person.pk}" if person else f"login:{login[:LONGEST].lower()}"
    strangers = digest(account, purpose="sign_in")
    device = known_device(request, person)
    return (digest(f"{account}:{device}", purpose="sign_in") if device else strangers), strangers
