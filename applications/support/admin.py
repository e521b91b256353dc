"""The desk of the help line."""

from django.contrib import admin

from applications.support.desk.self_checks import SelfCheckAdmin
from applications.support.models import SelfCheck

admin.site.register(SelfCheck, SelfCheckAdmin)
