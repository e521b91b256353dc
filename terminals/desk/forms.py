"""What the desks of estate and codes are told: a reason, a note, a list of devices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.accounts.branches import Branch
from config.files.receiving import refuse_what_did_not_arrive
from config.files.refusals import FileRefused
from config.kernel.policy import current_policy
from config.privacy.formfields import MoneyField, PlainTextField, plain_formfield
from terminals.models import DeviceModel

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


class ListText(forms.CharField):
    """A list as text, just as it was typed: judging it is the import's business, line by line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.validators = []


class DeviceListForm(forms.Form):
    """A list of devices: a file, or its text, which is how a list with errors comes back."""

    branch = forms.ModelChoiceField(
        label=_("Into the stock of"),
        queryset=Branch.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Choose a branch from the list.")},
    )
    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=_("Saved as CSV, up to 5,000 lines and 2 MB; UTF-8 or GBK."),
    )
    text = ListText(
        label=_("Or the list as text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "wrap": "off"}),
        help_text=_("Paste from a spreadsheet. A chosen file goes first."),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = person.branch_scope().active().order_by("path")
        self.fields["branch"].initial = person.branch_id

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload:
            try:
                refuse_what_did_not_arrive(upload, limit=current_policy().upload_limit_bytes)
            except FileRefused as refused:
                raise ValidationError(refused.sentence, code=refused.code) from refused
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("file") and not (data.get("text") or "").strip() and "file" not in self.errors:
            self.add_error("file", _("Choose the file, or paste the list."))
        return data

    @property
    def content(self) -> Any:
        """What is to be imported: bytes of the file, else the text."""
        return self.cleaned_data["file"] or self.cleaned_data["text"]


class DeviceModelForm(forms.ModelForm):
    """A certified make; the deposit is typed in yuan."""

    deposit_fen = MoneyField(label=_("deposit, yuan"), initial=0, max_fen=100_000_00)

    class Meta:
        model = DeviceModel
        fields = ["vendor", "name", "device_type", "network_licence", "is_offered", "deposit_fen"]
        formfield_callback = plain_formfield
