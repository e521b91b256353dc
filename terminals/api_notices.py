"""What a device is told while the bank has announced an upgrade or a fault: a notice, and 503 where the refusal is the bank's own trouble."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from terminals.bulletins import incident_of, running_now, touching
from terminals.models import Bulletin, Terminal
from terminals.refusals import BAD_MESSAGE, REFUSALS, error_body

# Refusals that could be the bank's own doing. What is stopped stays stopped (410), too many tries stay too many (429).
DOUBTFUL = (401, 403, 404, 409)
SHORTEST_WAIT_S, UNKNOWN_WAIT_S, LONGEST_WAIT_S = 60, 300, 3600


def with_notice(body: dict[str, Any], terminal: Terminal, *, now: datetime) -> dict[str, Any]:
    """The answer, with a `notice` while a bulletin touches the terminal."""
    bulletin = touching(terminal, now=now)
    return body | {"notice": _notice(bulletin, now)} if bulletin else body


def in_view_of_bulletins(
    status: int, body: dict[str, Any], *, terminal: Terminal | None, now: datetime
) -> tuple[int, dict[str, Any]]:
    """Status and body of a refusal as the device gets it, with a `notice` while a bulletin touches it.

    Where the bulletin says that the very code of the refusal is the bank's own trouble, and where the portal itself is at
    fault, it is 503 with a time to come back, never "not registered". Without a `terminal` that has proved who it is, only
    what the bank tells everybody counts, so that nothing can be learnt of a serial number.
    """
    error = body["error"]
    try:
        bulletin = _behind(error["response_code"], terminal, now)
    except Exception:  # noqa: BLE001 - a device must get an answer, whatever else is in pieces
        return status, body
    if bulletin is None:
        return status, body
    is_ours = bulletin.code == error["response_code"] and status in DOUBTFUL
    if is_ours or error["code"] == "fault":
        status = REFUSALS["announced"].status
        body = error_body("announced", retry_after=_wait(bulletin, now))
    return status, body | {"notice": _notice(bulletin, now)}


def _behind(response_code: str, terminal: Terminal | None, now: datetime) -> Bulletin | None:
    if response_code == BAD_MESSAGE:
        # What the device itself did wrong has nothing to do with the bank's troubles.
        return None
    if terminal is not None:
        return incident_of(terminal, code=response_code, now=now)
    rows = running_now(now=now).filter(Q(code="") | Q(code=response_code), carrier="")
    return rows.order_by("starts_at", "id").first()


def _wait(bulletin: Bulletin, now: datetime) -> int:
    """Seconds until it is worth coming back: at the expected end, within an hour, and a while later where that has passed."""
    end = bulletin.expected_end_at
    if end is None or end <= now:
        return UNKNOWN_WAIT_S
    return min(max(int((end - now).total_seconds()), SHORTEST_WAIT_S), LONGEST_WAIT_S)


def _notice(bulletin: Bulletin, now: datetime) -> dict[str, Any]:
    end = bulletin.expected_end_at
    return {
        "number": bulletin.number,
        "kind": bulletin.kind,
        "title": bulletin.title_zh,
        "title_en": bulletin.title_en,
        "text": bulletin.text_zh,
        "text_en": bulletin.text_en,
        "starts_at": bulletin.starts_at.isoformat(timespec="seconds"),
        "expected_end_at": end.isoformat(timespec="seconds") if end else None,
        "is_late": bulletin.is_late(now),
    }
