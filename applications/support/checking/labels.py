"""A label for the device, beside the slip: whoever stands before a refusing terminal scans it and is asked with its number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from config.files.qr import qr_picture
from terminals.models import Terminal
from terminals.page_parts import Link


class Label:
    """What is printed: the number, in words what to do, and the address as a QR code. Nothing secret, and no person's name."""

    def __init__(self, terminal: Terminal, whole_address: Callable[[str], str]) -> None:
        self.terminal = terminal
        self.url = whole_address(f"{reverse('check')}?{urlencode({'terminal': terminal.number})}")

    @property
    def qr(self) -> str:
        return qr_picture(self.url)


def label_of(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    """For the documents on the page of a terminal that has not ended."""
    if terminal.status in Terminal.ENDED:
        return []
    url = reverse("self_check_label", args=[terminal.number])
    return [
        Link(gettext("Label with the QR code of the self-check"), url, hint=terminal.number, icon="qr-code")
    ]
