"""Where the portal keeps things, in words for who operates it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def shown(folder: Path) -> str:
    """The folder as one would type it standing in the project, whole where it lies elsewhere; ends with a slash."""
    inside = folder.is_relative_to(settings.BASE_DIR)
    return f"{folder.relative_to(settings.BASE_DIR) if inside else folder}/"
