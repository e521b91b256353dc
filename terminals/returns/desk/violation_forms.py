"""What the desk of violations enters: a case, a statement, a decision, a charge, a payment, a waiver."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.files.formfields import PDF, ReceivesUploads, UploadField
from config.privacy.formfields import IdentifierField, MoneyField, PlainTextField, plain_formfield
from config.privacy.identifiers import terminal_number
from terminals.models import Terminal
from terminals.returns.desk.forms import remark
from terminals.returns.models import Measure, Tariff, ViolationCategory


class ViolationForm(forms.Form):
    """A case against the merchant of a terminal that the person may see."""

    terminal = IdentifierField(check=terminal_number, label=_("Terminal number"))
    category = forms.ModelChoiceField(label=_("Category"), queryset=ViolationCategory.objects.none())
    facts = PlainTextField(
        label=_("What was found"),
        help_text=_("The merchant reads this, unless the category is confidential. Name no other merchant."),
        max_length=1000,
        multiline=True,
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["category"].queryset = ViolationCategory.objects.filter(is_active=True)

    def clean_terminal(self) -> Terminal:
        rows = Terminal.objects.visible_to(self.person).select_related("merchant__branch")
        terminal = rows.filter(number=self.cleaned_data["terminal"]).first()
        if terminal is None:
            raise forms.ValidationError(_("There is no such terminal in your branch."))
        return terminal


class SaidForm(forms.Form):
    """What the merchant said at the counter, or nothing where its time has passed."""

    statement = PlainTextField(
        label=_("Statement of the merchant"),
        help_text=_("Empty: it made none, and its time has passed."),
        max_length=2000,
        multiline=True,
        required=False,
    )


class DecisionForm(forms.Form):
    measures = forms.ModelMultipleChoiceField(
        label=_("Measures"),
        queryset=Measure.objects.none(),
        help_text=_("Several with Ctrl."),
        error_messages={"required": _("Choose at least one measure.")},
    )
    decision = PlainTextField(label=_("Grounds"), max_length=1000, multiline=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measures"].queryset = Measure.objects.filter(is_active=True)


class EvidenceForm(ReceivesUploads, forms.Form):
    file = UploadField(label=_("Photo or PDF"), accept=f"image/*,{PDF}")


class ChargeForm(forms.Form):
    """An amount by hand, with what it is for."""

    amount_fen = MoneyField(label=_("Amount, yuan"), min_fen=1, max_fen=10_000_000_00)
    reason = remark(label=_("What it is for"), help_text=_("The merchant reads this."))


class PaymentForm(forms.Form):
    reference = PlainTextField(label=_("Payment reference"), max_length=60)


class WaiverForm(forms.Form):
    reason = remark(label=_("Why it is waived"))


class TariffForm(forms.ModelForm):
    """The rate of a day is typed in yuan."""

    day_fen = MoneyField(label=_("for each day, yuan"), initial=0, max_fen=100_000_00)

    class Meta:
        model = Tariff
        fields = [
            "code",
            "text_zh",
            "text_en",
            "basis",
            "day_fen",
            "percent",
            "life_months",
            "is_active",
            "position",
        ]
        formfield_callback = plain_formfield
