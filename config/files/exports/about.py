"""What the file of an export says of itself, so that whoever holds it knows whose rows it has and of when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.files.exports.conditions import in_a_file
from config.files.exports.report import Report
from config.files.exports.rowfile import About
from config.kernel.templatetags.formats import moment

if TYPE_CHECKING:
    from config.files.exports.export import Export


def about(export: Export, report: Report, *, now: datetime) -> About:
    """Number, person, branch, time, conditions and what is plain; `now` is when its rows are read."""
    person = export.asked_by
    conditions = in_a_file(report, export.conditions, person=person)
    lines = [
        (_("Export"), export.number),
        (pgettext("export", "Asked for by"), str(person)),
        (
            pgettext("export", "Branch"),
            _("%(branch)s and the branches below it") % {"branch": person.branch} if person.branch else "",
        ),
        (_("Asked for"), moment(export.asked_at)),
        (_("Data of"), moment(now)),
        *(conditions or [(_("Conditions"), _("None: the whole list"))]),
    ]
    if export.plain_columns:
        plain = [column.title for column in report.columns if column.name in export.plain_columns]
        lines += [
            (_("Plain columns"), pgettext("list", ", ").join(plain)),
            (_("Purpose"), export.get_purpose_display()),
        ]
    return About(str(report.title), tuple((label, value) for label, value in lines if value))
