"""Catalogues that supervisors keep at a desk: reasons and the like, which stay in the records that gave them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.kernel import clock
from config.kernel.audit import record
from config.kernel.desk_list import DeskAdmin, Tile


class Catalogue(DeskAdmin):
    """Rows are added and changed on record, and never deleted: one that is no longer offered stays where it was given."""

    keyset = ("code",)
    search_help_text = _("Part of the text or of the code")
    add_title: ClassVar[Any] = _("Add a reason")
    add_hint: ClassVar[Any] = _("In both languages")

    has_add_permission = admin.ModelAdmin.has_add_permission  # type: ignore[assignment]
    has_change_permission = admin.ModelAdmin.has_change_permission

    def tools(self, request):
        if not self.has_add_permission(request):
            return []
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        return [Tile(address, "plus", str(self.add_title), str(self.add_hint))]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if self.has_change_permission(request):
            self.row(request, object_id)
            return admin.ModelAdmin.change_view(self, request, object_id, form_url, extra_context)
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        action = "reason_changed" if change else "reason_added"
        detail = {"catalogue": self.opts.model_name, "reason": obj.pk, "fields": form.changed_data}
        record(action, by=request.user, now=clock.now(), detail=detail)
