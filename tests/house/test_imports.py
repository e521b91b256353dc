"""Imports point down. The order is the one of the house; rooms on one floor do not know each other."""

import ast
from pathlib import Path

from tests.house.tree import modules

FLOORS = [
    {"config.kernel"},
    {"config.privacy"},
    {"config.files"},
    {"config.accounts"},
    {"merchants"},
    {"terminals"},
    {"terminals.monitoring"},
    {
        "terminals.fieldwork",
        "terminals.settlement",
        "terminals.returns",
        "terminals.offers",
        "terminals.simulator",
    },
    {"applications"},
    {"applications.support"},
    {"config"},
]
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def room_of(module: str) -> str:
    """The innermost room a dotted name lies in, "" when it is no module of ours."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in FLOOR_OF), "")


def imported(tree: ast.Module, package: str) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join(package.split(".")[: len(package.split(".")) + 1 - node.level]) if node.level else ""
            )
            origin = ".".join(filter(None, [base, node.module]))
            names |= {f"{origin}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and node.attr == "get_model":
            names.add("config.get_model")  # asking the registry is an import in disguise
    return names


def upward(path: Path, tree: ast.Module) -> list[str]:
    package = ".".join(path.parent.parts)
    own = room_of(package)
    targets = {name: room_of(name) for name in imported(tree, package)}
    return [
        f"{path} imports {name}"
        for name, room in targets.items()
        if room and room != own and FLOOR_OF[room] >= FLOOR_OF[own]
    ]


# Where a room meets people and machines. What it knows and does is below and never asks them.
EDGES = {"desk", "views", "admin", "urls"}


def outward(path: Path, tree: ast.Module) -> list[str]:
    """What a module that is no edge itself imports from the edges of our rooms."""
    parts = path.with_suffix("").parts
    # The project itself puts the edges together.
    if EDGES & set(parts) or room_of(".".join(path.parent.parts)) == "config":
        return []
    ours = (name for name in imported(tree, ".".join(path.parent.parts)) if room_of(name))
    return [f"{path} imports {name}" for name in ours if EDGES & set(name.split("."))]


def test_an_import_of_an_edge_from_the_domain_is_seen():
    samples = [
        ("applications/handing_out.py", "from applications.desk.queue import OPEN"),
        ("applications/models/steps/claiming.py", "from ...desk import queue"),
        ("applications/handing_out.py", "import applications.views.status"),
        ("merchants/screening.py", "from merchants import desk"),
        ("config/accounts/people.py", "from config.accounts import views"),
    ]

    seen = [outward(Path(path), ast.parse(source)) for path, source in samples]

    assert all(seen), seen


def test_an_edge_that_imports_an_edge_is_let_be():
    samples = [
        ("applications/admin.py", "from applications.desk.queue import QueueFilter"),
        ("applications/desk/next.py", "from applications.desk.queue import QueueFilter"),
        ("applications/urls.py", "from applications import views"),
        (
            "applications/handing_out.py",
            "from django.views import View\nfrom applications.queueing import OPEN",
        ),
        ("config/urls.py", "from terminals.views import receipt_check"),
    ]

    assert [outward(Path(path), ast.parse(source)) for path, source in samples] == [[], [], [], [], []]


def test_the_domain_does_not_import_its_edges():
    assert [offence for path, tree in modules() for offence in outward(path, tree)] == []


def test_an_upward_import_is_seen():
    samples = [
        ("merchants/models.py", "from terminals.models import Terminal"),
        ("terminals/models.py", "import terminals.monitoring.alerts"),
        ("terminals/returns/models.py", "from terminals.settlement import batches"),
        ("terminals/models.py", "from .monitoring import alerts"),
        ("applications/views.py", "from config import reports"),
        ("applications/views.py", "from django.apps import apps\napps.get_model('a', 'B')"),
    ]

    seen = [upward(Path(path), ast.parse(source)) for path, source in samples]

    assert all(seen), seen


def test_a_downward_import_is_let_be():
    samples = [
        (
            "applications/views.py",
            "from config.kernel import lifecycle\nfrom terminals.models import Terminal",
        ),
        ("terminals/monitoring/models.py", "from ..models import Terminal\nfrom . import alerts"),
        ("config/urls.py", "from applications import views\nimport config.health"),
    ]

    assert [upward(Path(path), ast.parse(source)) for path, source in samples] == [[], [], []]


def test_imports_point_down():
    assert [offence for path, tree in modules() for offence in upward(path, tree)] == []
