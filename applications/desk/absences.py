"""Who is away, as the supervisors keep it: for the reviewers of their own branches only."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from applications.models import Absence
from config.accounts.models import Role, User


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin):
    list_display = ("person", "first_day", "last_day")
    list_select_related = ("person",)
    fields = ("person", "first_day", "last_day")
    show_full_result_count = False
    rank = 90
    icon = "calendar-days"
    hint = _("Days on which a reviewer gets no cases by themselves")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(person__in=_reviewers_seen_by(request.user))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "person":
            kwargs["queryset"] = _reviewers_seen_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _reviewers_seen_by(user):
    return User.objects.visible_to(user).filter(role=Role.REVIEWER, is_active=True)
