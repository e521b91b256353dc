"""What is said of a response code, changed on record: every version stays, and nobody writes over a change they have not seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.files.lists import FORMULA_SIGNS
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, first_locked
from terminals.models import ResponseCode, ResponseCodeVersion
from terminals.models.response_code import WORDING

if TYPE_CHECKING:
    from config.accounts.models import User

STALE = "stale"


def add_code(code_set: str, code: str, words: Mapping[str, Any], *, by: User, now: datetime) -> ResponseCode:
    """The code is listed with its first version.

    Raises `Refused` where the code is listed already or the words break a rule of the table.
    """
    row = ResponseCode(code_set=code_set, code=code, changed_at=now, changed_by=by, **words)
    with told_as_refusals(), transaction.atomic():
        row.save(force_insert=True)
        keep_versions([row])
        record("response_code_added", by=by, now=now, subject=row, detail={"code": str(row)})
    return row


def revise(
    row: ResponseCode, words: Mapping[str, Any], *, seen: int, by: User, now: datetime
) -> tuple[str, ...]:
    """The code says `words` from now on, as its next version; the names of the columns that changed.

    `seen` is the version that the person had before them: `Refused` with the code "stale" where it is no longer the newest.
    Words that change nothing make no version.
    """
    with told_as_refusals(), transaction.atomic():
        current = first_locked(ResponseCode.objects.filter(pk=row.pk))
        if current.version != seen:
            raise Refused(stale_sentence(current), code=STALE)
        changed = tuple(name for name in WORDING if getattr(current, name) != words[name])
        if not changed:
            return ()
        for name in changed:
            setattr(current, name, words[name])
        current.version, current.changed_at, current.changed_by = seen + 1, now, by
        current.save()
        keep_versions([current])
        detail = {"code": str(current), "version": current.version, "fields": list(changed)}
        record("response_code_revised", by=by, now=now, subject=current, detail=detail)
    return changed


def keep_versions(rows: Iterable[ResponseCode]) -> None:
    """Leave what each row says now as a version that no later change touches."""
    ResponseCodeVersion.objects.bulk_create(
        ResponseCodeVersion(
            response_code=row,
            version=row.version,
            changed_at=row.changed_at,
            changed_by_id=row.changed_by_id,
            **{name: getattr(row, name) for name in WORDING},
        )
        for row in rows
    )


def stale_sentence(row: ResponseCode) -> str:
    return _(
        "Somebody else has changed this code since you opened it: it is at version %(version)d now. Nothing was saved."
    ) % {"version": row.version}


def text_problem(text: str) -> str:
    """Why no column may hold this text, or "". The table travels as a CSV file, and a spreadsheet runs what looks like a formula."""
    if text.startswith(FORMULA_SIGNS):
        return _("Begin with a word: what begins with = + - or @ is run by a spreadsheet.")
    return ""


def one_a_line(text: str) -> str:
    """Causes one a line, however they were parted: by lines, or by the upright stroke that parts them in a file."""
    return "\n".join(filter(None, (line.strip() for line in text.replace("|", "\n").splitlines())))
