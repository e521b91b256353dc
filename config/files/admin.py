"""The desk of what is taken away."""

from django.contrib import admin

from config.files.exports import first_page
from config.files.exports.desk import ExportAdmin
from config.files.exports.schedule_desk import ScheduleAdmin
from config.files.models import Export, ReportSchedule
from config.kernel.dashboard import stands_on_first_page

admin.site.register(Export, ExportAdmin)
admin.site.register(ReportSchedule, ScheduleAdmin)
stands_on_first_page("files", first_page.shown, rank=90)
