"""Asking for a report: who may, how many a day, and whether it is handed out at once or made in the background."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from config.files.exports.export import Export
from config.files.exports.making import make_soon
from config.files.exports.report import TAKE_PLAIN, Conditions, Report
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, first_locked
from config.kernel.policy import current_policy
from config.kernel.replica import reports_database

DAY = timedelta(hours=24)


def objection_to_ask(report: Report, *, by: Any, plain: Collection[str] = (), purpose: str = "") -> str:
    """Why this person does not get this report in these columns, or ""."""
    if not report.may_be_taken_by(by):
        return _("Your role does not take this report away.")
    if plain and not by.has_perm(TAKE_PLAIN):
        return _("Your role does not take personal data away unmasked.")
    if plain and purpose not in Export.Purpose.values:
        return _("Say what the plain personal data is for.")
    return ""


def ask(
    report: Report,
    conditions: Conditions,
    *,
    by: Any,
    now: datetime,
    plain: Collection[str] = (),
    purpose: str = "",
    file_format: str = Export.Format.CSV,
    as_file: bool = False,
) -> tuple[Export, bytes | None]:
    """The export and, where it is short, its whole file; a long one, or any one `as_file`, waits for the worker.

    Raises `Refused`: "forbidden", "conditions" where the list would show an error, "format" where there is no such one, and "too_many"
    past the day's number.
    """
    if file_format not in Export.Format.values:
        raise Refused(_("The portal makes no files of this format."), code="format")
    known = [column.name for column in report.personal if column.name in plain]
    if sentence := objection_to_ask(report, by=by, plain=known, purpose=purpose):
        raise Refused(sentence, code="forbidden")
    rows = report.selected(conditions, person=by)
    with told_as_refusals(), transaction.atomic():
        # Whoever asks at the same moment in another window waits here, and then is counted.
        first_locked(get_user_model()._base_manager.filter(pk=by.pk))
        _refuse_too_many(by, now)
        policy = current_policy()
        export = Export.objects.create(
            report=report.name,
            conditions=dict(conditions),
            file_format=file_format,
            plain_columns=known,
            purpose=purpose if known else "",
            language=get_language(),
            asked_by=by,
            asked_at=now,
            branch_key=by.branch_id,
        )
        record("export_asked", by=by, now=now, subject=export, detail=_asked(export))
        if not as_file and is_short(rows, policy.export_rows_at_once):
            return export, export.hand_out(by=by, now=now)
        transaction.on_commit(partial(make_soon, export.pk), robust=True)
    return export, None


def is_short(rows: Any, most: int) -> bool:
    """Whether there are so few rows; counted no further than that, and where the file will read them."""
    return rows.using(reports_database()).order_by()[: most + 1].count() <= most


def ask_again(export: Export, *, by: Any, now: datetime) -> None:
    """What was not made waits for the worker once more. Raises `Refused`."""
    export.retry(by=by, now=now)
    transaction.on_commit(partial(make_soon, export.pk), robust=True)


def _asked(export: Export) -> dict[str, Any]:
    return {"report": export.report, "format": export.file_format, "plain": export.plain_columns}


def _refuse_too_many(person: Any, now: datetime) -> None:
    most = current_policy().exports_per_day
    if Export.objects.asked_since(now - DAY, by=person).count() >= most:
        said = ngettext(
            "You have taken %(most)d export in the last 24 hours, which is the most.",
            "You have taken %(most)d exports in the last 24 hours, which is the most.",
            most,
        )
        raise Refused(said % {"most": most}, code="too_many")
