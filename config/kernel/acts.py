"""The record in words: what was done or looked at, to which kind of thing, and what is told beside it.

Rows keep identifiers, which outlive every wording. Each room says what its acts are called, and `settings.ACTS` names them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

ACTS: Words = {
    "status_changed": _("State changed"),
    "policy_changed": _("Policy changed"),
    "message_switched": _("Kind of message switched"),
    "own_messages_switched": _("Own messages switched"),
    "message_resent": _("Message sent again"),
    "reason_added": _("Reason added to a catalogue"),
    "reason_changed": _("Reason of a catalogue changed"),
}
# The portal's own accounts, each for one kind of work.
SYSTEMS: Words = {
    "cron": pgettext_lazy("system", "Clockwork"),
    "exports": pgettext_lazy("system", "Exports"),
    "imports": pgettext_lazy("system", "Imports"),
    "invitations": pgettext_lazy("system", "Invitations"),
    "handovers": pgettext_lazy("system", "Hand-overs"),
    "device": pgettext_lazy("system", "Devices"),
    "demo": pgettext_lazy("system", "Example data"),
}
# What is told beside an act, by the name it has in the row.
DETAILS: Words = {
    "application": _("application"),
    "branch": _("branch"),
    "catalogue": _("catalogue"),
    "category": _("category"),
    "channel": _("channel"),
    "code": _("code"),
    "count": pgettext_lazy("record", "lines"),
    "field": _("field"),
    "fields": _("fields"),
    "format": _("format"),
    "from": pgettext_lazy("record", "from"),
    "is_on": pgettext_lazy("record", "switched on"),
    "kind": _("kind"),
    "lines": pgettext_lazy("record", "lines"),
    "list": _("list"),
    "newer": pgettext_lazy("record", "of them newer"),
    "number": _("number"),
    "only_look": _("check only"),
    "page": pgettext_lazy("record", "page"),
    "paper": pgettext_lazy("record", "paper"),
    "person": pgettext_lazy("record", "account"),
    "plain": _("plain columns"),
    "purpose": _("purpose"),
    "reason": _("reason"),
    "report": pgettext_lazy("export", "report"),
    "role": _("role"),
    "rows": _("rows"),
    "solved": pgettext_lazy("record", "solved"),
    "ticket": _("ticket"),
    "to": pgettext_lazy("record", "to"),
    "variant": pgettext_lazy("record", "as"),
    "version": _("version"),
}


class ActWords:
    """Every act with its words: choices that are asked for when they are needed, because the rooms above are read later."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from sorted(((name, str(words)) for name, words in _acts().items()), key=lambda pair: pair[1])


ACT_WORDS = ActWords()


def act_in_words(action: str) -> str:
    return str(_acts().get(action, action))


def system_in_words(name: str) -> str:
    """ "cron" -> "Clockwork (portal)"; an account that has no words is told by its name."""
    return _("%(system)s (portal)") % {"system": SYSTEMS.get(name, name)}


def acts_named(typed: str) -> list[str]:
    """The acts whose words, in the language of the reader, hold what was typed."""
    wanted = typed.casefold()
    return [name for name, words in _acts().items() if wanted in str(words).casefold()]


def kind_in_words(label: str) -> str:
    """ "terminals.terminal" -> "terminal"; the label itself of a kind that is no more."""
    model = _model(label)
    return str(model._meta.verbose_name) if model else label


def state_in_words(label: str, status: str) -> str:
    statuses = getattr(_model(label), "Status", None)
    return str(dict(statuses.choices).get(status, status)) if statuses else status


def detail_in_words(label: str, detail: Mapping[str, Any]) -> str:
    """What is told beside an act, on one line. Values are numbers, names and identifiers: no personal data is in them."""
    if set(detail) == {"from", "to"}:
        return f"{state_in_words(label, detail['from'])} → {state_in_words(label, detail['to'])}"
    colon, comma = ("：", "；") if get_language() != "en" else (": ", "; ")
    return comma.join(
        f"{DETAILS.get(name, name)}{colon}{_value(label, name, value)}"
        for name, value in detail.items()
        if value not in ("", None, [], {})
    )


def _value(label: str, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        separator = "、" if get_language() != "en" else ", "
        return separator.join(_field(label, str(one)) if name == "fields" else str(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={one}" for key, one in value.items())
    return _field(label, str(value)) if name == "field" else str(value)


def _field(label: str, name: str) -> str:
    model = _model(label)
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name)) if model else name
    except FieldDoesNotExist:
        return name


def _model(label: str) -> type[models.Model] | None:
    return _models().get(label)


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.label_lower: model for model in apps.get_models()}


def _acts() -> Words:
    words: Words = import_string(settings.ACTS)
    return words
