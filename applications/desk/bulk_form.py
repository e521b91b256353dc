"""What is said once for several applications that are given back together."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import ReasonCode
from config.privacy.formfields import PlainTextField

LONGEST_TEXT = 500


class SharedReturnForm(forms.Form):
    """One reason that speaks of an application as a whole, and the words its merchant reads."""

    reason = forms.ModelChoiceField(
        label=_("Reason"),
        queryset=ReasonCode.objects.none(),
        empty_label=_("Choose a reason"),
        error_messages={"required": _("Choose the reason from the list.")},
    )
    public_text = PlainTextField(
        label=_("The merchant will read"),
        help_text=_("Left empty, the merchant reads the text of the reason."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = ReasonCode.objects.offered().filter(
            severity=ReasonCode.Severity.RETRY, applies_to=ReasonCode.Subject.APPLICATION
        )
