"""The one page of a replacement: what is wrong, whether the old batch is settled, and which device follows."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.device_source import CHOICES, judge_source, ownership_of, source_of
from applications.forms.pages import PageForm, section
from applications.models import Replacement
from config.privacy import identifiers
from config.privacy.formfields import IdentifierField, PlainTextField, plain_formfield
from terminals.models import DeviceModel


class ReplacementForm(PageForm):
    page = "request"
    OPTIONAL = frozenset({"is_loan"})

    fault = forms.ChoiceField(
        label=_("What is wrong with the device?"), choices=Replacement.Fault.choices, widget=forms.RadioSelect
    )
    reason_text = PlainTextField(label=_("Describe it in a few words"), max_length=200)
    old_batch = forms.ChoiceField(
        label=_("Is its last batch settled?"),
        choices=[
            (Replacement.OldBatch.SETTLED, _("Yes, I have settled it on the device")),
            (Replacement.OldBatch.UNSETTLED, _("No, the device cannot do that any more")),
        ],
        widget=forms.RadioSelect,
    )
    old_batch_number = IdentifierField(
        check=identifiers.batch_number,
        label=_("Number of the last batch"),
        help_text=_("Six digits on the slip of the settlement"),
    )
    source = forms.ChoiceField(
        label=_("Which device follows?"),
        choices=CHOICES,
        widget=forms.RadioSelect,
    )
    device_model = forms.ModelChoiceField(
        label=_("Model"), queryset=DeviceModel.objects.none(), empty_label=_("Choose a model")
    )
    serial_number = IdentifierField(
        check=identifiers.serial_number, help_text=_("On the label on the back, after SN")
    )

    class Meta:
        model = Replacement
        fields: ClassVar[list[str]] = [
            "fault",
            "reason_text",
            "old_batch",
            "old_batch_number",
            "device_model",
            "serial_number",
            "is_loan",
        ]
        formfield_callback = plain_formfield
        labels: ClassVar = {"is_loan": _("Only on loan, until the old device is repaired")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"source": source_of(kwargs["instance"])} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["device_model"].queryset = DeviceModel.objects.filter(is_offered=True)
        for name in ("fault", "source", "old_batch"):
            self.fields[name].one_column = True
        if "device_model" in self.closed:
            self.closed.add("source")
            self.fields["source"].disabled = True

    def layout(self) -> Layout:
        return Layout(
            section(
                _("Old device"),
                "fault",
                "reason_text",
                "old_batch",
                Div("old_batch_number", data_shown_when="old_batch=settled"),
            ),
            section(
                _("New device"),
                "source",
                "device_model",
                Div("serial_number", data_shown_when="source=received,own"),
                "is_loan",
            ),
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        judge_source(self, answers)
        if answers.get("serial_number") and answers["serial_number"] == self.instance.old_serial_number:
            self.add_error("serial_number", _("The new device has the serial number of the old one."))
        return answers

    def keep(self, *, by: Any, now: Any) -> list[str]:
        self.is_valid()
        if "source" not in self.closed and self.cleaned_data.get("source"):
            self.also_keep = {"ownership": ownership_of(self.cleaned_data["source"])}
        return super().keep(by=by, now=now)
