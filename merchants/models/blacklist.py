from datetime import date, datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.audit import record
from config.kernel.lifecycle import Refused, reread_locked
from config.privacy.fields import BlindIndexField, EncryptedTextField
from config.privacy.masking import mask_account, mask_id_number, mask_mobile, mask_name


class BlacklistEntryQuerySet(models.QuerySet):
    def standing(self) -> "BlacklistEntryQuerySet":
        """On the list still, whatever their dates say."""
        return self.filter(removed_at=None)

    def in_force(self, *, on: date) -> "BlacklistEntryQuerySet":
        """Those that block on this day; both ends count."""
        not_ended = Q(valid_to=None) | Q(valid_to__gte=on)
        return self.standing().filter(not_ended, valid_from__lte=on)


class BlacklistEntry(models.Model):
    """Somebody or something the bank signs no contract with (acquiring rules: the risk lists are asked before onboarding).

    Rows are never rewritten: a wrong one is taken off with its reason, and the right one put on.
    """

    class Kind(models.TextChoices):
        USCC = "uscc", _("credit code")
        IDENTITY = "identity", _("identity document number")
        ACCOUNT = "account", _("settlement account number")
        MOBILE = "mobile", _("mobile number")
        SERIAL = "serial", _("serial number of a device")
        NAME = "name", _("name")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = EncryptedTextField(_("value"))
    value_index = BlindIndexField(source="value", purpose="blacklist")
    reason = models.CharField(_("reason"), max_length=200)
    source = models.CharField(_("source"), max_length=60)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    added_at = models.DateTimeField(_("listed at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("listed by")
    )
    removed_at = models.DateTimeField(_("taken off at"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken off by"),
    )
    removal_reason = models.CharField(_("why it was taken off"), max_length=200, blank=True)

    objects = BlacklistEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("blacklist entry")
        verbose_name_plural = _("blacklist")
        default_permissions = ("view", "add")
        permissions = [
            ("remove_blacklistentry", _("Can take entries off the blacklist")),
            ("import_blacklistentry", _("Can import a blacklist")),
        ]
        indexes = [models.Index(fields=["kind", "-id"], name="blacklist_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value_index"],
                condition=Q(removed_at=None),
                name="blacklist_once_per_value",
                violation_error_message=_("This is on the blacklist already."),
            ),
            models.CheckConstraint(
                name="blacklist_kind_known",
                condition=Q(kind__in=["uscc", "identity", "account", "mobile", "serial", "name"]),
                violation_error_message=_("Choose what kind of mark this is."),
            ),
            models.CheckConstraint(
                name="blacklist_is_whole",
                condition=~(Q(value_index="") | Q(reason="") | Q(source="")),
                violation_error_message=_("An entry needs its value, its reason and its source."),
            ),
            models.CheckConstraint(
                name="blacklist_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("An entry cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="blacklist_removed_whole",
                condition=Q(removed_at=None, removed_by=None, removal_reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removal_reason="")),
                violation_error_message=_("An entry that was taken off says by whom, when and why."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def take_off(self, *, by, now: datetime, reason: str) -> None:
        """Off the list, on record by whom and why. Raises `Refused` where it is off already or no reason is given."""
        with transaction.atomic():
            reread_locked(self)
            if self.removed_at is not None:
                raise Refused(gettext("This entry has been taken off already."), code="wrong_state")
            if not reason.strip():
                raise Refused(gettext("Say why the entry is taken off."), code="incomplete")
            self.removed_at, self.removed_by, self.removal_reason = now, by, reason.strip()
            self.save(update_fields=["removed_at", "removed_by", "removal_reason"])
            record("blacklist_removed", by=by, now=now, subject=self, detail={"kind": self.kind})

    @property
    def number(self) -> str:
        """What colleagues call it by: the value itself is never quoted."""
        return f"HMD-{self.pk:06d}"

    @property
    def masked(self) -> str:
        """The value as it may be shown."""
        mask = {
            self.Kind.ACCOUNT: mask_account,
            self.Kind.MOBILE: mask_mobile,
            self.Kind.NAME: mask_name,
        }.get(self.Kind(self.kind), mask_id_number)
        return mask(self.value)
