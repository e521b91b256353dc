"""What was handed in, round by round, so that the next round can show what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.placement import Placement
from config.privacy.fields import EncryptedJSONField

if TYPE_CHECKING:
    from applications.models.application import Application


class Submission(models.Model):
    """The answers, terminals and papers of one submission, never edited afterwards."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="submissions", verbose_name=_("application")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    # {"answers": {column: value}, "placements": [{column: value}], "documents": {paper: key of the Document}}
    content: models.Field[dict, dict] = EncryptedJSONField(_("content"), default=dict)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round"],
                name="submission_once_per_round",
                violation_error_message=_("This round was handed in already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.round}"


PLACEMENT_COLUMNS = [
    field for field in Placement._meta.concrete_fields if field.name not in ("id", "registration", "terminal")
]


def content_of(case: Application) -> dict[str, Any]:
    """The case as it stands, as plain values."""
    return {
        "answers": {name: _plain(case, case._meta.get_field(name)) for name in case.answers_kept()},
        "placements": [
            {field.name: _plain(placement, field) for field in PLACEMENT_COLUMNS}
            for placement in case.terminals_asked_for()
        ],
        "documents": {
            document.paper: document.pk for document in case.documents.current().only("pk", "paper")
        },
    }


def _plain(row: models.Model, field: Any) -> Any:
    return getattr(row, field.attname)


def restored(case: Application, content: dict[str, Any]) -> tuple[Application, list[Placement]]:
    """What was handed in, as objects that are never saved."""
    then = type(case)(pk=case.pk, merchant_id=case.merchant_id, number=case.number)
    for name, value in content["answers"].items():
        field: Any = case._meta.get_field(name)
        setattr(then, field.attname, _back(field, value))
    placements = []
    for values in content["placements"]:
        placement = Placement(registration_id=case.pk)
        for field in PLACEMENT_COLUMNS:
            setattr(placement, field.attname, _back(field, values.get(field.name)))
        placements.append(placement)
    return then, placements


def _back(field: Any, value: Any) -> Any:
    if value is None or field.is_relation or isinstance(value, list | dict):
        return value
    return field.to_python(value)
