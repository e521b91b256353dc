"""Lists that another desk mounts: what they show has its pages elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from config.kernel.desk_list import DeskAdmin, Tile


class ListDesk(DeskAdmin):
    """A list whose rows have their pages at another desk. That desk mounts it (`mounted`) and offers its way in; nothing registers it.

    `route` names the list within the admin, `permission` opens it.
    """

    route: ClassVar[str]
    permission: ClassVar[str]
    title: ClassVar[Any]

    @classmethod
    def mounted(cls, model: type[Model], site: AdminSite, address: str) -> URLPattern:
        """The list under this address of the desk that mounts it."""
        return path(address, site.admin_view(cls(model, site).changelist_view), name=cls.route)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.permission)

    def list_title(self) -> str:
        return str(self.title)

    def list_url(self) -> str:
        return reverse(f"admin:{self.route}")

    @classmethod
    def ways_in(cls, request: HttpRequest) -> list[Tile]:
        """The way in for the first page, for those who may enter."""
        if not request.user.has_perm(cls.permission):
            return []
        return [Tile(reverse(f"admin:{cls.route}"), cls.icon, str(cls.title), str(cls.hint))]
