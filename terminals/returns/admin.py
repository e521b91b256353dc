"""The desks of the store room and of violations."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.files.table_desk import TableListDesk
from config.kernel.dashboard import stands_on_first_page
from terminals.returns.desk import first_page
from terminals.returns.desk.returns import ReturnOrderAdmin
from terminals.returns.desk.tariff_list import TARIFF_LIST, TARIFFS
from terminals.returns.desk.violation_forms import TariffForm
from terminals.returns.desk.violations import CatalogueAdmin, ChargeAdmin, ViolationAdmin
from terminals.returns.models import Charge, Measure, ReturnOrder, Tariff, Violation, ViolationCategory

admin.site.register(ReturnOrder, ReturnOrderAdmin)
admin.site.register(Violation, ViolationAdmin)
admin.site.register(Charge, ChargeAdmin)
stands_on_first_page("returns", first_page.shown, rank=30)


@admin.register(ViolationCategory)
class ViolationCategoryAdmin(CatalogueAdmin):
    rank, icon = 4, "list-bullet"
    hint = _("What counts as a violation, with its clause")


@admin.register(Measure)
class MeasureAdmin(CatalogueAdmin):
    rank, icon = 5, "wrench-screwdriver"
    hint = _("What the bank may do under the agreement")


@admin.register(Tariff)
class TariffAdmin(TableListDesk, CatalogueAdmin):
    table_list = TARIFFS
    importer = TARIFF_LIST
    import_hint = _("The table from a CSV file")
    example_name = "tariffs.csv"
    form = TariffForm
    rank, icon = 6, "calculator"
    hint = _("How amounts are reckoned")
