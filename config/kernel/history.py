"""What happened to an object: one append-only row for every step of its life."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.kernel.acts import kind_in_words, state_in_words


def subject_of(row: models.Model) -> tuple[str, int]:
    """Label and key that name a row in every record: a child by inheritance is named by the table that holds its status."""
    model = row.__class__  # not type(): `request.user` is a lazy stand-in that answers for the row
    fields = {field.name: field for field in model._meta.concrete_fields}
    owner = fields["status"].model if "status" in fields else model
    return owner._meta.label_lower, row.pk


class StatusChangeQuerySet(models.QuerySet):
    def of(self, row: models.Model) -> "StatusChangeQuerySet":
        """The steps of one object, newest first."""
        label, pk = subject_of(row)
        return self.filter(subject_label=label, subject_id=pk).order_by("-id")


class StatusChange(models.Model):
    """One step: who took the object from which status to which, when and with what remark. Append-only by trigger."""

    subject_label = models.CharField(_("kind of object"), max_length=100)
    subject_id = models.BigIntegerField(_("object"))
    from_status = models.CharField(_("from"), max_length=30)
    to_status = models.CharField(_("to"), max_length=30)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    note = models.TextField(_("note"), blank=True)

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        indexes = [models.Index(fields=["subject_label", "subject_id", "-id"], name="status_change_subject")]

    def __str__(self) -> str:
        before, after = (
            state_in_words(self.subject_label, status) for status in (self.from_status, self.to_status)
        )
        return f"{kind_in_words(self.subject_label)} {self.subject_id}: {before} → {after}"


def changes_of(row: models.Model) -> models.QuerySet[StatusChange]:
    """The steps of one object with their actors, newest first."""
    return StatusChange.objects.of(row).select_related("by")
