"""The desks of what is taken away, and of long lists that are taken in."""

from django.contrib import admin

from config.files.exports import first_page
from config.files.exports.desk import ExportAdmin
from config.files.exports.schedule_desk import ScheduleAdmin
from config.files.imports.desk import ImportJobAdmin
from config.files.models import Export, ImportJob, ReportSchedule
from config.kernel.dashboard import stands_on_first_page

admin.site.register(Export, ExportAdmin)
admin.site.register(ReportSchedule, ScheduleAdmin)
admin.site.register(ImportJob, ImportJobAdmin)
stands_on_first_page("files", first_page.shown, rank=90)
