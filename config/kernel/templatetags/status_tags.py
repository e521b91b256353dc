"""Status tags: a tone, an icon and words, so that a state is never told by colour alone.

A model says how its states look: `STATUS_TONES = {Status.ACTIVE: ("ok", "check-circle"), ...}`.
"""

from functools import lru_cache

from django import template
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.kernel.templatetags.icons import icon

register = template.Library()

TONES = {
    "ok": "check-circle",
    "warn": "exclamation-triangle",
    "bad": "exclamation-circle",
    "info": "clock",
    "mute": "minus-circle",
}


@register.simple_tag
def status_tag(obj: Model) -> SafeString:
    """The tag of the object's present status, in the words of its choices."""
    tone, icon_name = getattr(obj, "STATUS_TONES", {}).get(obj.status, ("mute", TONES["mute"]))
    return tag(tone, obj.get_status_display(), icon_name)


@register.simple_tag
def tag(tone: str, words: str, icon_name: str = "") -> SafeString:
    """A tag of one of the five tones with these words; without an icon name the tone's own icon."""
    return _drawn(tone, words if isinstance(words, str) else str(words), icon_name or TONES[tone])


# A list draws the same few tags again and again. By type too: a text that is safe and one that is not are equal.
@lru_cache(maxsize=2048, typed=True)
def _drawn(tone: str, words: str, icon_name: str) -> SafeString:
    return format_html('<span class="tag {}">{}{}</span>', tone, icon(icon_name), words)
