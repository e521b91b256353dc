"""A broken database constraint told as the sentence its author wrote.

Django shows `violation_error_message` only from `full_clean()`, never for an IntegrityError. PostgreSQL names the broken
constraint; SQLite names it for a CHECK but gives only table and columns for a unique index.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import IntegrityError, models

from config.kernel.refusal import Refused

_SQLITE_CHECK = re.compile(r"CHECK constraint failed: (\w+)")
_SQLITE_UNIQUE_NAMED = re.compile(r"UNIQUE constraint failed: index '(\w+)'")
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")


def broken_constraint(error: IntegrityError) -> models.BaseConstraint | None:
    """The declared constraint that the error speaks of, or None where the database broke on something undeclared."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return _by_name(diagnosis.constraint_name)
    text = str(error)
    if match := _SQLITE_CHECK.search(text) or _SQLITE_UNIQUE_NAMED.search(text):
        return _by_name(match[1])
    if match := _SQLITE_UNIQUE.search(text):
        return _by_columns({column.strip() for column in match[1].split(",")})
    return None


def sentence_for(error: IntegrityError) -> str:
    """The broken constraint's own message, or "" where it has none."""
    constraint = broken_constraint(error)
    if constraint is None or constraint.violation_error_message == constraint.default_violation_error_message:
        return ""
    return str(constraint.get_violation_error_message())


@contextmanager
def told_as_refusals() -> Iterator[None]:
    """A constraint broken inside the block is `Refused` with its own sentence ("constraint"); one without stays an error.

    Stands around the transaction, since nothing more can be asked of one whose constraint is broken.
    """
    try:
        yield
    except IntegrityError as error:
        if not (sentence := sentence_for(error)):
            raise
        raise Refused(sentence, code="constraint") from error


def _declared():
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            yield model, constraint


def _by_name(name: str | None) -> models.BaseConstraint | None:
    return next((constraint for _, constraint in _declared() if constraint.name == name), None)


def _by_columns(columns: set[str]) -> models.BaseConstraint | None:
    for model, constraint in _declared():
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            table = model._meta.db_table
            named = {f"{table}.{model._meta.get_field(field).column}" for field in constraint.fields}
            if named == columns:
                return constraint
    return None
