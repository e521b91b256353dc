"""The contact that the record named before a change: where the warning of that change goes."""

from __future__ import annotations

from applications.models import InformationChange
from config.kernel.outbox import Channel


def address_of(key: int, channel: str) -> str:
    """Mobile number or e-mail address of the record before, or "" where it had none."""
    change = InformationChange.objects.filter(pk=key).first()
    before = change.before if change else {}
    return before.get("contact_email" if channel == Channel.EMAIL else "contact_mobile", "")
