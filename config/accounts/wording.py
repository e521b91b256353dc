"""The texts that carry codes, or say that none is needed. They leave at once and are kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Wording:
    title: Any
    text: Any


_SIGN_UP_CODE = Wording(
    _("Your code for opening an account"),
    _("Code %(code)s, valid for 15 minutes. The bank never asks you for it: tell it to nobody."),
)
_ALREADY_THERE = Wording(
    _("You already have an account"),
    _(
        "Someone, probably you, tried to open an account with this address. There is one already: sign in, or reset the password."
    ),
)
_UNKNOWN = Wording(
    _("There is no account with this address"),
    _(
        "Someone, probably you, asked for a new password. There is no account with this address, so nothing was done."
    ),
)

# By the last part of the template name that django-allauth gives a message.
WORDINGS = {
    "email_confirmation_signup": _SIGN_UP_CODE,
    "email_confirmation": Wording(
        _("Your code for confirming the address"),
        _("Code %(code)s, valid for 15 minutes. The bank never asks you for it: tell it to nobody."),
    ),
    "phone_verification": Wording(
        _("Your code for confirming the mobile number"),
        _("Code %(code)s, valid for 15 minutes. The bank never asks you for it: tell it to nobody."),
    ),
    "password_reset_code": Wording(
        _("Your code for a new password"),
        _(
            "Code %(code)s, valid for 10 minutes. If you did not ask for it, do nothing: the password stays as it is."
        ),
    ),
    "account_already_exists": _ALREADY_THERE,
    "unknown_account": _UNKNOWN,
    "staff_invitation": Wording(
        _("Your staff account is open"),
        _("Set its password under “Forgot the password” on the staff sign-in page."),
    ),
    "account_deleted": Wording(
        _("Your account is deleted"),
        _("Your account at the bank's terminal portal is deleted, as you asked. If it was not you, call us."),
    ),
    # Says nothing of whom it is about: it may have been sent to the wrong number.
    "member_invitation": Wording(
        _("You are invited to act for a merchant"),
        _(
            "Open %(link)s within %(days)s days and sign in, or open an account, with the address this came to. If you do not expect it, do nothing."
        ),
    ),
}
