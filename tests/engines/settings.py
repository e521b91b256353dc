"""The portal's own settings for a worker of the tests, with one task more."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.engines.apps.EnginesConfig"]
PERIODIC_SWEEPS = []
