"""The form of a list: a file, or its text, which is how a list with errors comes back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.files.imports.importer import Importer
from config.files.lists import LARGEST_FILE, LARGEST_LONG_FILE
from config.files.receiving import refuse_what_did_not_arrive
from config.files.refusals import FileRefused
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import count


class ListText(forms.CharField):
    """A list as text, just as it was typed: judging it is the import's business, line by line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.validators = []


class ListForm(forms.Form):
    """A list, sent as a file or pasted."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    text = ListText(
        label=_("Or the list as text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "wrap": "off"}),
        help_text=_("Paste from a spreadsheet. A chosen file goes first."),
    )

    def __init__(self, *args: Any, person: Any, importer: Importer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.importer = person, importer
        self.fields["file"].help_text = _how_long(importer)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload:
            try:
                limit = current_policy().upload_limit_bytes
                refuse_what_did_not_arrive(
                    upload, limit=LARGEST_LONG_FILE if self.importer.takes_long else limit
                )
            except FileRefused as refused:
                raise ValidationError(refused.sentence, code=refused.code) from refused
        return upload

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("file") and not (data.get("text") or "").strip() and "file" not in self.errors:
            self.add_error("file", _("Choose the file, or paste the list."))
        return data

    @property
    def content(self) -> Any:
        """What is to be imported: bytes of the file, else the text."""
        return self.cleaned_data["file"] or self.cleaned_data["text"]


def _how_long(importer: Importer) -> str:
    if not importer.takes_long:
        said = gettext("Saved as CSV, up to %(most)s lines and %(size)d MB; UTF-8 or GBK.")
        return said % {
            "most": count(min(importer.most_lines, importer.in_request)),
            "size": LARGEST_FILE // 1_000_000,
        }
    said = gettext(
        "Saved as CSV, up to %(most)s lines and %(size)d MB; UTF-8 or GBK. More than %(few)s lines are taken in the background."
    )
    return said % {
        "most": count(importer.most_lines),
        "size": LARGEST_LONG_FILE // 1_000_000,
        "few": count(importer.in_request),
    }
