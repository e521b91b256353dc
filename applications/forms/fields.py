"""Fields of the registration that Django has not: sealed values shown masked, days as people write them, typed search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.forms.lookups import MOST_CANDIDATES, SOURCES, Candidate
from config.privacy.formfields import IdentifierField
from config.privacy.identifiers import Check, normalise


class SealedField(IdentifierField):
    """An identifier kept encrypted. The page holds its masked form only; posted unchanged, it keeps the stored value.

    `stored` is set by the form. A mask that is not the stored value's own is refused, as anywhere.
    """

    stored: str = ""

    def __init__(self, *, check: Check, mask: Callable[[str | None], str], **kwargs: Any) -> None:
        self.mask = mask
        super().__init__(check=check, **kwargs)

    def clean(self, value: Any) -> str:
        if self.stored and str(value or "").strip() == self.mask(self.stored):
            return self.stored
        return super().clean(value)

    def prepare_value(self, value: Any) -> Any:
        """Whatever is safely stored is shown masked, also when the form comes back for another field's sake."""
        if self.stored and value and normalise(str(value)) == self.stored:
            return self.mask(self.stored)
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(data or "").strip() != (self.mask(self.stored) if self.stored else "")


class DayField(forms.DateField):
    """A day in any of the ways it is written here: 2026-09-15, 2026/9/15, 2026年9月15日, ２０２６．９．１５, 20260915."""

    widget = forms.DateInput(
        format="%Y-%m-%d", attrs={"type": "date", "class": "w-date", "max": "9999-12-31"}
    )
    default_error_messages = {"invalid": _("Enter the day as year, month and day, such as 2026-09-15.")}
    WRITTEN = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))")

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        text = "".join(unicodedata.normalize("NFKC", str(value)[:40]).split())
        found = self.WRITTEN.fullmatch(text)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        year, *parts = (int(part) for part in found.groups() if part)
        try:
            return date(year, *parts)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class LookupWidget(forms.TextInput):
    """A text field that searches. What is ambiguous comes back with its candidates as a list to choose from."""

    def __init__(self, source: Any, attrs: dict[str, Any] | None = None) -> None:
        self.source = source
        self.candidates: list[Candidate] = []
        super().__init__({"autocomplete": "off", "maxlength": "120"} | (attrs or {}))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """The candidate chosen, as long as the text it was offered for still stands; otherwise the text."""
        text = data.get(name) or ""
        chosen = data.get(f"{name}-choice") or ""
        return chosen if chosen and data.get(f"{name}-for") == text else text

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        place = (attrs or {}).get("id") or f"id_{name}"
        searching = {
            "list": f"{place}-list",
            "hx-get": reverse("lookup", args=[self.source.name]) + f"?named={name}",
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{place}-list",
        }
        control = super().render(name, value, searching | (attrs or {}), renderer)
        around = {
            "control": control,
            "name": name,
            "value": value,
            "place": place,
            "candidates": self.candidates,
        }
        return render_to_string("applications/forms/lookup.html", around)


class LookupField(forms.Field):
    """One row of a long list, by code or by name; cleaned to the row, None where nothing was typed."""

    default_error_messages = {
        "unknown": _("Nothing here is called “%(text)s”. %(advice)s"),
        "many": _("Very many places or trades match “%(text)s”. %(advice)s"),
    }

    def __init__(self, *, source: str, **kwargs: Any) -> None:
        self.source = SOURCES[source]
        super().__init__(widget=LookupWidget(self.source), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        if row := self.source.get(text[:6]) if text.isascii() and text.isdigit() else None:
            return row
        found = self.source.find(text[:120])
        if len(found) == 1:
            return found[0]
        told = {"text": text[:20], "advice": self.source.advice()}
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params=told)
        if len(found) > MOST_CANDIDATES:
            raise ValidationError(self.error_messages["many"], code="many", params=told)
        self.widget.candidates = [Candidate(row.pk, self.source.words(row)) for row in found]
        raise ValidationError(
            ngettext(
                "%(count)d entry matches. Choose it below.",
                "%(count)d entries match. Choose one below.",
                len(found),
            ),
            code="ambiguous",
            params={"count": len(found)},
        )

    def prepare_value(self, value: Any) -> Any:
        """A stored key in words; what was typed stays as typed unless it is a key."""
        key = str(getattr(value, "pk", value) or "")
        row = self.source.get(key) if key.isascii() and key.isdigit() else None
        return self.source.words(row) if row else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "").strip()
