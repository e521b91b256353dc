"""How a benchmark begins: the portal's settings of the tests, on PostgreSQL, with keys that open the databases of the last run."""

from __future__ import annotations

import os
import sys
from base64 import b64encode

import django
from django.utils.module_loading import import_string


def has_begun() -> bool:
    """The portal is ready to be measured; False, with a word on why, where DATABASE_URL names no PostgreSQL."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.stdout.write("It is measured on PostgreSQL: name the server in DATABASE_URL.\n")
        return False
    # The databases outlive the run: what is sealed in them opens with the same keys again.
    key = b64encode(bytes(32)).decode()
    os.environ |= {"FIELD_KEYS": f"k1:{key}", "INDEX_KEY": key, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    django.setup()
    # The worker delivers; a verb only leaves word for it.
    import_string("huey.contrib.djhuey.HUEY").immediate = False
    return True
