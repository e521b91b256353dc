"""The settings the tests run under: the portal's own, in a folder that is gone afterwards.

Only what makes tests slow or noisy differs. DATABASE_URL keeps its meaning: with PostgreSQL in it the suite runs there.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

folder = tempfile.mkdtemp(prefix="portal-tests-")
Path(folder, "static").mkdir()
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ.update(VAR_DIR=folder, PRODUCTION="0", DEMO_MODE="1", LOG_LEVEL="CRITICAL")
os.environ.pop("STAFF_SECOND_FACTOR", None)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: WAL and busy writers must behave as they do for users.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(folder) / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
HUEY = {"huey_class": "huey.MemoryHuey", "name": "tests", "immediate": True}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
