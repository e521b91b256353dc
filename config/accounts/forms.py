"""The forms of sign-in and sign-up: one field for e-mail or mobile, full-width digits welcome, nothing longer than a person types."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import Any

from allauth.account import forms as stock
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.accounts.lockout import TRIES
from config.accounts.reach import LONGEST, Reach, read_reach
from config.accounts.second_factor import factors_of
from config.privacy import plaintext

LONGEST_PASSWORD = 256
LONGEST_CODE = 40
NEW_PASSWORD = _("At least 12 characters. A sentence is easier to remember than signs.")
PASSWORD_LABELS = {
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}
NEITHER = _("Enter an e-mail address such as name@example.com, or an 11-digit mobile number.")


class ReachField(forms.CharField):
    """An e-mail address or a mobile number, given on as a `Reach`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Mobile number or e-mail"))
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )
        super().__init__(**kwargs)
        self.widget.attrs |= {"class": "form-control", "maxlength": str(LONGEST)}

    def clean(self, value: Any) -> Reach:
        _refuse_unfit(value, LONGEST)
        text = super().clean(value)
        reach = read_reach(text)
        if reach is None:
            raise ValidationError(NEITHER, code="neither")
        return reach


def _refuse_unfit(value: Any, longest: int) -> None:
    """Raise with a sentence that says what to do where no database, hash or person could use the text."""
    if sentence := plaintext.problem(str(value or ""), max_length=longest):
        raise ValidationError(sentence, code="unfit")


class _Dressed:
    """Drawn as the portal's other forms; a field with a problem looks like one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
            field.widget.attrs.pop("placeholder", None)

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        for name in self.errors:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["class"] = f"{attrs.get('class', 'form-control').removesuffix(' is-bad')} is-bad"


class _PasswordLimits(_Dressed):
    """No password field takes more than people have: hashing is work that strangers can ask for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in PASSWORD_LABELS.items():
            if field := self.fields.get(name):
                field.label, field.help_text = label, ""
                field.validators = [partial(_refuse_unfit, longest=LONGEST_PASSWORD)]
        if new := self.fields.get("password1"):
            new.help_text = NEW_PASSWORD


class LoginForm(_PasswordLimits, stock.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = ReachField()
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        return self.cleaned_data["login"].value

    def _clean_with_password(self, credentials: dict[str, Any]):
        try:
            return super()._clean_with_password(credentials)
        except ValidationError as error:
            if not str(error.code).endswith("_password_mismatch"):
                raise
            parts = {"problem": error.message, "left": self._what_is_left()}
            self.add_error("password", (gettext("%(problem)s %(left)s") % parts).strip())
            return self.cleaned_data

    def _what_is_left(self) -> str:
        """How many tries are left, the same whether there is such an account or not."""
        failed = getattr(self.request, "axes_failures_since_start", None)
        if failed is None:
            return ""
        sentence = ngettext(
            "After %(count)d more wrong try you have to wait 30 minutes.",
            "After %(count)d more wrong tries you have to wait 30 minutes.",
            max(TRIES - failed, 0),
        )
        return sentence % {"count": max(TRIES - failed, 0)}


class SignUpForm(_PasswordLimits, stock.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"], self.fields["phone"]
        self.fields["reach"] = ReachField()
        self.order_fields(["reach", "password1"])
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = _(
            "At least 12 characters. A sentence is easier to remember than signs."
        )

    def clean_reach(self) -> Reach:
        reach = self.cleaned_data["reach"]
        self.cleaned_data[reach.kind] = reach.value
        if reach.kind == "email":
            _email, self.account_already_exists = email_already_exists(reach.value)
        return reach

    def try_save(self, request: HttpRequest):
        if self.account_already_exists:
            # As much work as opening an account is, so that the time does not tell that there is one.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ResetPasswordForm(_Dressed, stock.ResetPasswordForm):
    """Asks for a code to the e-mail address or the mobile number of the account, whether there is one or not."""

    email = ReachField()

    def clean_email(self) -> str:
        reach = self.cleaned_data["email"]
        person = reach.person()
        self.users = [person] if person and person.is_active else []
        return reach.value

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        # django-allauth carries the address of the code as `email`; ours may be a mobile number, which `send_mail` knows.
        address = self.cleaned_data["email"]
        user = self.users[0] if self.users else None
        PasswordResetVerificationProcess.initiate(request=request, user=user, email=address)
        return address


class ChangePasswordForm(_PasswordLimits, stock.ChangePasswordForm):
    pass


class ResetPasswordKeyForm(_PasswordLimits, stock.ResetPasswordKeyForm):
    pass


class SetPasswordForm(_PasswordLimits, stock.SetPasswordForm):
    pass


class ReauthenticateForm(_PasswordLimits, stock.ReauthenticateForm):
    pass


class _TypedCode(_Dressed):
    """A code as it is typed: full-width digits, spaces, nothing endless."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        field.validators = [partial(_refuse_unfit, longest=LONGEST_CODE)]
        field.to_python = lambda value, plain=field.to_python: _folded(plain(value))


def _folded(code: str) -> str:
    return "".join(unicodedata.normalize("NFKC", code[: LONGEST_CODE + 1]).split())


class EmailCodeForm(_TypedCode, stock.ConfirmEmailVerificationCodeForm):
    pass


class ResetCodeForm(_TypedCode, stock.ConfirmPasswordResetCodeForm):
    pass


class MobileCodeForm(_TypedCode, stock.VerifyPhoneForm):
    pass


class ChangeEmailForm(_Dressed, stock.AddEmailForm):
    pass


class ChangeMobileForm(_Dressed, stock.ChangePhoneForm):
    pass


class _FactorCode(_TypedCode):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("6-digit one-time code")
        self.fields["code"].help_text = _("It can be pasted. When the app shows a new one, type the new one.")
        self.fields["code"].widget.attrs["class"] += " otp"
        if "totp" not in factors_of(self.user):
            self.fields["code"].label, self.fields["code"].help_text = _("Recovery code"), ""


class FactorForm(_FactorCode, factor.AuthenticateForm):
    pass


class FactorAgainForm(_FactorCode, factor.ReauthenticateForm):
    pass


class EnrolForm(_FactorCode, totp.ActivateTOTPForm):
    pass
