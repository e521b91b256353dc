"""The keyed chain over the append-only tables, and the search for the first row that does not belong to it.

Every link (`AuditSeal`) covers a batch of rows of one table: a short keyed digest per row, so that a changed row can be
named, and one digest over these and the link before, so that no link can be taken out. Without `AUDIT_KEY` nobody, the
database's owner included, can make a link. What a chain alone cannot show is its own end cut off: each new head is
therefore also written to the log, which is shipped elsewhere.
"""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from config.kernel.audit import AccessRecord, AuditEvent, AuditSeal
from config.kernel.history import StatusChange

log = structlog.get_logger(__name__)

SEALED = (AuditEvent, AccessRecord, StatusChange)
BATCH = 1000
ROW_ID_BYTES = 8
ROW_MAC_BYTES = 16
WAIT_SECONDS = 5.0


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong in one table."""

    table: str
    row_id: int | None
    sentence: str


def seal_events(now: datetime) -> int:
    """Leave every settled row sealed; return how many were. Rows of transactions still open wait for the next time."""
    return sum(_seal_table(model, now) for model in SEALED)


def first_fault(model: type[models.Model]) -> Fault | None:
    """The first row or link of this table that is not as it was sealed, or None."""
    table = model._meta.db_table
    previous = _Link(number=0, last_id=0, digest="")
    for seal in AuditSeal.objects.filter(table=table).order_by("number").iterator(chunk_size=50):
        if sentence := _broken_link(seal, previous):
            return Fault(table, None, f"link {seal.number}: {sentence}")
        if fault := _changed_row(model, seal, after=previous.last_id):
            return fault
        previous = _Link(seal.number, seal.last_id, seal.digest)
    return None


def head_of(model: type[models.Model]) -> AuditSeal | None:
    """The newest link: what to compare with the anchor kept outside."""
    return AuditSeal.objects.filter(table=model._meta.db_table).order_by("-number").first()


@dataclass(frozen=True)
class _Link:
    number: int
    last_id: int
    digest: str


def _seal_table(model: type[models.Model], now: datetime) -> int:
    settled = _settled_up_to(model)
    sealed = 0
    while settled:
        head = head_of(model)
        last = head.last_id if head else 0
        digests = b"".join(_row_digests(model, after=last, up_to=settled, limit=BATCH))
        if not digests:
            break
        seal = _new_seal(model, head, digests, now)
        try:
            with transaction.atomic():
                seal.save(force_insert=True)
        except IntegrityError:
            break  # another worker sealed this batch
        sealed += seal.row_count
        log.info(
            "audit_sealed", table=seal.table, number=seal.number, last_row=seal.last_id, head=seal.digest
        )
    return sealed


def _new_seal(model: type[models.Model], head: AuditSeal | None, digests: bytes, now: datetime) -> AuditSeal:
    ids = [row_id for row_id, _mac in _split(digests)]
    seal = AuditSeal(
        table=model._meta.db_table,
        number=head.number + 1 if head else 1,
        first_id=ids[0],
        last_id=ids[-1],
        row_count=len(ids),
        row_digests=digests,
        previous_digest=head.digest if head else "",
        sealed_at=now,
    )
    seal.digest = _link_digest(seal)
    return seal


def _settled_up_to(model: type[models.Model]) -> int:
    """The highest row id below which no transaction can add a row any more; 0 while that cannot be said.

    PostgreSQL hands out ids before the commit, so a lower id may appear after a higher one. Whoever has taken an id holds
    the table's ROW EXCLUSIVE lock until the end, so: read the highest id, then wait for those who hold the lock now.
    SQLite has one writer at a time.
    """
    highest = model._base_manager.aggregate(highest=models.Max("pk"))["highest"] or 0
    if connection.vendor != "postgresql":
        return highest
    before = _writers(model)
    deadline = time.monotonic() + WAIT_SECONDS
    while before & _writers(model):
        if time.monotonic() > deadline:
            return 0
        time.sleep(0.05)
    return highest


def _writers(model: type[models.Model]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND relation = %s::regclass AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()",
            [model._meta.db_table],
        )
        return {writer for (writer,) in cursor.fetchall()}


def _row_digests(
    model: type[models.Model], *, after: int, up_to: int, limit: int | None = None
) -> Iterator[bytes]:
    columns = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.filter(pk__gt=after, pk__lte=up_to).order_by("pk").values_list("pk", *columns)
    for pk, *values in rows[:limit].iterator(chunk_size=500):
        text = json.dumps([model._meta.db_table, *values], sort_keys=True, default=_plain)
        yield pk.to_bytes(ROW_ID_BYTES, "big") + _mac(text.encode())[:ROW_MAC_BYTES]


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _changed_row(model: type[models.Model], seal: AuditSeal, *, after: int) -> Fault | None:
    table = seal.table
    found = dict(_split(b"".join(_row_digests(model, after=after, up_to=seal.last_id))))
    sealed = dict(_split(bytes(seal.row_digests)))
    for row_id in sorted(found.keys() | sealed.keys()):
        if row_id not in found:
            return Fault(table, row_id, f"row {row_id}: sealed, but no longer there")
        if row_id not in sealed:
            return Fault(table, row_id, f"row {row_id}: put in after its neighbours were sealed")
        if not hmac.compare_digest(found[row_id], sealed[row_id]):
            return Fault(table, row_id, f"row {row_id}: changed since it was sealed")
    return None


def _broken_link(seal: AuditSeal, previous: _Link) -> str:
    if seal.number != previous.number + 1:
        return f"link {previous.number + 1} is missing before it"
    if seal.previous_digest != previous.digest:
        return "does not continue the link before it"
    if not hmac.compare_digest(seal.digest, _link_digest(seal)):
        return "was changed or not made with this key"
    return ""


def _link_digest(seal: AuditSeal) -> str:
    named = [seal.table, seal.number, seal.first_id, seal.last_id, seal.row_count, _plain(seal.sealed_at)]
    text = json.dumps([*named, seal.algorithm, seal.previous_digest])
    return _mac(text.encode() + bytes(seal.row_digests)).hex()


def _split(digests: bytes) -> list[tuple[int, bytes]]:
    step = ROW_ID_BYTES + ROW_MAC_BYTES
    parts = [digests[at : at + step] for at in range(0, len(digests), step)]
    return [(int.from_bytes(part[:ROW_ID_BYTES], "big"), part[ROW_ID_BYTES:]) for part in parts]


def _mac(text: bytes) -> bytes:
    return hmac.digest(b64decode(settings.AUDIT_KEY), text, "sha256")
