"""For whom a registration is begun."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.accounts.reach import read_reach
from config.privacy.formfields import IdentifierField, PlainTextField
from config.privacy.identifiers import serial_number
from merchants.models import Merchant

NEW = "new"


class BeginForm(forms.Form):
    """A customer adds terminals to its merchant or registers another one; newcomers are asked nothing."""

    merchant: Merchant | None = None

    serial = IdentifierField(check=serial_number, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applicant = user
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.merchants = {
            str(row.pk): row for row in Merchant.objects.visible_to(user).active().order_by("pk")[:50]
        }
        if self.merchants:
            self.fields["for_merchant"] = forms.ChoiceField(
                label=_("For which merchant?"),
                choices=[
                    *((key, str(row)) for key, row in self.merchants.items()),
                    (NEW, _("Another, new merchant")),
                ],
                widget=forms.RadioSelect,
                initial=next(iter(self.merchants)),
                error_messages={
                    "required": _("Choose a merchant."),
                    "invalid_choice": _("Choose from the list."),
                },
            )
            self.fields["for_merchant"].one_column = True

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        # It came with a link and is seen by nobody here: what is no serial number is left out, and typed on its own page.
        self.errors.pop("serial", None)
        answers["serial"] = answers.get("serial") or ""
        self.merchant = self.merchants.get(answers.get("for_merchant", ""))
        return answers


class FilingForm(BeginForm):
    """An account manager names the merchant's account by its mobile number or e-mail address."""

    reach = PlainTextField(
        label=_("The merchant's mobile number or e-mail address"),
        max_length=254,
        help_text=_("With which the merchant signs in here"),
        error_messages={
            "required": _("Enter the mobile number or e-mail address of the merchant's account.")
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        # The merchants of the branch are not the account manager's own: the choice follows from the account.
        self.fields.pop("for_merchant", None)
        self.merchants = {}

    def clean_reach(self) -> str:
        text = self.cleaned_data["reach"]
        reach = read_reach(text)
        person = reach.person() if reach else None
        if person is None or not person.is_merchant_user or not person.is_active:
            raise ValidationError(
                _("No merchant's account is reached like this. Ask the merchant to open one first.")
            )
        self.applicant = person
        return text

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if self.applicant.is_merchant_user:
            self.merchant = Merchant.objects.visible_to(self.applicant).active().order_by("pk").first()
        return answers
