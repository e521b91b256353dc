"""The "Export" control of a list: leads on with the list's own filters and search."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse

from config.files.exports.report import report_named
from config.kernel.desk_list import DeskAdmin


class ExportedDesk(DeskAdmin):
    """A desk whose list can be taken away as the report of this name, by those who may.

    The conditions travel in a form and not in the address: a search may name a person.
    """

    report: ClassVar[str]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, self._export_of(request) | (extra_context or {}))

    def _export_of(self, request: HttpRequest) -> dict[str, Any]:
        report = report_named(self.report)
        if report is None or not report.may_be_taken_by(request.user):
            return {}
        fields = [(name, value) for name, values in report.known(request.GET).items() for value in values]
        return {
            "export_url": reverse("admin:files_export_report", args=[report.name]),
            "export_fields": fields,
        }
