"""The versions of a response code, each with what it changed, for the desk."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext

from terminals.models import ResponseCode, ResponseCodeVersion
from terminals.models.response_code import FIELDS, WORDING


class Difference(NamedTuple):
    label: str
    before: str
    after: str


class Edition(NamedTuple):
    """A version with what it changed; the first one changed nothing."""

    version: ResponseCodeVersion
    differences: list[Difference]


def editions_of(row: ResponseCode) -> list[Edition]:
    """Every version, newest first, each with what it changed."""
    versions = list(row.versions.select_related("changed_by"))
    later = [Edition(newer, differences(said(older), said(newer))) for newer, older in pairwise(versions)]
    return [*later, *(Edition(version, []) for version in versions[-1:])]


def said(wording: Any) -> dict[str, Any]:
    return {name: getattr(wording, name) for name in WORDING}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    return [
        Difference(_label(name), _shown(name, before[name]), _shown(name, after[name]))
        for name in WORDING
        if before[name] != after[name]
    ]


def _label(name: str) -> str:
    return capfirst(str(FIELDS[name].verbose_name))


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    choices = dict(FIELDS[name].choices or ())
    return str(choices.get(value, value))
