"""What `manage.py check` says about the keys."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from config.privacy.sealing import parse_key, parse_keys


def check_keys(**kwargs: Any) -> list[CheckMessage]:
    """FIELD_KEYS and INDEX_KEY can be used, and no field key doubles as the index key."""
    try:
        keys = parse_keys(settings.FIELD_KEYS)
        index_key = parse_key(settings.INDEX_KEY, name="INDEX_KEY")
    except ImproperlyConfigured as refused:
        return [Error(str(refused), id="privacy.E002")]
    if index_key in keys.values():
        return [Error("Set INDEX_KEY to a key of its own: it equals one of FIELD_KEYS.", id="privacy.E003")]
    return []
