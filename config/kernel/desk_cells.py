"""How the desk shows one value of one row, in lists and on pages alike."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.kernel.templatetags.formats import count, dash, day, moment
from config.kernel.templatetags.status_tags import status_tag, tag

# Amounts and shares; numbers of terminals and codes are text, and stand as text does.
AMOUNT_OR_SHARE = re.compile(r"-?¥[0-9,.]+|[0-9.]+%")


class Cell(NamedTuple):
    """A named value, ready to be printed; a number stands at the right of its column."""

    name: str
    label: str
    value: Any
    is_number: bool = False


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
        value = capfirst(str(getattr(row, f"get_{name}_display")() or ""))
    if name in getattr(model_admin, "references", ()):
        value = str(dash(value))
    return Cell(name, label, shown(value), _is_number(value))


def shown(value: Any) -> Any:
    """Any value as it is printed: yes and no as tags, whole numbers with commas, moments to the minute, nothing as --."""
    match value:
        case bool():
            return tag("ok", _("Yes"), "check") if value else tag("mute", _("No"), "minus")
        case int():
            return count(value)
        case datetime():
            return moment(value)
        case date():
            return day(value)
    return dash(value)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return AMOUNT_OR_SHARE.fullmatch(value) is not None
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
