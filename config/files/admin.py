"""The desk of what is taken away."""

from django.contrib import admin

from config.files.exports.desk import ExportAdmin
from config.files.models import Export

admin.site.register(Export, ExportAdmin)
