"""Names of files: what people read, and what the file system sees."""

import secrets
import unicodedata

MAX_NAME = 150
MAX_EXTENSION = 12
EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "image/heic": ".heic", "application/pdf": ".pdf"}
# Control, format (bidi overrides among them), surrogate and private characters, line and paragraph separators.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def random_name() -> str:
    """32 random bytes in hexadecimal: nobody guesses it, and it says nothing about what it names."""
    return secrets.token_hex(32)


def display_name(sent: str | None, *, media_type: str) -> str:
    """The name the sender gave, safe to show: no folders, nothing invisible, at most 150 characters, extension kept."""
    last = unicodedata.normalize("NFC", sent or "").replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(character for character in last if unicodedata.category(character) not in INVISIBLE)
    seen = " ".join(seen.split()).lstrip(". ")
    if not seen:
        return "file" + EXTENSIONS[media_type]
    stem, dot, extension = seen.rpartition(".")
    if dot and stem and len(extension) <= MAX_EXTENSION:
        return stem[: MAX_NAME - len(extension) - 1] + dot + extension
    return seen[:MAX_NAME]


def download_name(shown: str, *, media_type: str) -> str:
    """The name for the reader's disk: ends in the extension of what the file truly is, whatever its sender called it."""
    stem, dot, extension = shown.rpartition(".")
    if not dot or not stem or len(extension) > MAX_EXTENSION:
        stem = shown
    return stem + EXTENSIONS[media_type]
