"""What a browser brings back from a passkey: believed only when it is whole and was made on a page of this portal."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as stock
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.privacy import plaintext

LONGEST_NAME = 60
# Signs of JSON; real ones have two or three thousand.
LONGEST_CREDENTIAL = 20_000
MOST_PASSKEYS = 10
NOT_KNOWN = _("The portal does not know this passkey. Choose another one, or sign in with the password.")
NOT_MADE = _("The passkey was not made. Begin again, and give your fingerprint, face or PIN when asked.")
TOO_MANY = _("Ten passkeys are the most. Remove one that you do not use any more.")
# What the readers of keys raise at bytes that are none.
UNREADABLE = (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, struct.error)


@contextmanager
def _refusing_with(sentence: Any) -> Iterator[None]:
    """Whatever is wrong with a passkey is said by one sentence; a limit on tries keeps its own."""
    try:
        yield
    except ValidationError as error:
        if error.code != "incorrect_code":
            raise
        raise ValidationError(sentence, code="passkey") from error
    except UNREADABLE as error:
        raise ValidationError(sentence, code="passkey") from error


def _must_come_from_here(origin: str) -> None:
    """Raise unless the browser stood on this very site: another host under the same name has no part in our passkeys."""
    if origin != context.request.build_absolute_uri("/").rstrip("/"):
        raise ValidationError(NOT_KNOWN, code="incorrect_code")


class _Brought(forms.Form):
    """The hidden field that carries it, of a bounded size."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["credential"]
        field.error_messages |= {"required": NOT_KNOWN, "invalid": NOT_KNOWN}
        field.to_python = _bounded(field.to_python)


def _bounded(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def to_python(value: Any) -> Any:
        if len(str(value or "")) > LONGEST_CREDENTIAL:
            raise ValidationError(NOT_KNOWN, code="unfit")
        return read(value)

    return to_python


class _Named(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Name of the passkey")
        name.help_text = _("So that you know it again, such as “Mother's phone”.")
        name.widget.attrs |= {"class": "form-control", "autocomplete": "off", "maxlength": str(LONGEST_NAME)}
        name.validators = [_fit_for_a_name]


def _fit_for_a_name(value: str) -> None:
    if sentence := plaintext.problem(value, max_length=LONGEST_NAME):
        raise ValidationError(sentence, code="unfit")


class AddPasskeyForm(_Named, _Brought, stock.AddWebAuthnForm):
    """A new key of the person, which signs in by itself: whoever holds it shows a fingerprint, a face or a PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["credential"].error_messages["required"] = NOT_MADE

    def clean(self) -> dict[str, Any]:
        if (
            Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN).count()
            >= MOST_PASSKEYS
        ):
            raise ValidationError(TOO_MANY, code="too_many")
        self.cleaned_data["passwordless"] = True
        with _refusing_with(NOT_MADE):
            if brought := self.cleaned_data.get("credential"):
                made = auth.parse_registration_response(brought)
                _must_come_from_here(made.response.client_data.origin)
            return super().clean() or self.cleaned_data


class NamePasskeyForm(_Named, stock.EditWebAuthnForm):
    pass


class _Shown(_Brought):
    def clean_credential(self) -> Authenticator:
        with _refusing_with(NOT_KNOWN):
            shown = auth.parse_authentication_response(self.cleaned_data["credential"])
            _must_come_from_here(shown.response.client_data.origin)
            return super().clean_credential()


class PasskeySignInForm(_Shown, stock.LoginWebAuthnForm):
    """Instead of a password: having the key is one factor, the fingerprint, face or PIN before it is the other."""


class PasskeyFactorForm(_Shown, stock.AuthenticateWebAuthnForm):
    """After the password."""


class PasskeyAgainForm(_Shown, stock.ReauthenticateWebAuthnForm):
    """Once more, before something that a found telephone must not be enough for."""
