from pathlib import Path

from config.kernel.folders import shown


def test_a_folder_is_named_as_one_would_type_it(settings):
    settings.BASE_DIR = Path("/srv/portal")

    assert shown(Path("/srv/portal/var/samples")) == "var/samples/"
    assert shown(Path("/data/portal/samples")) == "/data/portal/samples/"
