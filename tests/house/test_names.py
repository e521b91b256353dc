"""Names say what a thing can do, and nothing of the machine it was made on is in the tree."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, read, tracked

SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "core",
    "base",
    "manager",
    "managers",
    "handler",
}
SAY_NOTHING |= {"handlers", "service", "services", "processor", "processors"}
# Put together so that this file does not contain what it forbids.
REGISTRIES = re.compile(r"\b(?:py" + r"pi|python" + r"hosted|npm" + r"js|deb" + r"ian)\.(?:org|com)\b")
MACHINE_PATHS = re.compile(
    r"(?:/wo" + r"rk/|/ro" + r"ot/|/ho" + r"me/[a-z]|/Us" + r"ers/[a-z]|bash_" + r"jobs)"
)
LOCK_FILES = {"uv.lock", "pylock.toml", "package-lock.json"}
TEXT = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".md",
    ".txt",
    ".toml",
    ".yaml",
    ".yml",
    ".po",
    ".json",
    ".csv",
    ".svg",
    ".typ",
    "",
}


def says_nothing(path: Path) -> bool:
    return path.suffix == ".py" and bool(SAY_NOTHING & {path.stem, *path.parts[:-1]})


def test_a_module_that_says_nothing_is_seen():
    assert says_nothing(Path("terminals/utils.py"))
    assert says_nothing(Path("terminals/services/activation.py"))
    assert not says_nothing(Path("terminals/activation.py"))


def test_modules_are_named_for_what_they_can_do():
    assert [
        str(path) for path in tracked() if path.parts[0] in (*ROOMS, "tests") and says_nothing(path)
    ] == []


def of_this_machine(text: str) -> list[str]:
    return [*REGISTRIES.findall(text), *MACHINE_PATHS.findall(text)]


def test_an_address_or_a_path_of_a_machine_is_seen():
    assert of_this_machine("see https://py" + "pi.org/simple")
    assert of_this_machine("cd /wo" + "rk/main")
    assert of_this_machine("https://docs.djangoproject.com/ and /var/lib and pip install") == []


@pytest.mark.parametrize("path", [path for path in tracked() if path.suffix in TEXT], ids=str)
def test_a_tracked_file_names_no_machine_and_no_registry(path):
    assert of_this_machine(read(path)) == []


def without_hash_or_with_address(requirements: str) -> list[str]:
    """Pins that pip could not verify, and lines that say where to look."""
    pins = re.split(r"\n(?=[A-Za-z0-9])", requirements)
    return [pin.splitlines()[0] for pin in pins if "==" in pin and "--hash=sha256:" not in pin] + [
        line for line in requirements.splitlines() if "://" in line or line.startswith("-")
    ]


def test_a_pin_without_a_hash_is_seen():
    assert without_hash_or_with_address("a==1 \\\n    --hash=sha256:0\nb==2\n") == ["b==2"]
    assert without_hash_or_with_address("--index-url https://example.org\n")


@pytest.mark.parametrize("name", ["base", "prod", "dev"])
def test_requirements_are_pinned_with_hashes_and_name_no_address(name):
    assert without_hash_or_with_address(read(Path(f"requirements/{name}.txt"))) == []


def test_no_lock_file_with_addresses_is_tracked():
    assert LOCK_FILES.isdisjoint(path.name for path in tracked())
