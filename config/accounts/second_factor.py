"""The second factor: TOTP or a passkey, with recovery codes. Staff reach nothing without it unless the settings say otherwise."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.accounts.device_words import device_words
from config.accounts.models import User
from config.accounts.places import Place, place_of
from config.kernel.templatetags.frame import bank_name
from config.privacy.masking import mask_mobile
from config.privacy.sealing import seal, unseal

CONTEXT = "mfa_authenticator.data"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "The code does not match. Wait for the next one and check the clock of the phone."
        ),
        "cannot_delete_authenticator": _(
            "Staff cannot do without a second factor. Ask an administrator to reset it."
        ),
        "unverified_email": _("Confirm the e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return b64encode(seal(text.encode(), context=CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(b64decode(encrypted_text), context=CONTEXT).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = _factors(authenticator.user).exclude(pk=authenticator.pk)
        return not is_required_of(authenticator.user) or others.exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """The device on which the key is made, in the words in which its owner knows it."""
        return device_words(context.request.headers.get("User-Agent", "")) or gettext("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": bank_name()}

    def get_public_key_credential_user_entity(self, user: User) -> dict:
        """The name of a passkey stands in the phone's list, beside those of other sites: it tells the accounts apart."""
        reach = user.email or mask_mobile(user.mobile)
        return super().get_public_key_credential_user_entity(user) | {"name": reach, "display_name": reach}


class EnrolView(ActivateTOTPView):
    """Whoever has just proved the new factor has proved it for this session too."""

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        proof = {"type": Authenticator.Type.TOTP, "reauthenticated": True}
        record_authentication(self.request, self.request.user, "mfa", **proof)
        return response


def is_required_of(user: User) -> bool:
    return settings.STAFF_SECOND_FACTOR and user.is_staff


def has_passed(request: HttpRequest) -> bool:
    """Whether this session has shown a second factor."""
    return any(step.get("method") == "mfa" for step in get_authentication_records(request, request.user))


def has_one(user: User) -> bool:
    return _factors(user).exists()


def factors_of(user: User) -> set[str]:
    """Which factors the person has: "totp", "webauthn", both or none. Recovery codes are not one, they stand in for one."""
    return set(_factors(user).values_list("type", flat=True))


def _factors(user: User) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=user, type__in=FACTORS)


def is_enrolling(request: HttpRequest) -> bool:
    """Staff who signed in by password and have no factor yet: the password they have just typed is proof enough."""
    user = request.user
    return user.is_authenticated and is_required_of(user) and not has_one(user)


def staff_show_a_second_factor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Staff without a factor are led to set one up; with one that this session has not shown, to show it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.STAFF_SECOND_FACTOR or place_of(request.path) == Place.EVERYBODY:
            return get_response(request)
        user = request.user
        if not user.is_authenticated or not user.is_staff or has_passed(request):
            return get_response(request)
        wanted = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        return redirect_to_login(wanted, login_url=reverse(_page_for(factors_of(user))))

    return middleware


def _page_for(factors: set[str]) -> str:
    """Where staff show the factor they have, or set one up."""
    if not factors:
        return "mfa_activate_totp"
    return "mfa_reauthenticate" if Authenticator.Type.TOTP in factors else "mfa_reauthenticate_webauthn"
