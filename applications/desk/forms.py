"""What a reviewer says when deciding. Each decision reads its own part of the one form on the case page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import ReasonCode
from config.privacy.formfields import PlainTextField

LONGEST_TEXT = 500


class VersionField(forms.IntegerField):
    """The version of the case that was on the page."""

    def __init__(self, **kwargs) -> None:
        super().__init__(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, **kwargs)


class DecisionForm(forms.Form):
    version = VersionField()
    private_note = PlainTextField(
        label=_("Private note"),
        help_text=_("For colleagues only; the merchant never sees it."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnForm(DecisionForm):
    """Everything that has to be corrected, told at once."""

    items = forms.MultipleChoiceField(
        label=_("What has to be corrected"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one item that has to be corrected.")},
    )
    public_text = PlainTextField(
        label=_("The merchant will read"),
        help_text=_("Say what is wrong and how to mend it."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what is wrong and how to mend it.")},
    )

    def __init__(self, *args, items: dict[str, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = list(items.items())


class ApprovalForm(DecisionForm):
    account_verified = forms.BooleanField(
        label=_("The settlement account was checked in the core system"),
        error_messages={
            "required": _("Check the settlement account in the core system first, then tick this.")
        },
    )


class RefusalForm(DecisionForm):
    reason = forms.ModelChoiceField(
        label=_("Reason"),
        queryset=ReasonCode.objects.none(),
        empty_label=_("Choose a reason"),
        error_messages={"required": _("Choose the reason from the list.")},
    )
    refusal_text = PlainTextField(
        label=_("The merchant will read"),
        help_text=_("Left empty, the merchant reads the text of the reason."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = ReasonCode.objects.filter(severity=ReasonCode.Severity.FINAL)


PURPOSES = [
    ("compare_with_paper", _("Compare with the paper")),
    ("call_the_person", _("Call the person")),
    ("check_in_core_system", _("Check in the core system")),
    ("authority_enquiry", _("Enquiry of an authority")),
]


class RevealForm(forms.Form):
    """Which hidden value is looked at and why; the answer goes on record."""

    field = forms.ChoiceField(label=_("Value"))
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[("", _("Choose a purpose")), *PURPOSES],
        error_messages={"required": _("Say what the value is needed for.")},
    )

    def __init__(self, *args, fields: tuple[str, ...], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [(name, name) for name in fields]
