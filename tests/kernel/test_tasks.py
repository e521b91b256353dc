from django.utils.module_loading import import_string

from config.kernel import tasks
from config.kernel.clock import now as moment

seen = []


def counted(now):
    seen.append(now)


def broken(now):
    raise RuntimeError


def test_one_sweep_in_trouble_does_not_keep_the_others_waiting(settings):
    settings.PERIODIC_SWEEPS = [f"{__name__}.broken", f"{__name__}.counted"]

    tasks.sweep.call_local()

    assert len(seen) == 1


def test_every_sweep_of_the_settings_can_be_found_and_run(db, settings):

    for path in settings.PERIODIC_SWEEPS:
        import_string(path)(moment())
