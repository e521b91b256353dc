from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.privacy.masking import mask_account
from merchants.particulars import AccountParticulars


class SettlementAccount(AccountParticulars):
    """An account of a merchant: never edited, replaced by the next one. One is in use at a time."""

    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="accounts", verbose_name=_("merchant")
    )
    used_from = models.DateTimeField(_("used from"))
    used_until = models.DateTimeField(_("used until"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified at"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("verified by")
    )

    class Meta:
        verbose_name = _("settlement account")
        verbose_name_plural = _("settlement accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(used_until=None),
                name="account_one_in_use",
                violation_error_message=_("This merchant already has a settlement account in use."),
            ),
            models.CheckConstraint(
                name="account_is_whole",
                condition=Q(account_kind__in=["corporate", "personal"])
                & ~Q(account_holder="")
                & ~Q(account_number_index=""),
                violation_error_message=_("A settlement account needs its kind, holder and number."),
            ),
        ]

    def __str__(self) -> str:
        return mask_account(self.account_number)
