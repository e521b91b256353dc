"""Desks that look and act by named steps: a list with a FilterSet's rows, paged by key and never counted, and a page each."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.kernel.desk_cells import Cell, cell, column
from config.kernel.facets import Facet, Option, facets_of, views_of
from config.kernel.paging import CURSOR, opened_at
from config.kernel.readonly import ReadOnlyAdmin


class Line(NamedTuple):
    """A row of a list: its key, the address of its page and its cells, the first of which names it."""

    key: Any
    url: str
    head: Cell
    cells: list[Cell]


class Heading(NamedTuple):
    """The words over a column of a list."""

    words: str
    is_number: bool


class Tile(NamedTuple):
    """A way in from the first page of the desk, with what it is good for."""

    url: str
    icon: str
    title: str
    hint: str


class DeskChangeList(ChangeList):
    """A changelist whose rows, search and filters are those of the ModelAdmin's FilterSet.

    Everything in the address belongs to the FilterSet or is the cursor; Django's own lookups from the address are not
    reachable. An address that the FilterSet does not understand shows no rows and says so.
    """

    def get_filters_params(self, params=None) -> dict:
        return {}

    def get_queryset(self, request, exclude_parameters=None):
        self.filters = self.model_admin.filterset_class(
            request.GET, queryset=self.root_queryset, request=request
        )
        self.problem = ""
        if self.filters.is_valid():
            return self.apply_select_related(self.filters.qs)
        self.problem = _("This address holds a filter that the list does not know, so it shows nothing.")
        return self.root_queryset.none()

    def apply_select_related(self, queryset):
        return queryset.select_related(*self.list_select_related) if self.list_select_related else queryset

    def get_results(self, request) -> None:
        order = self.model_admin.keyset_order(self.filters)
        cursor = request.GET.get(CURSOR, "")
        part, lost = opened_at(self.queryset, order=order, size=self.list_per_page, cursor=cursor)
        self.problem = lost or self.problem
        self.result_list = part.rows
        self.next_url = self.address(**{CURSOR: part.next}) if part.next else ""
        self.previous_url = self.address(**{CURSOR: part.previous}) if part.previous else ""
        # What the admin's templates read; nothing was counted.
        self.result_count = len(part.rows)
        self.full_result_count = None
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False

    def address(self, **changed: str) -> str:
        """The address of this list with some parameters changed; an empty one is left out."""
        chosen = {name: values for name, values in self._chosen.items() if name not in changed}
        chosen |= {name: [value] for name, value in changed.items() if value}
        return f"?{urlencode(chosen, doseq=True)}"

    @cached_property
    def _chosen(self) -> dict[str, list[str]]:
        """What the address asks for, without the place in the list."""
        return {name: values for name, values in self.filters.data.lists() if name != CURSOR}

    def url_for_result(self, result) -> str:
        return self.model_admin.row_url(result)

    # -- what the page prints -------------------------------------------------------------------------------------

    @cached_property
    def views(self) -> list[Option]:
        return views_of(self)

    @cached_property
    def facets(self) -> list[Facet]:
        return facets_of(self)

    @cached_property
    def names(self) -> list[str]:
        return [str(name) for name in self.model_admin.list_display]

    @cached_property
    def headings(self) -> list[Heading]:
        """The words over each column, and whether they stand at the right, over its numbers."""
        return [Heading(column(self.model_admin, name), name in self.numbers) for name in self.names]

    @cached_property
    def numbers(self) -> set[str]:
        """The columns that hold numbers; where one of them is missing, its place is theirs."""
        return {cell.name for line in self.lines for cell in line.cells if cell.is_number}

    @cached_property
    def lines(self) -> list[Line]:
        """The rows in the columns of `list_display`."""
        return [self._line(row) for row in self.result_list]

    def _line(self, row) -> Line:
        head, *cells = [cell(self.model_admin, row, name) for name in self.names]
        return Line(row.pk, self.url_for_result(row), head, cells)


class DeskAdmin(ReadOnlyAdmin):
    """A desk: a list that is a FilterSet paged by key, and a read-only page for each row of it.

    `icon` and `hint` tell on the first page what the desk is good for, `rank` where in its room; `note` stands under the heading of the list.
    """

    filterset_class: ClassVar[type]
    list_display: ClassVar[tuple[str, ...]] = ()
    keyset: ClassVar[tuple[str, ...]] = ("-id",)
    sortable_by = ()
    ordering = ()
    change_list_template = "admin/desk_list.html"
    page_template: ClassVar[str] = "admin/desk_page.html"
    # Names as in list_display; the columns of the list where none are given.
    page_fields: ClassVar[tuple[str, ...]] = ()
    # Whole numbers that name something or are compared digit by digit: printed as they are, not as amounts.
    references: ClassVar[frozenset[str]] = frozenset()
    rank: ClassVar[int] = 50
    icon: ClassVar[str] = "queue-list"
    hint: ClassVar[Any] = ""
    note: ClassVar[Any] = ""
    # What would stand in the list, and what has to happen first; said while it is empty.
    empty: ClassVar[Any] = ""

    # -- the list -------------------------------------------------------------------------------------------------

    def get_changelist(self, request, **kwargs):
        return DeskChangeList

    def keyset_order(self, filters) -> tuple[str, ...]:
        """The order of the rows under these filters; the columns are never NULL there."""
        return self.keyset

    def get_ordering(self, request):
        return ("pk",)

    def lookup_allowed(self, lookup, value, request=None) -> bool:
        return False

    def changelist_view(self, request, extra_context=None):
        given = {
            "title": self.list_title(),
            "note": self.note,
            "tools": self.tools(request),
            "empty": self.empty,
        }
        return super().changelist_view(request, given | (extra_context or {}))

    def list_title(self) -> str:
        return capfirst(str(self.opts.verbose_name_plural))

    def tools(self, request: HttpRequest) -> list[Tile]:
        """What this person may do at this list besides looking, as links in its head."""
        return []

    def tiles(self, request: HttpRequest) -> list[Tile]:
        """The ways in that this desk has on the first page, for this person."""
        return [Tile(self.list_url(), self.icon, self.list_title(), self.hint), *self.tools(request)]

    def list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def row_url(self, row: Any) -> str:
        """The address of the page of one row of the list."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    # -- the page of one row --------------------------------------------------------------------------------------

    @method_decorator(require_safe)
    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.page(request, self.row(request, object_id))

    def history_view(self, request, object_id, extra_context=None):
        """What happened to a row stands on its page."""
        row = self.row(request, object_id)
        return redirect(f"{DeskAdmin.row_url(self, row)}#history")

    def row(self, request: HttpRequest, object_id: Any, *, permission: str = ""):
        """The row, for those who may see it and hold `permission` (else 403); 404 where it is not this person's to see."""
        if not self.has_view_permission(request) or (permission and not request.user.has_perm(permission)):
            raise PermissionDenied
        try:
            return get_object_or_404(self.page_queryset(request), pk=unquote(str(object_id)))
        except (ValueError, OverflowError, ValidationError):
            raise Http404 from None

    def page_queryset(self, request: HttpRequest):
        return self.get_queryset(request)

    def page(self, request: HttpRequest, row: Any, *, status: int = 200, **given: Any) -> HttpResponse:
        """The page of one row; a step that was refused comes back to it with its status."""
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "row": row,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            **self.page_context(request, row),
            **given,
        }
        return TemplateResponse(request, self.page_template, context, status=status)

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        names = self.page_fields or self.list_display
        return {"facts": [cell(self, row, name) for name in names]}
