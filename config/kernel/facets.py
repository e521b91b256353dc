"""The filters of a desk's list as links: they work without a script and can be shared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

# The filter of this name holds the list's saved views and stands above it, not beside it.
VIEWS = "view"
MOST_OPTIONS = 40
MOST_UNFOLDED = 16


class Option(NamedTuple):
    """A choice as a link; `tally` is how many rows it leads to, where a list says so, and `is_bad` that this is too many."""

    label: str
    url: str
    is_current: bool
    tally: str = ""
    is_bad: bool = False


class Facet(NamedTuple):
    """A filter with what it offers, everything first; a long one opens only where something of it is chosen."""

    name: str
    title: str
    options: list[Option]

    @property
    def is_open(self) -> bool:
        return len(self.options) <= MOST_UNFOLDED or not self.options[0].is_current


def views_of(changes: Any) -> list[Option]:
    """The saved views of the list, each keeping the other filters."""
    return _options(changes, VIEWS) if VIEWS in changes.filters.filters else []


def facets_of(changes: Any) -> list[Facet]:
    """One facet for each filter that offers a choice, with a way back to everything."""
    facets = []
    for name, filter_ in changes.filters.filters.items():
        if name == VIEWS or not (options := _options(changes, name)):
            continue
        everything = Option(_("All"), changes.address(**{name: ""}), not changes.filters.data.get(name))
        facets.append(Facet(name, capfirst(str(filter_.label)), [everything, *options]))
    return facets


def _options(changes: Any, name: str) -> list[Option]:
    current = changes.filters.data.get(name, "")
    if name == VIEWS and not current and not changes.filters.data.get("q"):
        current = getattr(changes.filters, "opens_with", "")
    return [
        Option(capfirst(str(label)), changes.address(**{name: str(value)}), str(value) == current)
        for value, label in _choices(changes.filters.filters[name], changes.filters.request)
    ]


def _choices(filter_: Any, request: Any) -> Iterable[tuple[Any, Any]]:
    """A filter may say what it offers (`facet_choices`); one over a table offers its first rows."""
    if hasattr(filter_, "facet_choices"):
        return filter_.facet_choices(request)
    if "queryset" in filter_.extra:
        return [(row.pk, row) for row in filter_.get_queryset(request)[:MOST_OPTIONS]]
    choices = filter_.extra.get("choices", ())
    return choices() if callable(choices) else choices
