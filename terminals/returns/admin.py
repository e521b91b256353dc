"""The desks of the store room and of violations."""

from django.contrib import admin

from terminals.returns.desk.returns import ReturnOrderAdmin
from terminals.returns.models import ReturnOrder

admin.site.register(ReturnOrder, ReturnOrderAdmin)
