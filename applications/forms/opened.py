"""Forms of which only some fields may be changed: after a return the items that were given back, marked with the bank's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from django import forms
from django.template.loader import render_to_string

from applications.corrections import Correction, Opened

# Questions of the page that are no column: open together with the answer they stand for.
ASKED_WITH = {"same_address": "business_address"}


class OpenedForm(forms.ModelForm):
    """A closed field is shown and not taken: whatever is posted for it changes nothing, and the page says so."""

    opened: Opened
    closed: set[str]

    def close(self, opened: Opened, is_open: Callable[[str], bool]) -> None:
        """Everything that is not open is read-only from here on. Call it once the fields are complete."""
        self.opened = opened
        self.closed = {name for name in self.fields if not is_open(name)}
        for name in self.closed:
            self.fields[name].disabled = True

    def mark(self, corrections: Iterable[Correction], field_of: Callable[[Correction], str]) -> None:
        """What was given back stands beside its field: what is wrong, how to mend it, and whether that is done."""
        for each in corrections:
            if field := self.fields.get(field_of(each)):
                field.help_text = render_to_string("applications/forms/_mend.html", {"each": each}) + str(
                    field.help_text
                )

    def focus(self, name: str) -> None:
        """The page opens with the focus in this field, also without a script. Anything else changes nothing."""
        first = name.removesuffix("_0")
        if first in self.fields and first not in self.closed:
            self.fields[first].widget.attrs["autofocus"] = True

    def full_clean(self) -> None:
        """As Django's, without errors in what cannot be changed here, and with one where somebody tried to."""
        super().full_clean()
        if not self.is_bound:
            return
        for name in self.closed:
            self._errors.pop(name, None)
        for name in self.closed:
            if self._was_tampered_with(name):
                self.add_error(name, self.opened.why_closed())

    def reopen(self, name: str) -> None:
        """What another answer has made wrong can be mended on the page that comes back."""
        if name not in self.closed:
            return
        self.closed.discard(name)
        field = self.fields[name]
        field.disabled = False
        shown: Any = copy(self.data)
        shown[self.add_prefix(name)] = field.prepare_value(self.get_initial_for_field(field, name))
        self.data = shown

    def taken(self, names: Iterable[str]) -> dict[str, Any]:
        """The answers among these that passed and may be changed."""
        return {
            name: self.cleaned_data[name]
            for name in names
            if name in self.cleaned_data and name not in self.closed
        }

    def _was_tampered_with(self, name: str) -> bool:
        """Browsers send nothing for a closed field; sent as it stands, it does no harm."""
        field, key = self.fields[name], self.add_prefix(name)
        if key not in self.data:
            return False
        sent = field.widget.value_from_datadict(self.data, self.files, key)
        field.disabled = False
        try:
            return field.has_changed(self.get_initial_for_field(field, name), sent)
        finally:
            field.disabled = True
