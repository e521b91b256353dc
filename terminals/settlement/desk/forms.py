"""What the settlement desk is told: what shows that an item is clear, and what is wrong with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.files.formfields import PDF, PHOTO, ReceivesUploads, UploadField
from config.privacy.formfields import MoneyField, PlainTextField
from terminals.settlement.models import ClearanceItem
from terminals.settlement.models.item import LONGEST_EVIDENCE

Way = ClearanceItem.Way


class ConfirmForm(ReceivesUploads, forms.Form):
    """An item is clear: on what evidence, in which way, for how much."""

    evidence = PlainTextField(
        label=_("Evidence"),
        max_length=LONGEST_EVIDENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what shows it: number of the batch, entry of the host.")},
    )
    amount_fen = MoneyField(
        label=_("Amount, yuan"),
        help_text=_("0 where there was nothing."),
        error_messages={"required": _("This item names an amount; 0 where there was nothing.")},
    )
    way = forms.ChoiceField(label=_("Way"), choices=Way.choices, initial=Way.REPORTED)
    voucher_number = PlainTextField(
        label=_("Manual voucher number"),
        help_text=_("Only where it is settled from the host's totals; a supervisor checks it then."),
        max_length=40,
        required=False,
    )
    file = UploadField(
        label=_("Evidence file"),
        help_text=_("Optional: a photo or a PDF, without whole card numbers."),
        accept=f"{PHOTO},{PDF}",
        required=False,
    )

    def __init__(self, *args: Any, item: ClearanceItem, **kwargs: Any) -> None:
        said = {name: getattr(item, name) for name in ("evidence", "amount_fen", "way", "voucher_number")}
        super().__init__(*args, prefix=item.code, initial=said, **kwargs)
        self.fields["evidence"].help_text = item.asked.evidence
        if not item.asked.is_money:
            del self.fields["amount_fen"]
        if not item.asked.of_device:
            del self.fields["way"], self.fields["voucher_number"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_from_totals = said.get("way") == Way.HOST_TOTALS
        if is_from_totals and not said.get("voucher_number"):
            self.add_error("voucher_number", gettext("Enter the number of the manual voucher."))
        if not is_from_totals and said.get("voucher_number"):
            self.add_error(
                "voucher_number", gettext("Leave it empty, or choose that it is settled from the totals.")
            )
        return said


class GiveBackForm(forms.Form):
    """Something is wrong with an item."""

    note = PlainTextField(
        label=_("What is wrong"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what is wrong with it.")},
    )

    def __init__(self, *args: Any, item: ClearanceItem, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"{item.code}-back", **kwargs)
