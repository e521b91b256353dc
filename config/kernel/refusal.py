"""A step that may not be taken, and the one sentence that says why."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class Refused(Exception):
    """A step that may not be taken, with the one sentence that says why. `code` is for machines."""

    def __init__(self, sentence: str, *, code: str = "refused", **params: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.code = code
        self.params = params

    def leave_trace(self, *, now: datetime) -> None:
        """What must be on record although the step is undone; nothing by default. Called again after every rollback."""
