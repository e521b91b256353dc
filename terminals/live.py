"""Which terminals of a merchant still live, in words for whoever wants its contract to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from terminals.models import Terminal

if TYPE_CHECKING:
    from merchants.models import Merchant


def still_live(merchant: Merchant) -> list[str]:
    """One sentence for each terminal that has not ended."""
    live = Terminal.objects.filter(merchant=merchant).live().order_by("pk")
    return [
        _("Terminal %(number)s is “%(status)s”. It has to end first.")
        % {"number": terminal.number, "status": terminal.get_status_display()}
        for terminal in live
    ]
