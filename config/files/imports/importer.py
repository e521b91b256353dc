"""A list that a desk takes, as data: who may send it, which columns it has, what becomes of it and what is said then.

A room declares its importers beside what judges their lines; `config.importers` names them all, and is found through
`settings.IMPORTERS`. So the worker finds, by the name that a job keeps, the very function that a request calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from config.files import lists
from config.files.lists import MOST_LONG_LINES, ImportReport, Shape

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What the form of a list asks beside the list: how a job keeps it, and how it is found again for a person.

    `found` raises `Refused` "rights" for what this person may not name any more.
    """

    keep: Callable[[Any], Any] = lambda value: value
    found: Callable[[Any, Any], Any] = lambda kept, person: kept


@dataclass(frozen=True)
class Importer:
    """One kind of list. `take` is called with the content, `by`, `now`, `only_look`, `taking` and what `asks` names.

    A list of more than `most_at_once` lines is a job with a page of its own; left out, that is what any request takes.
    `said` says what has happened, of the number of rows and what was asked; `headings` stand over the lines of a preview.
    """

    name: str
    title: str | Promise
    permission: str
    shape: Shape
    take: Callable[..., ImportReport]
    said: Callable[..., str]
    headings: Callable[[], list[str]]
    asks: Mapping[str, Asked] = field(default_factory=dict)
    most_lines: int = MOST_LONG_LINES
    most_at_once: int | None = None

    @property
    def in_request(self) -> int:
        """The lines that a request takes."""
        return lists.MOST_LINES if self.most_at_once is None else self.most_at_once

    @property
    def takes_long(self) -> bool:
        """Whether a list may be longer than a request takes."""
        return self.most_lines > self.in_request

    def may_be_used_by(self, person: Any) -> bool:
        return bool(person.is_active and person.has_perm(self.permission))

    def objection(self, person: Any) -> str:
        """Why this person does not import such a list, or ""."""
        return "" if self.may_be_used_by(person) else _("Your role does not import this list.")

    def asked_of(self, cleaned: Given) -> dict[str, Any]:
        """What `take` and `said` want to know, from the form."""
        return {name: cleaned[name] for name in self.asks}

    def kept(self, given: Given) -> dict[str, Any]:
        return {name: asked.keep(given[name]) for name, asked in self.asks.items()}

    def found(self, kept: Given, person: Any) -> dict[str, Any]:
        """What was kept, as this person may name it today. Raises `Refused`."""
        return {name: asked.found(kept[name], person) for name, asked in self.asks.items()}


def importers() -> list[Importer]:
    """Every list that the portal takes."""
    return list(import_string(settings.IMPORTERS))


def importer_named(name: str) -> Importer | None:
    return next((importer for importer in importers() if importer.name == name), None)
