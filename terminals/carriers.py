"""Whose network a device speaks over, told from the number of its SIM card."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

PREFIX = 6


class Carrier(models.TextChoices):
    MOBILE = "mobile", _("China Mobile")
    UNICOM = "unicom", _("China Unicom")
    TELECOM = "telecom", _("China Telecom")


# The issuer's mark in front of an ICCID (ITU-T E.118: 89, the country code 86, then the network).
_OF_PREFIX = {
    **dict.fromkeys(("898600", "898602", "898604", "898607"), Carrier.MOBILE),
    **dict.fromkeys(("898601", "898606", "898609"), Carrier.UNICOM),
    **dict.fromkeys(("898603", "898611"), Carrier.TELECOM),
}


def carrier_of(iccid: str) -> str:
    """The carrier that issued the card, or "" for no card and for one of another issuer."""
    return _OF_PREFIX.get(iccid[:PREFIX], "")
