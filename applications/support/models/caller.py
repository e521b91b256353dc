from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CallerCheckQuerySet(models.QuerySet):
    def visible_to(self, user) -> CallerCheckQuerySet:
        """Those of the branch and below; whoever does not lead the desk sees the own ones."""
        rows = self.filter(branch__in=user.branch_scope())
        return rows if user.has_perm("support.view_every_callercheck") else rows.filter(by=user)

    def failed_since(self, merchant, moment: datetime) -> int:
        return self.filter(merchant=merchant, opens_until=None, at__gt=moment).count()


class CallerCheck(models.Model):
    """One try to make sure that a caller speaks for a merchant: what was asked, and where it passed, until when it opens.

    Holds the names of what was asked and never what was answered. It opens the merchant's page to `by` alone.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="caller_checks", verbose_name=_("merchant")
    )
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    asked = models.JSONField(_("what was asked"), default=list)
    opens_until = models.DateTimeField(_("open until"), null=True)

    objects = CallerCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a caller")
        verbose_name_plural = _("checks of callers")
        default_permissions = ("view", "add")
        permissions = [("view_every_callercheck", _("Can see the checks of callers that others made"))]
        indexes = [models.Index(fields=["merchant", "-at"], name="caller_check_recent")]
        constraints = [
            models.CheckConstraint(
                name="caller_check_opens_after_it",
                condition=Q(opens_until=None) | Q(opens_until__gt=models.F("at")),
                violation_error_message=_("What a check opens is open after it."),
            )
        ]

    def __str__(self) -> str:
        return f"LD-{self.pk:06d}"

    @property
    def has_passed(self) -> bool:
        return self.opens_until is not None

    def is_open_to(self, person, *, now: datetime) -> bool:
        return self.by_id == person.pk and self.opens_until is not None and now < self.opens_until
