"""Long lists that are searched, never sent whole: a code or part of a name is typed, the server says what it means."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.privacy.plaintext import search_text
from merchants.models import Division, MerchantCategory

MOST_CANDIDATES = 20


class Candidate(NamedTuple):
    key: str
    words: str


class Divisions:
    """The finest divisions there are: a county, or a city that has none."""

    name = "divisions"

    def choices(self) -> QuerySet[Division]:
        parts = Division.objects.filter(parent=OuterRef("pk"))
        return Division.objects.filter(~Exists(parts)).order_by("code")

    def get(self, key: str) -> Division | None:
        return self.choices().filter(pk=key).first() if key else None

    def words(self, row: Division) -> str:
        return row.full_name

    def find(self, text: str) -> list[Division]:
        """Divisions whose code or full name the text means, nearest first, one more than are shown at most."""
        wanted = "".join(search_text(text).split())
        if not wanted:
            return []
        if wanted.isdigit():
            # 440300 is a city: what was meant is one of its districts.
            prefix = wanted[:6].rstrip("0") if len(wanted) == 6 else wanted
            rows = self.choices().filter(Q(pk=wanted) | Q(pk__startswith=prefix or wanted))
            return list(rows[: MOST_CANDIDATES + 1])
        found = [
            row
            for row in self.choices().filter(full_name__contains=wanted[0])
            if _means(wanted, row.full_name)
        ]
        exact = [row for row in found if row.full_name == wanted]
        found = exact or [row for row in found if wanted in row.full_name] or found
        return found[: MOST_CANDIDATES + 1]

    def advice(self) -> str:
        return _("Type the city and district in Chinese, or the six-digit code.")


class Categories:
    """Merchant categories that the bank serves."""

    name = "categories"

    def choices(self) -> QuerySet[MerchantCategory]:
        return MerchantCategory.objects.filter(is_served=True).order_by("code")

    def get(self, key: str) -> MerchantCategory | None:
        return self.choices().filter(pk=key).first() if key else None

    def words(self, row: MerchantCategory) -> str:
        return str(row)

    def find(self, text: str) -> list[MerchantCategory]:
        """Categories whose code or name holds the text, one more than are shown at most."""
        wanted = search_text(text)
        if not wanted:
            return []
        if (exact := self.get(wanted[:4])) and wanted in (exact.code, self.words(exact)):
            return [exact]
        name = "name_en__icontains" if get_language() == "en" else "name_zh__contains"
        rows = self.choices().filter(
            Q(pk__startswith=wanted[:4] if wanted.isdigit() else wanted) | Q(**{name: wanted})
        )
        return list(rows[: MOST_CANDIDATES + 1])

    def advice(self) -> str:
        return _("Type what you sell or do, such as supermarket, or the four-digit code.")


SOURCES: dict[str, Any] = {source.name: source for source in (Divisions(), Categories())}


def candidates(source: Any, text: str) -> list[Candidate]:
    """What to offer for the text, at most twenty."""
    return [Candidate(row.pk, source.words(row)) for row in source.find(text)[:MOST_CANDIDATES]]


def _means(wanted: str, full_name: str) -> bool:
    """Whether the characters occur in this order: 深圳南山 means 广东省深圳市南山区."""
    rest = iter(full_name)
    return all(character in rest for character in wanted)
