"""What every process of the portal holds from its start, so that a worker stays small."""

import os
import subprocess
import sys

import pytest

from tests.house.tree import ROOT

# They draw, open papers and typeset; each takes megabytes, and most processes never do either.
WHEN_NEEDED = ("PIL", "pikepdf", "typst")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The modules of a process that is ready to answer and to work."""
    start = "import sys, django; django.setup(); import config.urls, config.kernel.tasks; print(*sys.modules, sep='\\n')"
    answer = subprocess.run(
        [sys.executable, "-c", start],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(tmp_path_factory.mktemp("var")),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return set(answer.stdout.split())


@pytest.mark.parametrize("library", WHEN_NEEDED)
def test_a_large_library_is_loaded_when_it_is_first_needed(loaded, library):
    assert "config.files.typesetting" in loaded
    assert library not in loaded
