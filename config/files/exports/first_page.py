"""What of a person's own exports stands on the desk's first page."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from config.files.exports.export import Export
from config.files.exports.report import TAKE
from config.files.exports.shown import progress_of
from config.kernel.counting import counted, printed
from config.kernel.dashboard import FirstPage, Line, Table
from config.kernel.templatetags.formats import count, moment
from config.kernel.templatetags.status_tags import status_tag

LINES = 5


def shown(request: HttpRequest, now: datetime) -> FirstPage:
    """For who takes reports away: the newest of the own ones, how far they are and until when they can be downloaded."""
    if not request.user.has_perm(TAKE):
        return FirstPage()
    own = Export.objects.filter(asked_by=request.user)
    total = counted({"own": own})["own"]
    newest = own.select_related("asked_by").order_by("-id")[:LINES] if total else []
    table = Table(
        key="exports",
        title=_("My exports"),
        total=printed(total),
        url=f"{reverse('admin:files_export_changelist')}?whose=mine",
        headings=(_("Export"), _("Rows"), _("Status")),
        lines=[_line(export, now) for export in newest],
        empty=_("You have taken nothing away yet. Every list has the button “Export”."),
    )
    return FirstPage([], [], [table])


def _line(export: Export, now: datetime) -> Line:
    progress = progress_of(export, now=now)
    until = _("until %(when)s") % {"when": moment(export.expires_at)} if export.expires_at else ""
    rows = progress.words if progress else count(export.row_count)
    return Line(
        number=export.number,
        url=reverse("admin:files_export_change", args=[export.pk]),
        about=" · ".join(filter(None, [export.title, until])),
        holder=rows,
        pressing=status_tag(export),
    )
