"""A state changes in one place, and an effect in another room is a visible call."""

import ast
import re
from pathlib import Path

from tests.house.tree import modules

THE_ONE_PLACE = Path("config/kernel/lifecycle.py")
WRITES_ROWS = {"create", "acreate", "update", "aupdate", "get_or_create", "update_or_create"}
SIGNAL = re.compile(r"\b(pre|post|m2m|user|request|got|setting|class|connection|task)_\w+$")


def sets_status(tree: ast.Module) -> list[str]:
    """Lines that write a `status` past the lifecycle."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets):
                written = targets
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                written = [target]
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="status"), *_]):
                written = [ast.Attribute(value=node, attr="status")]
            case ast.Call(func=ast.Attribute(attr=verb), keywords=keywords) if verb in WRITES_ROWS:
                written = [
                    ast.Attribute(value=node, attr="status") for word in keywords if word.arg == "status"
                ]
            case _:
                continue
        if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in written):
            found.append(f"line {node.lineno}: {ast.unparse(node)[:80]}")
    return found


def listens(tree: ast.Module) -> list[str]:
    """Lines that connect to a signal."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(name)) if (
                name == "django.dispatch" or name.split(".")[-1] == "signals"
            ):
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
            case ast.ImportFrom(names=names) if any(alias.name in {"signals", "receiver"} for alias in names):
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
            case ast.Call(func=ast.Attribute(attr="connect", value=value)):
                if SIGNAL.search(ast.unparse(value)):
                    found.append(f"line {node.lineno}: {ast.unparse(node)[:80]}")
    return found


def test_a_status_set_elsewhere_is_seen():
    samples = [
        "application.status = 'APPROVED'",
        "self.status: str = 'APPROVED'",
        "setattr(application, 'status', 'APPROVED')",
        "Application.objects.filter(pk=1).update(status='APPROVED')",
        "Application.objects.create(status='APPROVED')",
        "a.note = b.status = 2",
    ]

    assert all(sets_status(ast.parse(sample)) for sample in samples)


def test_a_status_that_is_read_or_answered_is_let_be():
    source = "x = rows.filter(status='A')\nanswer = JsonResponse({}, status=409)\nclass Row:\n    status = CharField()"

    assert sets_status(ast.parse(source)) == []


def test_only_the_lifecycle_sets_a_status():
    offences = {str(path): sets_status(tree) for path, tree in modules() if path != THE_ONE_PLACE}

    assert {path: lines for path, lines in offences.items() if lines} == {}


def test_a_signal_is_seen():
    samples = [
        "from django.dispatch import receiver",
        "from django.db.models.signals import post_save",
        "from allauth.account import signals",
        "post_save.connect(tell)",
    ]

    assert all(listens(ast.parse(sample)) for sample in samples)


def test_nobody_listens_to_signals():
    offences = {str(path): listens(tree) for path, tree in modules()}

    assert {path: lines for path, lines in offences.items() if lines} == {}
