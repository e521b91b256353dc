"""What is asked before a report is taken: which personal columns plain, and what for. Whoever may not, is not asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.files.exports.export import Export
from config.files.exports.report import TAKE_PLAIN, Report


class TakingForm(forms.Form):
    plain = forms.MultipleChoiceField(
        label=_("Plain instead of masked"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the purpose needs. It goes on record with your name."),
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        required=False,
        help_text=_("Needed where a column is plain."),
        error_messages={"invalid_choice": _("Choose a purpose from the list.")},
    )

    def __init__(self, *args: Any, report: Report, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (report.personal and person.has_perm(TAKE_PLAIN)):
            del self.fields["plain"], self.fields["purpose"]
            return
        columns = [(column.name, column.title) for column in report.personal]
        self.fields["plain"].choices = columns
        self.fields["purpose"].choices = [("", _("No column is plain")), *Export.Purpose.choices]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("plain") and not given.get("purpose") and "purpose" not in self.errors:
            self.add_error("purpose", _("Say what the plain personal data is for."))
        return given
