from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Membership(models.Model):
    """A person acts for a merchant, with the rights of the role (`MEMBER_RIGHTS`). Written by `people` and `onboard` only."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        OPERATOR = "operator", _("Operator")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="memberships", verbose_name=_("merchant")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "merchant"],
                name="membership_once",
                violation_error_message=_("This person already acts for this merchant."),
            ),
            models.CheckConstraint(
                name="membership_role_known",
                condition=models.Q(role__in=["owner", "operator"]),
                violation_error_message=_("Choose owner or operator."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def name(self) -> str:
        """The member as the others of the merchant may read it: by name, or by an address, most of it starred."""
        return self.user.full_name or self.user.masked()
