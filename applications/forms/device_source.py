"""Where a device comes from: the bank's stock, a box the bank has handed over already, or the merchant's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Placement, Replacement
from config.privacy import identifiers
from terminals.models import Device

STOCK, RECEIVED, OWN = "stock", "received", "own"
CHOICES = [
    (STOCK, _("The bank gives me one: I choose a model")),
    (RECEIVED, _("The bank has already given me one: I enter its serial number")),
    (OWN, _("My own certified device: I enter model and serial number")),
]


def source_of(line: Placement | Replacement) -> str:
    """What was chosen when this was filled in; nothing is known of one without a device: it is stock's, or still open."""
    if line.ownership == Device.Ownership.MERCHANT:
        return OWN
    return RECEIVED if line.serial_number else STOCK


def ownership_of(source: str) -> str:
    return Device.Ownership.MERCHANT if source == OWN else Device.Ownership.BANK


def judge_source(form: forms.BaseForm, answers: dict[str, Any]) -> None:
    """Each source needs its own: a model, a serial number, or both; a serial number without its source is dropped."""
    source = answers.get("source")
    if source == STOCK:
        form.errors.pop("serial_number", None)
        answers["serial_number"] = ""
    elif source and not answers.get("serial_number") and "serial_number" not in form.errors:
        form.add_error("serial_number", str(identifiers.serial_number.advice))
    if source in (STOCK, OWN) and not answers.get("device_model") and "device_model" not in form.errors:
        form.add_error("device_model", _("Choose the model; it is printed beside the serial number."))
