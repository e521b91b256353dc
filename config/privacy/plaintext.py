"""Text a person typed: what is refused, what is quietly cleaned, and how query strings are read."""

import re
import unicodedata
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from config.privacy.masking import is_masked

# Joiners belong to some names and emoji; every other invisible character only hides or reorders text
KEPT_FORMAT_CHARACTERS = frozenset("\u200c\u200d")
LONGEST_SEARCH = 100
MOST_PARAMETERS = 50
LAST_PAGE = 100_000


def problem(text: str, *, max_length: int | None = None) -> str:
    """Why this text can't be stored, or "". Counts before any other work is done."""
    if max_length is not None and len(text) > max_length:
        return _("Shorten this to %(limit)d characters; it has %(count)d.") % {
            "limit": max_length,
            "count": len(text),
        }
    if "\x00" in text:
        return _("Remove the NUL character (an invisible character) and type the text again.")
    if any("\ud800" <= char <= "\udfff" for char in text):
        return _("Remove the characters that are shown as boxes or question marks and type them again.")
    return ""


def masked_problem(text: str) -> str:
    """Why a text with stars can't be stored, or ""."""
    return _("Enter the full value: a value with * is only how it is shown.") if is_masked(text) else ""


def clean(text: str, *, multiline: bool = False) -> str:
    """The text in NFC without control, bidirectional and invisible characters; line breaks stay only where `multiline`."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x85]", "\n", unicodedata.normalize("NFC", text))
    if not multiline:
        text = re.sub(r"[\n\t\v\f]", " ", text)
    return "".join(char for char in text if _is_shown(char)).strip()


def search_text(raw: str | None) -> str:
    """What a search box holds, fit for any database: NFKC, cleaned, at most 100 characters."""
    return clean(unicodedata.normalize("NFKC", (raw or "")[:LONGEST_SEARCH]))[:LONGEST_SEARCH]


def page_number(raw: str | None) -> int:
    """The page a query string asks for: 1 for anything that is not a number, never beyond what a database can count to."""
    text = unicodedata.normalize("NFKC", (raw or "")[:20]).strip()
    if not re.fullmatch(r"[0-9]+", text):
        return 1
    return min(max(int(text), 1), LAST_PAGE)


def clean_query(query: QueryDict) -> QueryDict:
    """A copy of a query string for filters and links: cleaned names and values, at most 50 of them, each at most 100 characters."""
    kept = [
        (search_text(name), search_text(value))
        for name, values in list(query.lists())[:MOST_PARAMETERS]
        for value in values[:MOST_PARAMETERS]
    ]
    return QueryDict(urlencode(kept))


def _is_shown(char: str) -> bool:
    if char in "\n\t" or char in KEPT_FORMAT_CHARACTERS:
        return True
    if ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef":
        return False
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
