"""How a person is reached: an e-mail address or a mobile number, told apart by what was typed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from allauth.account.app_settings import LoginMethod
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from config.accounts.models import User
from config.privacy.identifiers import mobile, normalise

LONGEST = 254
COUNTRY_CODE = re.compile(r"^(?:\+|00)?86(?=1[0-9]{10}$)")


@dataclass(frozen=True)
class Reach:
    kind: Literal["email", "phone"]
    value: str

    @property
    def method(self) -> LoginMethod:
        return LoginMethod(self.kind)

    def person(self) -> User | None:
        """Whoever signs in with this."""
        if self.kind == "email":
            return User.objects.filter(email=self.value).first()
        return User.objects.with_mobile(self.value).first()


def has_confirmed(person: User, reach: Reach) -> bool:
    """Whether the person has shown, by a code sent there, that this address is theirs."""
    if reach.kind == "email":
        return EmailAddress.objects.filter(user=person, email=reach.value, verified=True).exists()
    return person.mobile == reach.value and person.mobile_verified_at is not None


def read_mobile(text: str) -> str:
    """The normal form of a mobile number, the country code left out; a form only, not yet checked."""
    return COUNTRY_CODE.sub("", normalise(text))


def read_reach(text: str) -> Reach | None:
    """What was typed as an e-mail address or a mobile number, in normal form, or None where it is neither."""
    if not text or len(text) > LONGEST or "\x00" in text:
        return None
    if "@" not in unicodedata.normalize("NFKC", text):
        number = read_mobile(text)
        return None if mobile.problem(number) else Reach("phone", number)
    address = unicodedata.normalize("NFKC", text).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        return None
    return Reach("email", address)
