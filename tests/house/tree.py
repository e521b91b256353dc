"""The tracked text of the project, as the house rules read it."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "merchants", "terminals", "applications")


@cache
def tracked() -> list[Path]:
    """Every file that git keeps or would keep, as paths below the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [Path(name) for name in names if (ROOT / name).is_file()]


def modules() -> list[tuple[Path, ast.Module]]:
    """The Python of the rooms, migrations apart: those are written by Django."""
    paths = [
        p for p in tracked() if p.suffix == ".py" and p.parts[0] in ROOMS and "migrations" not in p.parts
    ]
    return [(path, ast.parse(read(path))) for path in paths]


def templates() -> list[Path]:
    return [path for path in tracked() if path.parts[0] == "templates"]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
