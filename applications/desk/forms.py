"""What else is said on a case page beside the review itself: why a value is looked at, and a few words to a step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.items import REVEALABLE
from applications.purposes import PURPOSES
from config.privacy.formfields import PlainTextField

LONGEST_WORDS = 500


class RevealForm(forms.Form):
    """Which hidden value is looked at and why; the answer goes on record."""

    field = forms.ChoiceField(label=_("Value"), choices=[(name, name) for name in REVEALABLE])
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[("", _("Choose a purpose")), *PURPOSES],
        error_messages={"required": _("Say what the value is needed for.")},
    )

    @classmethod
    def read(cls, data: Any) -> RevealForm:
        """The button names the value; each value has its own list of purposes on the page."""
        field = data.get("reveal", "")
        return cls({"field": field, "purpose": data.get(f"purpose-{field}", "")})


class WordsForm(forms.Form):
    """A reason, a note or an answer to a step; whether there must be one is the step's to say."""

    words = PlainTextField(label=_("In your words"), required=False, multiline=True, max_length=LONGEST_WORDS)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class PreferenceForm(forms.Form):
    has_shortcuts = forms.BooleanField(required=False)
