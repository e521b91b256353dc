from config.kernel.lifecycle import Lifecycle
from config.kernel.workflow_drawing import drawings, stale


def test_every_workflow_drawing_is_fresh():
    assert stale() == []


def owners_of_a_status(model=Lifecycle):
    """The topmost tables below `Lifecycle`; what inherits one of them moves along its arrows."""
    for child in model.__subclasses__():
        if child._meta.abstract:
            yield from owners_of_a_status(child)
        elif child._meta.app_config is not None:
            yield child


def test_a_drawing_shows_every_arrow_of_every_lifecycle():
    arrows = sum(len(targets) for model in owners_of_a_status() for targets in model.NEXT.values())
    drawn = [
        line
        for text in drawings().values()
        for line in text.splitlines()
        if "-->" in line and "[*]" not in line
    ]

    assert len(drawn) == arrows
