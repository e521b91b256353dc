"""Rooms keep their labels, foreign keys point down, and what must never be false says so in words."""

import pytest
from django.apps import apps
from django.db import models

from tests.house.test_imports import FLOOR_OF, room_of
from tests.house.tree import ROOMS

LABELS = {
    "config.kernel": "kernel",
    "config.privacy": "privacy",
    "config.files": "files",
    "config.accounts": "accounts",
    "merchants": "merchants",
    "terminals": "terminals",
    "terminals.settlement": "settlement",
    "terminals.returns": "returns",
    "terminals.offers": "offers",
    "terminals.simulator": "simulator",
    "applications": "applications",
    "applications.support": "support",
}
OURS = [config for config in apps.get_app_configs() if config.name.split(".")[0] in ROOMS]
MODELS = [model for config in OURS for model in config.get_models()]


def test_every_room_keeps_its_label():
    """A nested app that is missing from INSTALLED_APPS would silently take its parent's label."""
    assert {config.name: config.label for config in OURS} == LABELS
    assert all("label" in vars(type(config)) for config in OURS)


def points_up(own_room: str, other_room: str) -> bool:
    return FLOOR_OF[other_room] > FLOOR_OF[own_room]


def test_a_foreign_key_that_points_up_is_seen():
    assert points_up("terminals", "applications")
    assert not points_up("applications", "terminals")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model):
    """Everybody may name a user, by AUTH_USER_MODEL."""
    own = room_of(model.__module__)
    related = [field.related_model for field in model._meta.local_fields if field.is_relation]
    rooms = {room_of(other.__module__) for other in related if other._meta.label != "accounts.User"}

    assert [room for room in rooms if room and points_up(own, room)] == []


def lonely_pairs(model: type[models.Model]) -> list[str]:
    """Pairs of x_at and x_by that may be empty without a constraint that they are empty together."""
    names = {field.name: field for field in model._meta.local_fields}
    pairs = [name[:-3] for name in names if name.endswith("_at") and f"{name[:-3]}_by" in names]
    checks = [str(c.condition) for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    return [
        pair
        for pair in pairs
        if (names[f"{pair}_at"].null or names[f"{pair}_by"].null)
        and not any(f"{pair}_at" in check and f"{pair}_by" in check for check in checks)
    ]


def test_a_lonely_pair_is_seen():
    class Sample(models.Model):
        sealed_at = models.DateTimeField(null=True)
        sealed_by = models.IntegerField(null=True)

        class Meta:
            app_label = "sample"

        def __str__(self):
            return ""

    assert lonely_pairs(Sample) == ["sealed"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_when_and_by_whom_are_known_together(model):
    assert lonely_pairs(model) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_constraint_has_its_sentence(model):
    """A broken constraint is told to people in its own words, so it must have some."""
    stock = models.BaseConstraint.default_violation_error_message

    assert [c.name for c in model._meta.constraints if c.violation_error_message == stock] == []
