"""The host's lists of last transactions: which were taken in, and how far they reach."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from config.accounts.desk_filters import DeskFilter
from config.files.list_desk import ListDesk
from config.files.list_forms import ListForm
from terminals.host_list import HOST_LIST
from terminals.models import Terminal

HEADINGS_ZH = ["终端编号", "最后交易时间"]
HEADINGS_EN = ["terminal_number", "last_transaction"]


class HostReportFilter(DeskFilter):
    """Few rows, the newest first: there is nothing to look for."""


class HostListForm(ListForm):
    """A list, and the day up to which the host has put into it what happened."""

    reaches_to = forms.DateField(
        label=_("Reaches to"),
        help_text=_("The last day whose transactions the list covers in full."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Say up to which day the list reaches."),
            "invalid": _("A date is written like 2026-09-11."),
        },
    )
    field_order = ("reaches_to", "file", "text")


class HostReportAdmin(ListDesk):
    filterset_class = HostReportFilter
    list_display = ("reaches_to", "line_count", "newer_count", "received_at", "received_by")
    list_select_related = ("received_by",)
    rank = 9
    icon = "clock"
    empty = _(
        "Take in the host's list of last transactions; from it the portal knows which terminals are not used."
    )
    hint = _("When terminals were used last, as the host reports it")
    note = _(
        "Unused terminals are found only as far as these lists reach. Without a list of the last seven days nothing is announced."
    )
    importer = HOST_LIST
    import_form = HostListForm
    import_template = "admin/terminals/host_list_import.html"
    import_hint = _("Terminal numbers and moments from the host")
    example_name = "last-transactions.csv"

    def example_rows(self) -> Iterator[list[str]]:
        yield HEADINGS_EN if get_language() == "en" else HEADINGS_ZH
        for number in Terminal.objects.order_by("-id").values_list("number", flat=True)[:2]:
            yield [number, gettext("(moment here)")]
