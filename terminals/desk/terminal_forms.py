"""What desks say when they suspend a terminal, ask for its release or have it served again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.privacy.formfields import PlainTextField
from terminals.models import SuspensionReason

LONGEST_NOTE = 500
FOR_THE_RECORD = _("For the record. Name no person and no number of a card or document.")


def note_field(label: Any, help_text: Any = FOR_THE_RECORD) -> PlainTextField:
    return PlainTextField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, in a few words.")},
    )


class SuspensionForm(forms.Form):
    """Why, for colleagues in a note; until when, where that is planned."""

    reason = forms.ModelChoiceField(
        label=_("Reason"),
        queryset=SuspensionReason.objects.none(),
        help_text=_("The merchant reads the words of the catalogue, and never the note."),
        error_messages={
            "required": _("Choose a reason from the list."),
            "invalid_choice": _("Choose a reason from the list."),
        },
    )
    note = note_field(_("Note"))
    until = forms.DateField(
        label=_("Comes back by itself on"),
        required=False,
        help_text=_("For planned closures only."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("A date is written like 2026-09-11.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons: Any = self.fields["reason"]
        reasons.queryset = SuspensionReason.objects.filter(is_active=True, needs_notice=False)
        reasons.label_from_instance = named


class ReleaseRequestForm(forms.Form):
    """What was found, so that a colleague can look."""

    note = note_field(_("Why it can be served again"))


class ResumptionForm(forms.Form):
    """What ended the suspension."""

    note = note_field(_("Note"))


class VerificationForm(forms.Form):
    """How the use was verified."""

    note = note_field(_("How it was verified"))


class FailedVerificationForm(forms.Form):
    """What was tried."""

    note = note_field(_("What was tried"))


def named(reason: SuspensionReason) -> str:
    """A reason as colleagues tell it from others: several say the same to the merchant."""
    return f"{reason.text} ({reason.internal_text or reason.code})"
