"""How the desk shows one value of one row, in lists and on pages alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.kernel.templatetags.formats import dash, day, moment
from config.kernel.templatetags.status_tags import status_tag, tag


class Cell(NamedTuple):
    """A named value, ready to be printed."""

    name: str
    label: str
    value: Any


def column(model_admin: Any, name: str) -> str:
    """The heading over the values of this name."""
    return capfirst(str(label_for_field(name, model_admin.model, model_admin)))


def cell(model_admin: Any, row: Model, name: str) -> Cell:
    """The value of a field of the row or of a method of the admin page: states as tags, choices in words, nothing as --."""
    label = column(model_admin, name)
    if name == "status":
        return Cell(name, label, status_tag(row))
    try:
        field, _attribute, value = lookup_field(name, row, model_admin)
    except ObjectDoesNotExist:
        return Cell(name, label, dash(None))
    if field is not None and getattr(field, "choices", None):
        value = getattr(row, f"get_{name}_display")()
    return Cell(name, label, shown(value))


def shown(value: Any) -> Any:
    """Any value as it is printed: yes and no as tags, moments to the minute, nothing as --."""
    match value:
        case bool():
            return tag("ok", _("Yes"), "check") if value else tag("mute", _("No"), "minus")
        case datetime():
            return moment(value)
        case date():
            return day(value)
    return dash(value)
