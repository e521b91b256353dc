"""The conditions of an export in the words of its list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.files.exports.report import TICKED, Conditions, Report

SEARCH = "q"


# Long enough to be somebody's number.
_NUMBER = re.compile(r"\d[\d\s-]{6,}[\dXx]")


def in_words(report: Report, conditions: Conditions, *, person: Any, reader: Any) -> list[dict[str, str]]:
    """What was filtered by, and by what. What a person searched for may name somebody: only that person reads it."""
    return list(_lines(report, conditions, person=person, reader=reader))


def in_a_file(report: Report, conditions: Conditions, *, person: Any) -> list[tuple[str, str]]:
    """The same for a file, which goes from hand to hand: numbers that somebody may be found by are masked."""
    words = in_words(report, conditions, person=person, reader=person)
    return [(line["label"], _NUMBER.sub(lambda found: _masked(found[0]), line["value"])) for line in words]


def _masked(number: str) -> str:
    """Its first three characters and its last two."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def _lines(report: Report, conditions: Conditions, *, person: Any, reader: Any) -> Iterator[dict[str, str]]:
    filters = report.filled_in(conditions, person=person)
    for name, filter_ in filters.filters.items():
        typed = str(filters.data.get(name) or "")
        if not typed:
            continue
        if name == SEARCH and reader.pk != person.pk:
            shown = _("a search text")
        else:
            shown = _choice(filters.form, name, typed)
        yield {"label": capfirst(str(filter_.label)), "value": shown}
    if ticked := conditions.get(TICKED):
        count = len(ticked)
        shown = ngettext("%(count)d row", "%(count)d rows", count) % {"count": count}
        yield {"label": _("Only what was ticked"), "value": shown}


def _choice(form: Any, name: str, typed: str) -> str:
    """The words of the choice that was made; what was typed where it is none."""
    chosen = form.cleaned_data.get(name) if form.is_valid() else None
    words = {str(value): str(label) for value, label in getattr(form.fields[name], "choices", ())}
    return words.get(typed) or str(chosen or typed)
