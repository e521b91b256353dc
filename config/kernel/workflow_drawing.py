"""WORKFLOW.md of a room: the arrows of each of its lifecycles as a Mermaid state diagram, from the table that decides."""

from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig, apps
from django.utils import translation

from config.kernel.lifecycle import Lifecycle

HEAD = """# Workflow

Drawn from the tables of arrows by `manage.py draw_workflows`; a test fails when it is stale. Do not edit.
"""


def drawings() -> dict[Path, str]:
    """The file of every room that has a lifecycle, and the text it should have."""
    drawn = {}
    for room in apps.get_app_configs():
        if lifecycles := _lifecycles(room):
            sections = [_section(model) for model in lifecycles]
            drawn[Path(room.path) / "WORKFLOW.md"] = "\n".join([HEAD, *sections])
    return drawn


def stale() -> list[Path]:
    """The files that do not show the arrows as they are."""
    return [
        path
        for path, text in drawings().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def _lifecycles(room: AppConfig) -> list[type[Lifecycle]]:
    """The room's models that own a status; a kind by inheritance moves along its parent's arrows."""
    return [
        model
        for model in room.get_models()
        if issubclass(model, Lifecycle) and model._meta.get_field("status").model is model
    ]


def _section(model: type[Lifecycle]) -> str:
    field = model._meta.get_field("status")
    labels = dict(field.flatchoices)
    lines = [f'    state "{_both(label)}" as {status}' for status, label in labels.items()]
    lines += [f"    [*] --> {field.default}"] if field.has_default() else []
    for status in labels:
        targets = model.NEXT.get(status, frozenset())
        lines += [f"    {status} --> {target}" for target in sorted(targets, key=list(labels).index)]
        lines += [] if targets else [f"    {status} --> [*]"]
    title = _both(model._meta.verbose_name)
    return "\n".join(
        [f"## {title[0].upper()}{title[1:]}\n", "```mermaid", "stateDiagram-v2", *lines, "```", ""]
    )


def _both(label) -> str:
    """The words in English and in Chinese."""
    with translation.override("en"):
        english = str(label)
    with translation.override("zh-hans"):
        chinese = str(label)
    return english if english == chinese else f"{english} {chinese}"
