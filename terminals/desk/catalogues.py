"""The catalogues of reasons: why terminals are suspended and why they are stopped, in the words merchants read. Supervisors keep them."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.desk_filters import DeskFilter
from config.kernel.catalogue import Catalogue
from config.privacy.formfields import plain_formfield
from terminals.models import StopReason, SuspensionReason
from terminals.stopping import violations_to_open

WORDING = ["code", "text_zh", "text_en"]
ABOUT = ["is_confidential", "internal_text", "is_active", "position"]


class CatalogueFilter(DeskFilter):
    offered = django_filters.ChoiceFilter(
        field_name="is_active", label=_("offered"), choices=[("True", _("Yes")), ("False", _("No"))]
    )

    def words(self, typed: str) -> Q | None:
        return Q(text_zh__icontains=typed) | Q(text_en__icontains=typed) | Q(code__icontains=typed)


class ReasonForm(forms.ModelForm):
    """A reason once given stays in the records, so its code is chosen once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = bool(self.instance.pk)


class SuspensionReasonForm(ReasonForm):
    class Meta:
        model = SuspensionReason
        fields = [*WORDING, "remedy_zh", "remedy_en", "needs_second", *ABOUT]
        formfield_callback = plain_formfield


class StopReasonForm(ReasonForm):
    violation_category = forms.ChoiceField(
        label=_("opens a violation of"),
        required=False,
        help_text=_("Opened by itself when such a stop takes effect; the facts are those of the stop."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["violation_category"].choices = [("", _("No violation")), *self._categories()]

    def _categories(self) -> list[tuple[str, str]]:
        """What is on offer, and what it opens now even where that is not offered any more."""
        offered, present = violations_to_open(), self.instance.violation_category
        if present and present not in dict(offered):
            offered.append((present, present))
        return offered

    class Meta:
        model = StopReason
        fields = [
            *WORDING,
            "basis_zh",
            "basis_en",
            "for_merchant",
            "for_bank",
            "for_system",
            "for_authority",
            "violation_category",
            *ABOUT,
        ]
        formfield_callback = plain_formfield


class OfTerminals(Catalogue):
    filterset_class = CatalogueFilter

    @admin.display(description=_("text for the merchant"))
    def text(self, reason: Any) -> str:
        return reason.text


class SuspensionReasonAdmin(OfTerminals):
    form = SuspensionReasonForm
    list_display = ("code", "text", "needs_second", "is_confidential", "is_active")
    rank = 60
    icon = "pause-circle"
    hint = _("What merchants read when a terminal is suspended")
    add_title = _("Add a reason of a suspension")


class StopReasonAdmin(OfTerminals):
    form = StopReasonForm
    list_display = ("code", "text", "for_merchant", "for_bank", "for_system", "is_active")
    rank = 61
    icon = "no-symbol"
    hint = _("Why terminals are stopped, and on what the bank bases itself")
    add_title = _("Add a reason of a stop")
