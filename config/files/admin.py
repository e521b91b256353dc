"""The desk of what is taken away."""

from django.contrib import admin

from config.files.exports.desk import ExportAdmin
from config.files.exports.schedule_desk import ScheduleAdmin
from config.files.models import Export, ReportSchedule

admin.site.register(Export, ExportAdmin)
admin.site.register(ReportSchedule, ScheduleAdmin)
