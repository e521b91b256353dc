"""Who did what and who saw what: rows written in the transaction they speak of, never changed afterwards.

Triggers refuse UPDATE and DELETE (`append_only`); the worker seals the rows into a keyed chain (`audit_chain`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from structlog.contextvars import get_contextvars

from config.kernel.acts import act_in_words
from config.kernel.history import subject_of
from config.kernel.traces import leave

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class SubjectQuerySet(models.QuerySet):
    def of(self, row: models.Model) -> SubjectQuerySet:
        """The rows that speak of one object, newest first."""
        label, pk = subject_of(row)
        return self.filter(subject_label=label, subject_id=pk).order_by("-id")


class AuditEvent(models.Model):
    """Something that was done. `detail` holds no personal data: names of fields, counts and statuses only."""

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    action = models.SlugField(_("action"), max_length=60, db_index=False)
    subject_label = models.CharField(_("kind of object"), max_length=100, blank=True)
    subject_id = models.BigIntegerField(_("object"), null=True)
    detail = models.JSONField(_("detail"), default=dict)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["subject_label", "subject_id", "-id"], name="audit_event_subject"),
            models.Index(fields=["action", "-id"], name="audit_event_action"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {act_in_words(self.action)}"


class AccessRecord(models.Model):
    """Someone saw, revealed or downloaded something that is protected. Written before the bytes leave."""

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    purpose = models.CharField(_("purpose"), max_length=60)
    subject_label = models.CharField(_("kind of object"), max_length=100)
    subject_id = models.BigIntegerField(_("object"))
    detail = models.JSONField(_("detail"), default=dict)
    ip = models.GenericIPAddressField(_("network address"), null=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        indexes = [
            models.Index(fields=["subject_label", "subject_id", "-id"], name="access_record_subject"),
            models.Index(fields=["by", "-at"], name="access_record_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {act_in_words(self.purpose)}"


class AuditSeal(models.Model):
    """One link of a chain: a batch of rows of one table, told apart row by row, tied to the link before."""

    table = models.CharField(_("table"), max_length=60)
    number = models.PositiveBigIntegerField(_("number"))
    first_id = models.BigIntegerField(_("first row"))
    last_id = models.BigIntegerField(_("last row"))
    row_count = models.PositiveIntegerField(_("rows"))
    row_digests = models.BinaryField(editable=False)
    algorithm = models.CharField(max_length=20, default="hmac-sha256", editable=False)
    previous_digest = models.CharField(_("digest before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        constraints = [
            # Two workers that seal at once would fork the chain: the second one loses and tries again.
            models.UniqueConstraint(
                fields=["table", "number"],
                name="audit_seal_number_once",
                violation_error_message=_("These rows have been sealed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.number}"


def record(
    action: str,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    subject: models.Model | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Leave a row that says who did `action` to `subject`, in the caller's transaction. `by=None`: a device or a stranger.

    Inside a step it is written with the others of that step when it ends (`traces`), and has no key before.
    """
    label, pk = subject_of(subject) if subject is not None else ("", None)
    event = AuditEvent(
        at=now,
        by=by if by is not None and by.pk is not None else None,
        action=action,
        subject_label=label,
        subject_id=pk,
        detail=detail or {},
        request_id=_request_id(),
    )
    leave(event)
    return event


def record_access(
    purpose: str,
    *,
    by: AbstractBaseUser,
    now: datetime,
    subject: models.Model,
    detail: dict[str, Any] | None = None,
    ip: str | None = None,
) -> AccessRecord:
    """Leave a row that says who saw `subject` and why. The only write that a GET may cause; call it before answering."""
    label, pk = subject_of(subject)
    return AccessRecord.objects.create(
        at=now,
        by=by,
        purpose=purpose,
        subject_label=label,
        subject_id=pk,
        detail=detail or {},
        ip=ip or _remote(),
        request_id=_request_id(),
    )


def _remote() -> str | None:
    """The network address that the log lines of this request carry; None outside a request."""
    return get_contextvars().get("remote") or None


def _request_id() -> str:
    """The id that the log lines of this request carry, so that row and log find each other; "" outside a request."""
    return str(get_contextvars().get("request_id", ""))[:64]
