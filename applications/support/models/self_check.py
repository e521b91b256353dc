from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SelfCheckQuerySet(models.QuerySet):
    def visible_to(self, user) -> SelfCheckQuerySet:
        """For staff those of the branch and below; for anybody else what was asked by the person or for a merchant it acts for."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(Q(asked_by=user) | Q(merchant__memberships__user=user)).distinct()


class SelfCheck(models.Model):
    """What somebody asked about a refusing terminal, what the bank knew then, and the one outcome; written once, whole."""

    class Screen(models.TextChoices):
        """What the terminal's screen says, in its own words."""

        NOT_REGISTERED = "not_registered", _("Terminal not registered (97)")
        STOPPED = "stopped", _("Terminal stopped")
        MERCHANT_UNKNOWN = "merchant_unknown", _("Merchant not registered or invalid (03)")
        TERMINAL_INVALID = "terminal_invalid", _("Terminal invalid (58)")
        SIGN_IN = "sign_in", _("Please sign in")
        NO_CONNECTION = "no_connection", _("Communication failed or timed out")
        MISSING_SALE = "missing_sale", _("A transaction cannot be found")
        OTHER = "other", _("Another code")

    class Since(models.TextChoices):
        FIRST_USE = "first_use", _("Since its first use")
        SWAP = "swap", _("Since the device was swapped")
        MOVE = "move", _("Since the shop moved")
        CHANGE = "change", _("Since particulars changed")
        SUDDENLY = "suddenly", _("All of a sudden")

    number = models.CharField(_("number of the check"), max_length=20, unique=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, null=True, related_name="+", verbose_name=_("merchant")
    )
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    terminal = models.ForeignKey(
        "terminals.Terminal",
        models.PROTECT,
        null=True,
        related_name="self_checks",
        verbose_name=_("terminal"),
    )
    typed = models.CharField(_("number that was typed"), max_length=50, blank=True)
    screen = models.CharField(_("what the screen says"), max_length=20, choices=Screen)
    code = models.CharField(_("code on the screen"), max_length=4, blank=True)
    since = models.CharField(_("since when"), max_length=12, choices=Since, blank=True)
    outcome = models.CharField(_("outcome"), max_length=4)
    evidence = models.JSONField(_("what the bank knew"), default=dict)
    language = models.CharField(_("language"), max_length=10)
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="again", verbose_name=_("check that this one repeats")
    )
    is_solved = models.BooleanField(_("solved"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = SelfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_solved=None, answered_at=None)
                | Q(is_solved__isnull=False, answered_at__isnull=False),
                name="self_check_answered_whole",
                violation_error_message=_("Whether it was solved is said with its moment."),
            )
        ]

    def __str__(self) -> str:
        return self.number
