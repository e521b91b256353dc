"""What the desks of estate and codes are told: a reason, a note, a list of devices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.accounts.branches import Branch
from config.files.list_forms import ListForm
from config.privacy.formfields import MoneyField, PlainTextField, plain_formfield
from terminals.models import DeviceModel, KitItem

LONGEST_REASON = 200


class ReasonForm(forms.Form):
    """Why a code is made anew or taken back."""

    reason = PlainTextField(
        label=_("Reason"),
        help_text=_("For the record. Name no person and no number of a card or document."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, in a few words.")},
    )


class NoteForm(forms.Form):
    """A word on a step of a device; some steps need one."""

    note = PlainTextField(
        label=_("Remark"),
        help_text=_("Needed when a device is scrapped or lost."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what happened, in a few words.")},
    )

    def __init__(self, *args: Any, needs_note: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needs_note


class DeviceListForm(ListForm):
    """A list of devices and the branch whose stock they join."""

    branch = forms.ModelChoiceField(
        label=_("Into the stock of"),
        queryset=Branch.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Choose a branch from the list.")},
    )
    field_order = ("branch", "file", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = self.person.branch_scope().active().order_by("path")
        self.fields["branch"].initial = self.person.branch_id


class DeviceModelForm(forms.ModelForm):
    """A certified make; the deposit is typed in yuan."""

    deposit_fen = MoneyField(label=_("deposit, yuan"), initial=0, max_fen=100_000_00)

    class Meta:
        model = DeviceModel
        fields = ["vendor", "name", "device_type", "network_licence", "is_offered", "deposit_fen"]
        formfield_callback = plain_formfield


class KitItemForm(forms.ModelForm):
    """A line of a model's standard kit; the price is typed in yuan."""

    price_fen = MoneyField(label=_("price when new, yuan"), initial=0, max_fen=100_000_00)

    class Meta:
        model = KitItem
        fields = ["piece", "quantity", "price_fen"]
