"""What is typed about a ticket, by merchants and for callers."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.support.models import Ticket
from applications.support.opening import Sale
from config.files.formfields import PDF, ReceivesUploads, UploadsField
from config.kernel import clock
from config.privacy.formfields import IdentifierField, MoneyField, PlainTextField
from config.privacy.identifiers import batch_number, stan
from merchants.models import Merchant
from terminals.models import Terminal

MOST_TERMINALS = 200
# A message with its files; one more in a request than this is still answered in words (DATA_UPLOAD_MAX_NUMBER_FILES).
MOST_FILES = 5
# Slips are kept for so long; what is older the host no longer finds either.
OLDEST_SALE = timedelta(days=2 * 365)
CATEGORIES = [choice for choice in Ticket.Category.choices if choice[0] != Ticket.Category.MISSING_SALE]
SATISFACTION = [
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("Neither nor")),
    (2, _("Not satisfied")),
    (1, _("Not satisfied at all")),
]


def words(**kwargs: Any) -> PlainTextField:
    given = {
        "max_length": 2000,
        "multiline": True,
        "error_messages": {"required": _("Write a few words first.")},
    }
    return PlainTextField(**given | kwargs)


def several_files() -> UploadsField:
    return UploadsField(
        label=_("Photos or PDFs"),
        help_text=_("Up to five at a time."),
        accept=f"image/*,{PDF}",
        most=MOST_FILES,
        required=False,
    )


class LastFourField(PlainTextField):
    """The last four digits of a card, in any width; a whole number is refused and not kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"required": False, "widget": forms.TextInput(attrs={"inputmode": "numeric"})} | kwargs
        )

    def to_python(self, value: Any) -> str | None:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").strip()
        if text and not re.fullmatch(r"[0-9]{4}", text):
            raise forms.ValidationError(
                _("Enter only the last four digits of the card, never the whole number."), code="last4"
            )
        return text


class MomentField(forms.DateTimeField):
    """A moment of the past by the bank's clock, as the browser's control gives it or as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"],
            error_messages={"invalid": _("Write the time like 2026-09-11 14:30.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> datetime | None:
        text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value
        try:
            moment = super().to_python(text)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"]) from error
        now = clock.now()
        if moment and moment > now:
            raise forms.ValidationError(_("This lies in the future."))
        if moment and moment < now - OLDEST_SALE:
            raise forms.ValidationError(_("This is more than two years ago. Please call the branch."))
        return moment


class SaleFields(forms.Form):
    """What is known of a transaction that cannot be found."""

    amount_fen = MoneyField(label=_("Amount, yuan"), min_fen=1)
    sold_at = MomentField(label=_("When it was"), help_text=_("As near as you can say."))
    card_last4 = LastFourField(label=_("Last four digits of the card"))
    batch_number = IdentifierField(
        check=batch_number, label=_("Batch number"), help_text=_("Six digits, on the slip."), required=False
    )
    slip_number = IdentifierField(
        check=stan,
        label=pgettext_lazy("sale", "Slip number"),
        help_text=_("Six digits, on the slip."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        known = data.get("card_last4") or (data.get("batch_number") and data.get("slip_number"))
        if not known and not self.errors.keys() & {"card_last4", "batch_number", "slip_number"}:
            self.add_error(
                "card_last4",
                _("Give the last four digits of the card, or the batch number with the slip number."),
            )
        return data

    @property
    def sale(self) -> Sale:
        said = self.cleaned_data
        return Sale(**{name: said[name] or "" for name in Sale._fields})


class TicketFields(ReceivesUploads, forms.Form):
    """Whose ticket, about which terminal. A person with one merchant is not asked for it."""

    merchant = forms.ModelChoiceField(label=_("Merchant"), queryset=Merchant.objects.none(), empty_label=None)
    terminal = forms.ModelChoiceField(
        label=_("Terminal"),
        queryset=Terminal.objects.none(),
        required=False,
        empty_label=_("Not about one terminal"),
    )
    text = words(
        label=_("What happened"),
        help_text=_("Leave out card numbers and registration codes; nobody at the bank asks for them."),
    )
    file = several_files()

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        merchants = Merchant.objects.visible_to(person)
        self.merchants = list(merchants.order_by("pk")[:50])
        self.fields["merchant"].queryset = merchants
        if len(self.merchants) == 1:
            del self.fields["merchant"]
        terminals = Terminal.objects.visible_to(person).select_related("outlet").order_by("-pk")
        self.fields["terminal"].queryset = terminals
        self.fields["terminal"].label_from_instance = lambda terminal: f"{terminal.number} {terminal.outlet}"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "merchant" not in self.fields:
            data["merchant"] = self.merchants[0]
        merchant, terminal = data.get("merchant"), data.get("terminal")
        if merchant and terminal and terminal.merchant_id != merchant.pk:
            self.add_error("terminal", _("This terminal belongs to another merchant."))
        return data


class TicketForm(TicketFields):
    category = forms.ChoiceField(label=_("What it is about"), choices=CATEGORIES)
    field_order = ("merchant", "category", "terminal", "text", "file")


class SaleForm(SaleFields, TicketFields):
    """A missing transaction; the words are the merchant's own and may be left out."""

    field_order = (
        "merchant",
        "terminal",
        "amount_fen",
        "sold_at",
        "card_last4",
        "batch_number",
        "slip_number",
        "text",
        "file",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        self.fields["text"].label = _("Anything else")


class WriteForm(ReceivesUploads, forms.Form):
    text = words(label=_("Your message"), required=False)
    file = several_files()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("text") and not data.get("file") and not self.errors:
            self.add_error("text", _("Write a few words first."))
        return data


class ReopenForm(forms.Form):
    text = words(label=_("What is not settled"))


class RatingForm(forms.Form):
    rating = forms.TypedChoiceField(
        label=_("How satisfied are you?"), choices=SATISFACTION, coerce=int, widget=forms.RadioSelect
    )
    words = PlainTextField(
        label=_("What we should know"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
