"""The catalogue of reasons: what reviewers choose from, in the words merchants read. Supervisors keep it."""

from __future__ import annotations

import django_filters
from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import ReasonCode
from config.accounts.desk_filters import DeskFilter
from config.kernel.catalogue import Catalogue
from config.privacy.formfields import plain_formfield


class ReasonFilter(DeskFilter):
    severity = django_filters.ChoiceFilter(label=_("severity"), choices=ReasonCode.Severity.choices)
    applies_to = django_filters.ChoiceFilter(label=_("applies to"), choices=ReasonCode.Subject.choices)

    def words(self, typed: str) -> Q | None:
        return (
            Q(public_text_zh__icontains=typed) | Q(public_text_en__icontains=typed) | Q(code__icontains=typed)
        )


class ReasonForm(forms.ModelForm):
    """A reason once given stays in the records, so its code, its severity and what it applies to are chosen once."""

    FIXED = ("code", "severity", "applies_to")

    class Meta:
        model = ReasonCode
        fields = [
            "code",
            "severity",
            "applies_to",
            "public_text_zh",
            "public_text_en",
            "remedy_zh",
            "remedy_en",
            "internal_text",
            "is_confidential",
            "is_active",
            "position",
        ]
        formfield_callback = plain_formfield
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("public_text_zh", "public_text_en", "remedy_zh", "remedy_en", "internal_text")
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in self.FIXED:
                self.fields[name].disabled = True


@admin.register(ReasonCode)
class ReasonCodeAdmin(Catalogue):
    filterset_class = ReasonFilter
    form = ReasonForm
    list_display = ("code", "public_text", "severity", "applies_to", "is_active")
    rank = 60
    icon = "chat-bubble-left-right"
    hint = _("What merchants read when something is returned or refused")
    add_hint = _("In both languages, with what mends it")

    @admin.display(description=_("text for the merchant"))
    def public_text(self, reason: ReasonCode) -> str:
        return reason.public_text
