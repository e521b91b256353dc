"""The one page of a move: where the terminal goes, when and why."""

from __future__ import annotations

from typing import Any, ClassVar

from crispy_forms.layout import Div, Layout
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import DayField, LookupField
from applications.forms.pages import PageForm, section
from applications.models import Relocation
from config.privacy.formfields import PlainTextField, plain_formfield
from merchants.models.outlet import CoordSystem


class RelocationForm(PageForm):
    page = "request"
    OPTIONAL = frozenset({"latitude", "longitude", "coord_system"})

    division = LookupField(
        source="divisions",
        label=_("Where it goes"),
        help_text=_("City and district in Chinese, or the six-digit code"),
    )
    address = PlainTextField(
        label=_("Street, number, floor"), max_length=64, help_text=_("The terminal may be used only there")
    )
    effective_on = DayField(label=_("Day of the move"))
    reason_text = PlainTextField(label=_("Why it moves"), max_length=200)

    class Meta:
        model = Relocation
        fields: ClassVar[list[str]] = [
            "division",
            "address",
            "latitude",
            "longitude",
            "coord_system",
            "effective_on",
            "reason_text",
        ]
        formfield_callback = plain_formfield
        labels: ClassVar = {
            "latitude": _("Latitude"),
            "longitude": _("Longitude"),
            "coord_system": _("Coordinate system"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coord_system"].choices = [("", _("Choose")), *CoordSystem.choices]

    def layout(self) -> Layout:
        return Layout(
            section(
                _("New place"),
                "division",
                "address",
                Div("latitude", "longitude", css_class="form-2"),
                "coord_system",
            ),
            section(_("Move"), "effective_on", "reason_text"),
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        division = answers.get("division")
        if division and (sentence := self.instance.objection_to_place(division.pk)):
            self.add_error("division", sentence)
        point = [answers.get(name) for name in ("latitude", "longitude", "coord_system")]
        if any(value not in (None, "") for value in point) and any(value in (None, "") for value in point):
            self.add_error(
                "latitude", _("Give latitude, longitude and coordinate system together, or none of them.")
            )
            for name in ("latitude", "longitude", "coord_system"):
                answers.pop(name, None)
        return answers
