"""What the store room enters: what was handed in line by line, what an inspection found, how a device was lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.files.formfields import PDF, ReceivesUploads, UploadField
from config.files.models import StoredFile
from config.privacy.formfields import PlainTextField
from terminals.returns.models import ReturnInspection, ReturnLine, ReturnOrder
from terminals.returns.models.steps import HandedIn, Looked

LONGEST = 200
PARTS = ("quantity", "missing", "condition", "serial", "remark", "photo")


def remark(**kwargs: Any) -> PlainTextField:
    given = {"label": _("Remark"), "max_length": LONGEST, "widget": forms.Textarea(attrs={"rows": 2})}
    return PlainTextField(**given | kwargs)


def day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("A date is written like 2026-09-11.")},
        **kwargs,
    )


class AnnouncementForm(forms.Form):
    """How a device comes back."""

    way = forms.ChoiceField(label=_("Way"), choices=ReturnOrder.Way.choices)
    waybill = PlainTextField(
        label=_("Waybill"), help_text=_("For what is sent by courier."), max_length=40, required=False
    )
    pick_up_on = day(label=_("Pick-up on"), help_text=_("For what the bank picks up."), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("way") == ReturnOrder.Way.COURIER and not data.get("waybill"):
            self.add_error("waybill", _("Enter the number of the waybill."))
        if data.get("way") == ReturnOrder.Way.PICK_UP and not data.get("pick_up_on"):
            self.add_error("pick_up_on", _("Enter the day of the pick-up."))
        return data


class ReceptionForm(ReceivesUploads, forms.Form):
    """What was handed in, for every line of which something is awaited."""

    layout = "admin/returns/_reception.html"

    def __init__(self, *args: Any, lines: list[ReturnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self._add_line(line)

    def _add_line(self, line: ReturnLine) -> None:
        named = {"piece": line}
        fields: dict[str, forms.Field] = {
            "quantity": forms.IntegerField(
                label=_("%(piece)s: received now") % named, min_value=0, max_value=line.awaited, initial=0
            ),
            "missing": forms.IntegerField(
                label=_("%(piece)s: missing") % named, min_value=0, max_value=line.awaited, initial=0
            ),
            "condition": forms.ChoiceField(
                label=_("%(piece)s: condition") % named, choices=ReturnLine.Condition.choices[:3]
            ),
            "remark": remark(label=_("%(piece)s: remark") % named, required=False, widget=forms.TextInput),
            "photo": UploadField(label=_("%(piece)s: photo") % named, required=False),
        }
        if line.serial_number:
            fields["serial"] = PlainTextField(
                label=_("%(piece)s: serial number read") % named, max_length=50, required=False
            )
        for name, field in fields.items():
            field.required = False
            self.fields[f"{name}-{line.pk}"] = field

    def rows(self) -> list[tuple[ReturnLine, dict[str, forms.BoundField]]]:
        """For the page: each line with its controls by name."""
        return [
            (
                line,
                {name: self[f"{name}-{line.pk}"] for name in PARTS if f"{name}-{line.pk}" in self.fields},
            )
            for line in self.lines
        ]

    def handed_in(self, *, by: Any, now: datetime) -> list[HandedIn]:
        """What the verb takes; photos are judged and kept, and one that is refused is its field's error."""
        return [self._line(line, by=by, now=now) for line in self.lines]

    def _line(self, line: ReturnLine, *, by: Any, now: datetime) -> HandedIn:
        def said(name: str) -> Any:
            return self.cleaned_data.get(f"{name}-{line.pk}")

        photo = self.received(f"photo-{line.pk}", by=by, now=now) if said("photo") else None
        return HandedIn(
            line.pk,
            quantity=said("quantity") or 0,
            missing=said("missing") or 0,
            condition=said("condition") or ReturnLine.Condition.GOOD,
            serial_read=said("serial") or "",
            remark=said("remark") or "",
            photo=photo,
        )


class InspectionForm(forms.Form):
    """What was found, and where the device goes."""

    appearance = forms.ChoiceField(label=_("Appearance"), choices=ReturnInspection.Appearance.choices)
    seal_intact = forms.BooleanField(label=_("The seal is intact"), required=False)
    tamper_marks = forms.BooleanField(label=_("It shows marks of having been opened"), required=False)
    attack_marks = forms.BooleanField(label=_("It shows marks of an attack"), required=False)
    powers_on = forms.BooleanField(label=_("It powers on"), required=False)
    log_cleared = forms.BooleanField(label=_("Its transaction log is cleared"), required=False)
    keys_destroyed = forms.BooleanField(label=_("Its keys are destroyed"), required=False)
    outcome = forms.ChoiceField(label=_("Where it goes"), choices=ReturnInspection.Outcome.choices)
    note = remark(required=False, help_text=_("Needed when a device is scrapped."))

    def looked(self) -> Looked:
        return Looked(**{name: self.cleaned_data[name] for name in Looked._fields})


class LossForm(ReceivesUploads, forms.Form):
    """How the device was lost, with what the police gave for it."""

    note = remark(
        label=_("How it was lost"), error_messages={"required": _("Say what happened, in a few words.")}
    )
    receipt = UploadField(label=_("Police receipt"), accept=f"image/*,{PDF}")

    def kept(self, *, by: Any, now: datetime) -> StoredFile | None:
        return self.received("receipt", by=by, now=now)


class WordForm(forms.Form):
    """A word on a step that needs none, or one."""

    note = remark(required=False)


class ReasonedForm(forms.Form):
    note = remark(error_messages={"required": _("Say why, in a few words.")})
