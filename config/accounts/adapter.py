"""What django-allauth asks the portal: who is reached how, where people land, what is put on record."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from config.accounts.known_devices import remember_device
from config.accounts.mobile_field import SignUpMobileField
from config.accounts.models import User
from config.accounts.places import belongs_to, home_of
from config.accounts.reach import Reach, read_reach
from config.accounts.second_factor import is_enrolling
from config.accounts.sending import send
from config.accounts.sessions import begin_session
from config.kernel import clock
from config.kernel.audit import record
from config.kernel.outbox import enqueue

WRONG_LOGIN = _(
    "The e-mail address or mobile number and the password do not match an account. Check both and type them again."
)

# Security notices of django-allauth that become an audit event and a message to the owner.
NOTICES = {
    "password_changed": "password_changed",
    "password_set": "password_changed",
    "password_reset": "password_reset",
    "email_changed": "email_changed",
    "totp_activated": "factor_added",
    "totp_deactivated": "factor_removed",
    "webauthn_added": "passkey_added",
    "webauthn_removed": "passkey_removed",
    "recovery_codes_generated": "recovery_codes_made",
}


SAID = {
    "account/messages/password_changed.txt": _("The new password holds. Other devices have been signed out."),
    "account/messages/password_set.txt": _("The password is set."),
    "account/messages/email_confirmed.txt": _("The e-mail address is confirmed."),
    "account/messages/phone_verified.txt": _("The mobile number is confirmed."),
    "account/messages/logged_out.txt": _("You are signed out."),
    "mfa/messages/totp_activated.txt": _(
        "The second factor is on. Keep the recovery codes where only you find them."
    ),
    "mfa/messages/totp_deactivated.txt": _("The second factor is off."),
    "mfa/messages/webauthn_added.txt": _("The passkey is there. The next sign-in needs nothing else."),
    "mfa/messages/webauthn_removed.txt": _(
        "The passkey opens nothing here any more. Delete it on the device too."
    ),
}

WAYS = {
    "reauthenticate": _("Use the password"),
    "mfa_reauthenticate": _("Use a one-time code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG_LOGIN,
        "phone_password_mismatch": WRONG_LOGIN,
        "username_password_mismatch": WRONG_LOGIN,
        "invalid_login": WRONG_LOGIN,
        "incorrect_code": _("The code does not match. Check the digits, or ask for a new code."),
        "incorrect_password": _("The password does not match. Check capitals and type it again."),
        "enter_current_password": _("The current password does not match. Check capitals and type it again."),
        "too_many_login_attempts": _(
            "That was tried too often. Wait 30 minutes, or sign in from a device used before."
        ),
        "rate_limited": _("A code has just been sent. Wait a minute before asking for another one."),
        "phone_taken": _("This mobile number belongs to another account."),
        "email_taken": _("This e-mail address belongs to another account."),
        "same_as_current": _("This is the present one. Enter a different one."),
    }

    # --- people -------------------------------------------------------------------------------------------------------

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A merchant's person with the one address given at sign-up, not yet confirmed."""
        data = form.cleaned_data
        user.email = data.get("email")
        user.mobile = data.get("phone") or ""
        user.language = getattr(request, "LANGUAGE_CODE", user.language)
        user.set_password(data["password1"])
        user.save()
        record("account_opened", by=user, now=clock.now(), subject=user)
        return user

    def phone_form_field(self, **kwargs: Any) -> SignUpMobileField:
        return SignUpMobileField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.mobile, user.mobile_verified_at is not None) if user.mobile else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.mobile = phone
        user.mobile_verified_at = clock.now() if verified else None
        user.save(update_fields=["mobile", "mobile_verified_at"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.with_mobile(phone).first()

    def get_login_stages(self) -> list[str]:
        ours = "config.accounts.stages.AddressStage"
        return [
            ours if stage.endswith(".EmailVerificationStage") else stage
            for stage in super().get_login_stages()
        ]

    # --- passwords ----------------------------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by django-axes (`lockout`): a limit on the account alone would lock the owner out."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        login = next(
            (credentials[name] for name in ("email", "phone", "username") if credentials.get(name)), ""
        )
        reach = read_reach(login)
        record("sign_in_failed", by=None, now=clock.now(), subject=reach.person() if reach else None)

    def reauthenticate(self, user: User, password: str) -> bool:
        login = {"email": user.email} if user.email else {"phone": user.mobile}
        return self.authenticate(context.request, password=password, **login) == user

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """Save the password. Every other session of the account ends with it, because Django's session key hashes it."""
        super().set_password(user, password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before credentials change, but not on the way from sign-in to a first second factor."""
        if app == "allauth.mfa" and is_enrolling(context.request):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways to prove again who one is, in our words."""
        methods = super().get_reauthentication_methods(user)
        return [way | {"description": WAYS.get(way["id"], way["description"])} for way in methods]

    # --- signing in and out -------------------------------------------------------------------------------------------

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        if not belongs_to(user, kwargs["redirect_url"]):
            kwargs["redirect_url"] = home_of(user)
        response = super().post_login(request, user, **kwargs)
        begin_session(request)
        way = {"by": "passkey"} if did_use_passwordless_login(request, user) else None
        record("signed_in", by=user, now=clock.now(), subject=user, detail=way)
        remember_device(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        record("signed_out", by=request.user, now=clock.now(), subject=request.user)
        super().logout(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def is_safe_url(self, url: str | None) -> bool:
        """Only a path of this site: no host of ours is a reason to leave the page the person is on."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request: HttpRequest) -> bool:
        """No page of ours asks for JSON here; a second form of every answer would be a second thing to guard."""
        return False

    # --- messages -----------------------------------------------------------------------------------------------------

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say what is not seen anyway: that signing in worked is seen, that a new password holds is not."""
        template = args[0] if args else kwargs.get("message_template")
        if sentence := SAID.get(template or ""):
            kwargs = {"message": sentence}
        if kwargs.get("message"):
            super().add_message(request, level, **kwargs)

    def send_mail(self, template_prefix: str, email: str, values: dict[str, Any]) -> None:
        kind = template_prefix.rsplit("/", 1)[-1]
        if kind == "unknown_account" and "@" not in email:
            return  # an SMS to a stranger's number on anybody's wish is abuse that costs money
        send(kind, to=email, request=context.request, values={"code": values.get("code", "")})

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        send("phone_verification", to=phone, request=context.request, values={"code": code})

    def send_account_already_exists_sms(self, phone: str) -> None:
        send("account_already_exists", to=phone, request=context.request, values={})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Put a change of someone's credentials on record and tell the owner on every channel.

        django-allauth calls this for every such change, so it is the one hook; no signal is needed.
        """
        action = NOTICES.get(template_prefix.rsplit("/", 1)[-1])
        if action:
            now = clock.now()
            with transaction.atomic():
                record(action, by=user, now=now, subject=user)
                enqueue(f"account_{action}", recipient=user, subject=user, context={}, now=now)


def reach_of(user: User) -> Reach:
    """The address a message with a code goes to."""
    return Reach("email", user.email) if user.email else Reach("phone", user.mobile)
