"""Bulletins in every state, each reached through the verbs."""

from __future__ import annotations

from datetime import timedelta

from config.accounts.branches import Branch
from config.kernel import clock
from terminals.bulletins import write_bulletin
from terminals.models import Bulletin
from tests.accounts.factories import BranchFactory, StaffFactory

WORDS = {
    "title_zh": "核心系统升级",
    "title_en": "Upgrade of the core system",
    "text_zh": "升级期间终端可能显示 97，升级后自动恢复。",
    "text_en": "Terminals may show 97 meanwhile and recover by themselves.",
}


def head_office() -> Branch:
    return Branch.objects.filter(parent=None).first() or BranchFactory(parent=None)


def writer(role: str = "supervisor", branch: Branch | None = None, **given):
    return StaffFactory(role=role, branch=branch or head_office(), **given)


def said(*, now=None, **changed) -> dict:
    """What a whole-bank fault says that began an hour ago and is expected to last two more."""
    now = now or clock.now()
    return {
        **WORDS,
        "kind": Bulletin.Kind.FAULT,
        "starts_at": now - timedelta(hours=1),
        "expected_end_at": now + timedelta(hours=2),
        "branch": None,
        "carrier": "",
        "code": "",
    } | changed


def drafted(*, by=None, now=None, **changed) -> Bulletin:
    now = now or clock.now()
    return write_bulletin(by=by or writer(), now=now, **said(now=now, **changed))


def published(*, by=None, now=None, **changed) -> Bulletin:
    by, now = by or writer(), now or clock.now()
    bulletin = drafted(by=by, now=now, **changed)
    bulletin.publish(by=by, now=now)
    return bulletin


def ended(*, by=None, now=None, **changed) -> Bulletin:
    by, now = by or writer(), now or clock.now()
    bulletin = published(by=by, now=now, **changed)
    bulletin.end(by=by, now=now)
    return bulletin


def planned(*, in_days: float = 2, **changed) -> Bulletin:
    """An upgrade in the night, published beforehand."""
    start = clock.now() + timedelta(days=in_days)
    given = {"kind": "upgrade", "starts_at": start, "expected_end_at": start + timedelta(hours=4)}
    return published(**given | changed)
