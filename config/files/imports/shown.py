"""An import in the words of its page: what it is, how far it got, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.files.exports.shown import Progress, time_left
from config.files.imports.job import ImportJob
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import count, moment


def progress_of(job: ImportJob, *, now: datetime) -> Progress | None:
    """Lines judged of lines counted, with the time left by the pace so far; None where nobody is at work."""
    if job.status not in ImportJob.OPEN:
        return None
    expected, done = job.lines_expected, job.lines_done
    if job.status == ImportJob.Status.PENDING or not expected:
        return Progress(0, 0, _("Waits for its turn."))
    done = min(done, expected)
    if done == expected:
        return Progress(
            0, 0, _("All %(count)s lines are judged. They are being written.") % {"count": count(expected)}
        )
    words = _("%(done)s of %(expected)s lines judged") % {"done": count(done), "expected": count(expected)}
    left = time_left(job.started_at, done, expected, now)
    return Progress(done, expected, f"{words}{_(', ')}{left}" if left else words)


def facts_of(job: ImportJob) -> list[dict[str, Any]]:
    """What was asked for, by whom, and what came of it."""
    what = _("Check only") if job.only_look else _("Check and import")
    rows = [
        (_("List"), job.title, what),
        (pgettext("import", "Asked for"), moment(job.asked_at), str(job.asked_by)),
        (pgettext("import", "Lines"), _counted(job.lines_expected), ""),
        (_("Good lines"), _counted(job.good_count), ""),
        (_("Wrong lines"), _counted(job.error_count or None), ""),
        (_("Over at"), moment(job.finished_at) if job.finished_at else "", ""),
        (_("List kept until"), moment(job.expires_at) if not job.objection_to_keep() else "", ""),
    ]
    return [{"label": label, "value": value, "sub": sub} for label, value, sub in rows if value]


def outcome_of(job: ImportJob, *, person: Any) -> str:
    """What has happened, in one sentence; "" while it has not."""
    if job.status == ImportJob.Status.FAILED:
        return str(job.get_failure_display())
    if job.status == ImportJob.Status.CANCELLED:
        return _("It was called off. Nothing was imported.")
    if job.status != ImportJob.Status.DONE or (declared := job.declared) is None:
        return ""
    if job.only_look:
        return _("All lines are good. This check has imported nothing.")
    try:
        return declared.said(job.added_count, **declared.found(job.given, person))
    except Refused:
        # A branch that has left the person's reach is not named any more.
        return _("Rows added or changed: %(count)s") % {"count": count(job.added_count)}


def _counted(number: int | None) -> str:
    return "" if number is None else count(number)
