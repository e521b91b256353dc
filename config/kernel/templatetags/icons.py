"""Icons as inline SVG, always decorative: the words beside them carry the meaning."""

from functools import cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline, heroicon_solid

register = template.Library()

DRAWN_AS = {"mini": heroicon_mini, "outline": heroicon_outline, "solid": heroicon_solid}


@register.simple_tag
def icon(name: str, style: str = "mini", extra: str = "") -> SafeString:
    """The heroicon `name` with class `icon`, hidden from assistive technology. `style`: mini, outline or solid."""
    return _drawn(str(name), str(style), str(extra))


@cache
def _drawn(name: str, style: str, extra: str) -> SafeString:
    # Cached because a list of forty rows draws the same five icons again and again.
    css = f"icon {extra}".strip()
    drawing = DRAWN_AS[style](name, size=None, **{"class": css, "aria-hidden": "true", "focusable": "false"})
    return mark_safe(drawing.replace(' data-slot="icon"', ""))  # noqa: S308 - a packaged drawing, no user text
