"""Searching a list by the numbers that its rows are called by."""

from __future__ import annotations

from typing import Any

import django_filters

from config.privacy.formfields import PlainTextField


class NumberField(PlainTextField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, **kwargs})


class NumberFilter(django_filters.CharFilter):
    field_class = NumberField


def keys_of_number(number: str, letters: str) -> list[int]:
    """The key that a number stands for, with or without its letters; none where it is no number."""
    digits = number.strip().upper().removeprefix(letters)
    return [int(digits)] if digits.isascii() and digits.isdigit() and len(digits) < 19 else []
