"""What the store room found when it looked at a device that came back, and where the device went from there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReturnInspection(models.Model):
    """One look at the device of a return. A device that comes from the workshop is looked at again."""

    class Appearance(models.TextChoices):
        GOOD = "good", _("good")
        WORN = "worn", _("worn")
        DAMAGED = "damaged", _("damaged")

    class Outcome(models.TextChoices):
        STOCK = "stock", _("into stock")
        REPAIR = "repair", _("to the workshop")
        SCRAP = "scrap", _("scrapped")
        HANDED_BACK = "handed_back", _("handed back to the merchant")

    order = models.ForeignKey(
        "returns.ReturnOrder", models.CASCADE, related_name="inspections", verbose_name=_("return")
    )
    appearance = models.CharField(_("appearance"), max_length=8, choices=Appearance)
    seal_intact = models.BooleanField(_("seal intact"))
    tamper_marks = models.BooleanField(_("marks of having been opened"))
    attack_marks = models.BooleanField(_("marks of an attack"))
    powers_on = models.BooleanField(_("powers on"))
    log_cleared = models.BooleanField(_("transaction log cleared"))
    keys_destroyed = models.BooleanField(_("keys destroyed"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    note = models.CharField(_("remark"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("inspection of a returned device")
        verbose_name_plural = _("inspections of returned devices")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="return_inspection_wiped",
                condition=~Q(outcome__in=["stock", "handed_back"]) | Q(keys_destroyed=True, log_cleared=True),
                violation_error_message=_(
                    "Before a device leaves the store room or waits there for the next merchant, its keys are destroyed and its log is cleared."
                ),
            ),
            models.CheckConstraint(
                name="return_inspection_sound_for_stock",
                condition=~Q(outcome="stock") | Q(tamper_marks=False, attack_marks=False, powers_on=True),
                violation_error_message=_(
                    "A device that was opened or attacked, or does not power on, does not go into stock."
                ),
            ),
            models.CheckConstraint(
                name="return_inspection_scrap_has_note",
                condition=~Q(outcome="scrap") | ~Q(note=""),
                violation_error_message=_("Say why the device is scrapped."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
