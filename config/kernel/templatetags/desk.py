"""The first page of the desk: what this person may do, room by room."""

from typing import Any

from django import template
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.template.context import Context

from config.kernel.desk_list import Tile

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_rooms(context: Context, app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rooms of the admin's list, the daily work first, each with the ways in that its desks offer this person."""
    # Rooms are installed from the ground up; what a library brings along comes last.
    ours = [config.label for config in apps.get_app_configs() if config.name in settings.INSTALLED_APPS]
    place = {label: number for number, label in enumerate(reversed(ours))}
    rooms = [
        {"name": app["name"], "label": app["app_label"], "tiles": _tiles(app, context["request"])}
        for app in sorted(app_list, key=lambda app: place.get(app["app_label"], len(place)))
    ]
    return [room for room in rooms if room["tiles"]]


def _tiles(app: dict[str, Any], request: Any) -> list[Tile]:
    tiles: list[Tile] = []
    desks: list[tuple[Any, dict[str, Any]]] = [
        (admin.site.get_model_admin(entry["model"]), entry) for entry in app["models"]
    ]
    for desk, entry in sorted(desks, key=lambda pair: getattr(pair[0], "rank", 50)):
        if hasattr(desk, "tiles"):
            tiles += desk.tiles(request)
        elif entry["admin_url"]:
            icon, hint = getattr(desk, "icon", "queue-list"), getattr(desk, "hint", "")
            tiles.append(Tile(entry["admin_url"], icon, str(entry["name"]), hint))
    # Two desks may offer the same way in; it stands where it came first.
    once: dict[str, Tile] = {}
    for tile in tiles:
        once.setdefault(tile.url, tile)
    return list(once.values())
