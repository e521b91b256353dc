"""The desks of the help line."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from applications.support.desk import first_page
from applications.support.desk.callers import CallerCheckAdmin
from applications.support.desk.filters import CannedTextFilter, CauseFilter
from applications.support.desk.self_checks import SelfCheckAdmin
from applications.support.desk.tickets import TicketAdmin
from applications.support.desk.weeks import SelfCheckWeekAdmin
from applications.support.models import (
    CallerCheck,
    CannedText,
    ClosingCause,
    SelfCheck,
    SelfCheckWeek,
    Ticket,
)
from config.kernel.dashboard import stands_on_first_page
from terminals.returns.desk.violations import CatalogueAdmin

admin.site.register(Ticket, TicketAdmin)
admin.site.register(CallerCheck, CallerCheckAdmin)
admin.site.register(SelfCheck, SelfCheckAdmin)
admin.site.register(SelfCheckWeek, SelfCheckWeekAdmin)
stands_on_first_page("support", first_page.shown, rank=40)


@admin.register(ClosingCause)
class ClosingCauseAdmin(CatalogueAdmin):
    filterset_class = CauseFilter
    rank, icon = 4, "list-bullet"
    hint = _("Why tickets end")


@admin.register(CannedText)
class CannedTextAdmin(CatalogueAdmin):
    filterset_class = CannedTextFilter
    list_display = ("code", "title", "text", "is_active", "position")
    rank, icon = 3, "document-text"
    hint = _("Answers that are given often")
