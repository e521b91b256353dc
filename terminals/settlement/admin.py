"""The settlement desk: clearances in hand, oldest first, and one clearance with its items."""

from django.contrib import admin

from terminals.settlement.desk.clearances import ClearanceAdmin
from terminals.settlement.models import Clearance

admin.site.register(Clearance, ClearanceAdmin)
