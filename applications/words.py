"""What people say with a step: notes, reasons, answers, and what the merchant reads."""

from __future__ import annotations

from config.kernel.lifecycle import Refused
from config.privacy import plaintext

LONGEST = 500


def kept(text: str) -> str:
    """The text without blank ends; raises `Refused` with code "text" where it is too long to be kept or no database takes it."""
    text = text.strip()
    if sentence := plaintext.problem(text, max_length=LONGEST):
        raise Refused(sentence, code="text")
    return text
