"""Admin pages for looking only: no adding, no changing, no deleting, whoever asks, and no count of a whole table."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.text import capfirst


class CappedPaginator(Paginator):
    """Counts no further than the pages it offers: a list of ten million rows costs what a list of ten thousand costs."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        return self.object_list[: self.most].count()


class ReadOnlyAdmin(admin.ModelAdmin):
    """Seen by those with the model's view permission; everything else is refused to everybody, superusers included."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    actions: Any = None

    def changelist_view(self, request, extra_context=None):
        """Under the name of what is listed: nothing is to be selected here."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
