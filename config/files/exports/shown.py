"""An export in the words of its page: what it is, how far it got, how long it will take."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.files.exports.export import Export
from config.files.exports.rhythm import Every
from config.files.exports.schedule import ReportSchedule
from config.kernel.templatetags.formats import count, moment

# Said in minutes from here on.
LONG = 90


class Progress(NamedTuple):
    done: int
    expected: int
    words: str


def progress_of(export: Export, *, now: datetime) -> Progress | None:
    """Rows written of rows counted, with the time left by the pace so far; None where nobody is at work."""
    if export.status not in Export.OPEN:
        return None
    expected, done = export.rows_expected, export.rows_done
    if export.status == Export.Status.PENDING or not expected:
        return Progress(0, 0, _("Waits for its turn."))
    done = min(done, expected)
    words = _("%(done)s of %(expected)s rows") % {"done": count(done), "expected": count(expected)}
    left = time_left(export.started_at, done, expected, now)
    return Progress(done, expected, f"{words}{_(', ')}{left}" if left else words)


def facts_of(export: Export) -> list[dict[str, Any]]:
    """What was asked for, by whom, and what came of it."""
    shelved = export.shelved
    plain = [
        column.title for column in (shelved.columns if shelved else ()) if column.name in export.plain_columns
    ]
    rows = [
        (pgettext("export", "Asked for"), moment(export.asked_at), str(export.asked_by)),
        (_("Format"), export.get_file_format_display(), ""),
        (_("Rows"), count(export.row_count), ""),
        (_("Size"), filesizeformat(export.size) if export.size is not None else "", ""),
        (
            _("Plain columns"),
            pgettext("list", ", ").join(plain),
            export.get_purpose_display() if plain else "",
        ),
        (_("Expires"), moment(export.expires_at), ""),
        ("SHA-256", _in_groups(export.sha256), ""),
        (_("What went wrong"), export.get_failure_display(), ""),
    ]
    return [{"label": label, "value": value, "sub": sub} for label, value, sub in rows if value]


def schedule_facts(row: ReportSchedule) -> list[dict[str, Any]]:
    """When a report comes, as what and to whom."""
    is_active = row.status == ReportSchedule.Status.ACTIVE
    rows = [
        (pgettext("export", "Report"), row.title, ""),
        (_("How often"), rhythm_of(row), _("Beijing time")),
        (_("Next time"), moment(row.next_at) if is_active else "", ""),
        (_("Format"), row.get_file_format_display(), ""),
        (_("For"), str(row.owner), ""),
        (_("Made at"), moment(row.made_at), ""),
        (_("Why it stopped"), row.get_reason_display(), ""),
    ]
    return [{"label": label, "value": value, "sub": sub} for label, value, sub in rows if value]


def rhythm_of(row: ReportSchedule) -> str:
    """Every Monday at 07:00."""
    told = {"hour": f"{row.hour:02d}:00", "weekday": row.get_weekday_display(), "day": row.month_day}
    if row.every == Every.WEEK:
        return _("%(weekday)s, %(hour)s") % told
    if row.every == Every.MONTH:
        return _("Day %(day)d of the month, %(hour)s") % told
    return _("Every day, %(hour)s") % told


def time_left(started_at: datetime | None, done: int, expected: int, now: datetime) -> str:
    """How long the rest takes by the pace so far, "" while that is not known."""
    if not done or started_at is None:
        return ""
    seconds = round((now - started_at).total_seconds() * (expected - done) / done)
    if seconds < LONG:
        said = ngettext("about %(n)d second left", "about %(n)d seconds left", seconds)
        return said % {"n": seconds}
    minutes = round(seconds / 60)
    return ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}


def _in_groups(digest: str) -> str:
    """A digest in groups of eight, which can break on a narrow page and be read aloud."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
