"""What the risk desk types: an entry, why one is taken off, and where a list came from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.files.list_forms import ListForm
from config.kernel import clock
from config.privacy.formfields import PlainTextField
from merchants.blacklist import LONGEST_NAME, LONGEST_REASON, LONGEST_SOURCE, normal, problem
from merchants.models import BlacklistEntry

NO_PERSON = _("For the record. Name no person and no number of a card or document.")


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("A date is written like 2026-09-11.")},
        **kwargs,
    )


class EntryForm(forms.Form):
    """One new entry."""

    kind = forms.ChoiceField(label=_("Kind"), choices=BlacklistEntry.Kind.choices)
    value = PlainTextField(
        label=_("Number or name"),
        help_text=_("The whole of it, in any spelling. Afterwards it is shown masked only."),
        max_length=LONGEST_NAME,
        refuse_masked=True,
    )
    reason = PlainTextField(
        label=_("Reason"),
        help_text=NO_PERSON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, in a few words.")},
    )
    source = PlainTextField(
        label=_("Source"),
        help_text=_("Who says so: the list or letter it comes from."),
        max_length=LONGEST_SOURCE,
    )
    valid_from = _day(label=_("In force from"), required=False, help_text=_("Empty: from today."))
    valid_to = _day(label=_("In force until"), required=False, help_text=_("Empty: until it is taken off."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        today = clock.today()
        kind, value = data.get("kind"), data.get("value")
        if kind and value:
            data["value"] = normal(kind, value)
            if sentence := problem(kind, data["value"], on=today):
                self.add_error("value", sentence)
        begins, ends = data.get("valid_from") or today, data.get("valid_to")
        if ends and ends < begins:
            self.add_error("valid_to", _("The entry ends before it begins. Compare both dates."))
        data["valid_from"] = begins
        return data


class RemovalForm(forms.Form):
    """Why an entry is taken off."""

    reason = PlainTextField(
        label=_("Why it is taken off"),
        help_text=NO_PERSON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, in a few words.")},
    )


class BlacklistForm(ListForm):
    """A list of entries, and who says so where its lines do not."""

    source = PlainTextField(
        label=_("Source of the list"),
        help_text=_("For lines that name none themselves."),
        max_length=LONGEST_SOURCE,
        required=False,
    )
    field_order = ("source", "file", "text")
