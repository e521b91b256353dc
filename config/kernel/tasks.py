"""What the worker does by itself: every sweep of the settings, every minute.

A killed worker loses the job in hand, so nothing depends on a job: the rows say what is due and the next minute finds it.
"""

import structlog
from django.conf import settings
from django.utils.module_loading import import_string
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from config.kernel import clock
from config.kernel.policy import one_reading

log = structlog.get_logger(__name__)


@db_periodic_task(crontab(minute="*"))
def sweep() -> None:
    """Leave done what is due in every room; one room's trouble does not keep the others waiting."""
    for path in settings.PERIODIC_SWEEPS:
        try:
            with one_reading():
                import_string(path)(clock.now())
        except Exception:
            log.exception("sweep_failed", sweep=path)
