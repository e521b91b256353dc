"""What the help line enters: a new code, and other words for one that is listed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.privacy.formfields import PlainTextField, plain_formfield
from config.privacy.identifiers import normalise
from terminals.code_wording import one_a_line, text_problem
from terminals.models import ResponseCode
from terminals.models.response_code import FIELDS, UNIONPAY, WORDING

LISTS = ("sub_reasons_zh", "sub_reasons_en")
SENTENCES = (
    "merchant_step_zh",
    "merchant_step_en",
    "bank_step_zh",
    "bank_step_en",
    "note_zh",
    "note_en",
)


class WordingForm(forms.ModelForm):
    """The words of a code, and the version they were read in. The row is saved by the verb, never here."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    class Meta:
        model = ResponseCode
        fields = WORDING
        formfield_callback = plain_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LISTS:
            self.fields[name].widget.attrs["rows"] = 4
        for name in SENTENCES:
            # Whole sentences are read whole while they are written; they stay one line of text.
            self.fields[name].widget = forms.Textarea(attrs={"rows": 2, "maxlength": FIELDS[name].max_length})
            self.fields[name].widget.is_required = self.fields[name].required
        if "seen" in self.fields:
            self.fields["seen"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in LISTS:
            if name in data:
                data[name] = one_a_line(data[name])
        for name in WORDING:
            if isinstance(data.get(name), str) and (sentence := text_problem(data[name])):
                self.add_error(name, sentence)
        return data

    @property
    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in WORDING}


class NewCodeForm(WordingForm):
    """A code that is not listed yet, with its words."""

    seen = None
    code_set = PlainTextField(
        label=_("code set"),
        max_length=20,
        initial=UNIONPAY,
        help_text=_("unionpay, or the name of the host that has codes of its own, such as newland."),
    )
    code = PlainTextField(
        label=_("code"), max_length=4, help_text=_("As the screen shows it, such as 97 or A0.")
    )

    class Meta(WordingForm.Meta):
        fields = ("code_set", "code", *WORDING)

    field_order = ("code_set", "code", *WORDING)

    def clean_code_set(self) -> str:
        return normalise(self.cleaned_data["code_set"]).lower()

    def clean_code(self) -> str:
        return normalise(self.cleaned_data["code"])
