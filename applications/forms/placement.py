"""One terminal of page 4: the device, where it will stand, what it may do and up to which amounts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from applications.corrections import Correction, Opened, note_answers
from applications.forms.device_source import CHOICES, RECEIVED, STOCK, judge_source, ownership_of, source_of
from applications.forms.fields import DayField, LookupField
from applications.forms.opened import OpenedForm
from applications.forms.pages import section
from applications.forms.parts import PART_OF, TERMS, field_of
from applications.models import Placement, Registration
from config.kernel.constraints import told_as_refusals
from config.privacy import identifiers
from config.privacy.formfields import IdentifierField, MoneyField, PlainTextField, plain_formfield
from merchants.models.outlet import CoordSystem
from terminals.models import DeviceModel
from terminals.models.terms import TerminalTerms

SINGLE_CAP_FEN, DAY_CAP_FEN = 100_000_000, 1_000_000_000


class PlacementForm(OpenedForm):
    """A line of the list. Unlike the other pages it is kept whole or not at all: half a terminal says nothing.

    After a return the parts that were given back are open, the others read-only.
    """

    OPTIONAL = frozenset(
        {
            "is_mobile",
            "is_spare",
            "expected_install_on",
            "latitude",
            "longitude",
            "coord_system",
            "use_area",
            "bound_phone",
        }
    )

    label = PlainTextField(
        label=_("Name of the terminal"), max_length=30, help_text=_("Such as Cash desk 1; only you see it")
    )
    source = forms.ChoiceField(
        label=_("Which device?"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        initial=STOCK,
    )
    device_model = forms.ModelChoiceField(
        label=_("Model"), queryset=DeviceModel.objects.none(), empty_label=_("Choose a model"), required=False
    )
    serial_number = IdentifierField(
        check=identifiers.serial_number, required=False, help_text=_("On the label on the back, after SN")
    )
    division = LookupField(
        source="divisions",
        label=_("Where it will stand"),
        help_text=_("City and district in Chinese, or the six-digit code"),
    )
    address = PlainTextField(
        label=_("Street, number, floor"), max_length=64, help_text=_("The terminal may be used only there")
    )
    use_area = PlainTextField(
        label=_("Area of use"),
        max_length=60,
        required=False,
        help_text=_("The district in which it moves about"),
    )
    bound_phone = IdentifierField(
        check=identifiers.telephone,
        label=_("Telephone line"),
        required=False,
        help_text=_("For terminals on a telephone line only"),
    )
    services = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=TerminalTerms.Service.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one service.")},
    )
    limit_single_fen = MoneyField(
        label=_("Limit per transaction, yuan"),
        min_fen=100,
        max_fen=SINGLE_CAP_FEN,
        widget=forms.TextInput(attrs={"class": "w-short"}),
    )
    limit_day_fen = MoneyField(
        label=_("Limit per day, yuan"),
        min_fen=100,
        max_fen=DAY_CAP_FEN,
        widget=forms.TextInput(attrs={"class": "w-short"}),
    )
    expected_install_on = DayField(label=_("Wished day of installation"), required=False)

    class Meta:
        model = Placement
        fields: ClassVar[list[str]] = [
            "label",
            "device_model",
            "serial_number",
            "division",
            "address",
            "is_mobile",
            "use_area",
            "is_spare",
            "connection",
            "bound_phone",
            "services",
            "limit_single_fen",
            "limit_day_fen",
            "expected_install_on",
            "latitude",
            "longitude",
            "coord_system",
        ]
        formfield_callback = plain_formfield
        labels: ClassVar = {
            "is_mobile": _("It is used on the move"),
            "is_spare": _("It is kept as a spare"),
            "connection": _("How it is connected"),
            "latitude": _("Latitude"),
            "longitude": _("Longitude"),
            "coord_system": _("Coordinate system"),
        }

    def __init__(
        self,
        *args: Any,
        registration: Registration,
        today: date,
        opened: Opened,
        focus: str = "",
        **kwargs: Any,
    ) -> None:
        self.registration, self.today = registration, today
        instance = kwargs.get("instance")
        kwargs["initial"] = (
            _first_guess(registration) if instance is None else {"source": source_of(instance)}
        ) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["device_model"].queryset = DeviceModel.objects.filter(is_offered=True)
        self.fields["source"].one_column = True
        self.fields["coord_system"].choices = [("", _("Choose")), *CoordSystem.choices]
        for name, field in self.fields.items():
            field.needed = name not in self.OPTIONAL
        self.close(opened, lambda name: self._is_open(opened, PART_OF.get(name, TERMS)))
        if self.instance.pk:
            own = f"placement:{self.instance.position}:"
            self.mark(
                [each for each in opened.corrections if each.item.startswith(own)],
                self._field_of,
            )
        self.focus(focus)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = self._layout()

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        judge_source(self, answers)
        if (
            answers.get("serial_number")
            and self._others().filter(serial_number=answers["serial_number"]).exists()
        ):
            self.add_error(
                "serial_number", _("This serial number is already on the list of this application.")
            )
        self._judge_use(answers)
        self._judge_point(answers)
        return answers

    def keep(self, *, by: Any, now: datetime) -> Placement:
        """The line is on the list of the draft. Call it on a valid form; raises `Refused` where the draft takes no more."""
        line = self.instance
        if "source" not in self.closed:
            line.ownership = ownership_of(self.cleaned_data["source"])
        with told_as_refusals(), self.registration.revising(by=by, now=now):
            line.registration = self.registration
            if line.pk:
                self._put_back_what_is_closed(line)
            else:
                last = self.registration.placements.order_by("-position").first()
                line.position = last.position + 1 if last else 1
            line.save()
            note_answers(self.registration, "placements", by=by, now=now)
        return line

    def _is_open(self, opened: Opened, part: str) -> bool:
        return (
            opened.item(f"placement:{self.instance.position}:{part}") if self.instance.pk else opened.lines()
        )

    def _field_of(self, each: Correction) -> str:
        return field_of(each.item.rpartition(":")[2], self.instance)

    def _put_back_what_is_closed(self, line: Placement) -> None:
        """Whatever cleaning made of a closed answer, the line keeps it letter for letter."""
        stored = Placement.objects.get(pk=line.pk)
        for name in self.closed & set(self.Meta.fields):
            attname = Placement._meta.get_field(name).attname
            setattr(line, attname, getattr(stored, attname))

    def _others(self) -> Any:
        return self.registration.placements.exclude(pk=self.instance.pk)

    def _judge_use(self, answers: dict[str, Any]) -> None:
        if answers.get("is_mobile") and not answers.get("use_area") and "use_area" not in self.errors:
            self.add_error("use_area", _("Say in which area it is used."))
        if answers.get("connection") == TerminalTerms.Connection.DIAL_UP and not answers.get("bound_phone"):
            self.add_error("bound_phone", _("Enter the number of the telephone line."))
        single, day = answers.get("limit_single_fen"), answers.get("limit_day_fen")
        if single and day and day < single:
            self.add_error("limit_day_fen", _("The limit per day cannot be below the limit per transaction."))
        wished = answers.get("expected_install_on")
        if wished and wished < self.today:
            self.add_error("expected_install_on", _("Choose today or a later day."))

    def _judge_point(self, answers: dict[str, Any]) -> None:
        point = [answers.get(name) for name in ("latitude", "longitude", "coord_system")]
        if any(value not in (None, "") for value in point) and any(value in (None, "") for value in point):
            self.add_error(
                "latitude", _("Give latitude, longitude and coordinate system together, or none of them.")
            )

    def _layout(self) -> Layout:
        return Layout(
            section(
                _("Device"),
                "label",
                "source",
                "device_model",
                Div("serial_number", data_shown_when="source=received,own"),
                "connection",
                Div("bound_phone", data_shown_when="connection=dial_up"),
            ),
            section(
                _("Place"),
                "division",
                "address",
                "is_mobile",
                Div("use_area", data_shown_when="is_mobile=on"),
                "is_spare",
            ),
            section(
                _("Services and limits"),
                "services",
                Div("limit_single_fen", "limit_day_fen", css_class="form-2"),
            ),
            section(
                _("Installation"),
                "expected_install_on",
                Div("latitude", "longitude", css_class="form-2"),
                "coord_system",
            ),
        )


def drop(line: Placement, *, by: Any, now: datetime) -> None:
    """The line is off the list of its draft."""
    with line.registration.revising(by=by, now=now):
        line.delete()
        note_answers(line.registration, "placements", by=by, now=now)


def _first_guess(registration: Registration) -> dict[str, Any]:
    """What is known already is not asked again: the place of business, the services most shops use, the device it was begun for."""
    serial = registration.begun_for_serial
    is_first = bool(serial) and not registration.placements.exists()
    return ({"source": RECEIVED, "serial_number": serial} if is_first else {}) | {
        "division": registration.business_division_id,
        "address": registration.business_address[:64],
        "services": ["sale", "void", "refund", "qr_code"],
        "limit_single_fen": Placement._meta.get_field("limit_single_fen").default,
        "limit_day_fen": Placement._meta.get_field("limit_day_fen").default,
    }
