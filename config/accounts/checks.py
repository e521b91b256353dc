"""What a deployment may not get wrong about signing in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

PER_PROCESS = ("django.core.cache.backends.locmem.", "django.core.cache.backends.dummy.")


@register(Tags.security, deploy=True)
def staff_need_a_second_factor(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.STAFF_SECOND_FACTOR:
        return []
    return [
        Error(
            "Staff can sign in with a password alone.",
            hint="Leave STAFF_SECOND_FACTOR out.",
            id="accounts.E001",
        )
    ]


@register(Tags.security, deploy=True)
def limits_are_shared(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A limit counted per process is as many limits as there are processes, and forgets at every restart."""
    if not settings.CACHES["default"]["BACKEND"].startswith(PER_PROCESS):
        return []
    hint = "Leave CACHE_URL out to count in the database, or name a Redis server."
    return [Error("Sign-in limits are counted in the memory of one process.", hint=hint, id="accounts.E002")]


@register(Tags.security, deploy=True)
def passkeys_are_bound_to_this_site(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What a passkey is worth against look-alike sites is that the place it was shown at is looked at."""
    if not getattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False):
        return []
    hint = "Take MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN out; http://localhost works without it."
    return [Error("Passkeys shown at any other site would be accepted.", hint=hint, id="accounts.E003")]
