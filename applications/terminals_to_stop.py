"""The terminals that a stop names, each with what its merchant declares of the last batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Settled(models.TextChoices):
    YES = "yes", _("settled")
    NO = "no", _("not settled yet")
    UNKNOWN = "unknown", _("not known")


class ToStop(NamedTuple):
    """A terminal by its number, its last batch and whether that is settled, as declared; "" where nothing was said."""

    number: str
    batch: str = ""
    settled: str = ""

    @property
    def said(self) -> str:
        """What was declared, in words."""
        settled = str(Settled(self.settled).label) if self.settled else ""
        return " ".join(filter(None, [self.batch, settled]))


def kept(lines: Iterable[ToStop]) -> list[dict[str, str]]:
    """As they are kept in the application and in its submissions: plain values, in the order of the numbers."""
    return [line._asdict() for line in sorted(lines)]


def read(values: Iterable[dict[str, str]]) -> list[ToStop]:
    return [ToStop(**value) for value in values]
