"""What an owner types about the people of a merchant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.accounts.forms import ReachField
from merchants.models import Membership

ROLES_SAID = [
    (Membership.Role.OPERATOR, _("Operator: fills in applications, collects codes, returns devices")),
    (Membership.Role.OWNER, _("Owner: may do everything, submit and manage people too")),
]


class InvitationForm(forms.Form):
    reach = ReachField(
        label=_("Mobile number or e-mail of the person"),
        help_text=_("The link goes there, and only whoever has confirmed this address can use it."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=ROLES_SAID,
        initial=Membership.Role.OPERATOR,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose owner or operator.")},
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Membership.Role.choices)

    def chosen(self) -> Any:
        """The role that was asked for, "" for anything that is none: the step refuses it."""
        return self.cleaned_data["role"] if self.is_valid() else ""
