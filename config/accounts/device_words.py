"""What a browser calls itself, in the few words by which its owner knows it again."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that fits: browsers carry the names of those they descend from.
BROWSERS = [
    ("MicroMessenger/", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox/", "Firefox"),
    ("OPR/", "Opera"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]


def device_words(agent: str) -> str:
    """Browser and system such as "Chrome, Android", "" for a program that names neither."""
    names = (next((name for sign, name in table if sign in agent[:500]), "") for table in (BROWSERS, SYSTEMS))
    return _(", ").join(name for name in names if name)
