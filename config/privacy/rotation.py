"""Re-encrypting what is stored under the first of FIELD_KEYS, so that older keys can be taken out of service."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F, TextField

from config.privacy.fields import SealedField, record_of
from config.privacy.sealing import key_id_of, writing_key_id

Rotator = Callable[[], tuple[int, int]]

# Rooms that keep sealed bytes outside these columns (files, second factors) add a function here when their app is
# ready: it reseals them, with `sealing.resealed`, and returns (resealed, all)
elsewhere: dict[str, Rotator] = {}


def sealed_columns() -> Iterator[SealedField]:
    """Every encrypted column of every table, history tables included."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield from (
                field for field in model._meta.local_concrete_fields if isinstance(field, SealedField)
            )


def keys_in_use(column: SealedField) -> dict[str, int]:
    """How many records of this column each key has sealed."""
    counts: dict[str, int] = {}
    for _pk, stored in _stored(column).iterator():
        key_id = key_id_of(record_of(stored))
        counts[key_id] = counts.get(key_id, 0) + 1
    return counts


def rotate(column: SealedField, *, batch_size: int = 500) -> tuple[int, int]:
    """Reseal this column's records that another key has sealed; returns (resealed, looked at).

    Each batch is its own transaction, and what is done is skipped next time: it may be stopped and run again at any moment.
    A row someone else writes meanwhile keeps what they wrote, which is under the first key already.
    """
    resealed = seen = 0
    last = None
    while batch := list(_after(column, last)[:batch_size]):
        with transaction.atomic():
            resealed += sum(_reseal(column, pk, stored) for pk, stored in batch)
        seen += len(batch)
        last = batch[-1][0]
    return resealed, seen


def _reseal(column: SealedField, pk: object, stored: str) -> int:
    if key_id_of(record_of(stored)) == writing_key_id():
        return 0
    return _stored(column).filter(pk=pk, stored=stored).update(**{column.name: column.opened(stored)})


def _after(column: SealedField, last: object) -> models.QuerySet:
    rows = _stored(column).order_by("pk")
    return rows if last is None else rows.filter(pk__gt=last)


def _stored(column: SealedField) -> models.QuerySet:
    """(pk, ciphertext as stored) of the rows that hold something: a wrapped column is read without being opened."""
    as_stored = ExpressionWrapper(F(column.name), output_field=TextField())
    rows = column.model._base_manager.annotate(stored=as_stored)
    return rows.exclude(stored="").filter(stored__isnull=False).values_list("pk", "stored")
