from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Membership(models.Model):
    """A person acts for a merchant, with the rights of the role (`MEMBER_RIGHTS`).

    Written by `people`, `handing_over` and `onboard` only. Owners admit further owners by themselves; the bank has checked the one
    whose first registration it approved, and whoever took the merchant over from a checked one.
    """

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
    checked_at = models.DateTimeField(_("checked by the bank"), null=True, editable=False)

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
            models.CheckConstraint(
                name="membership_checked_owner",
                condition=models.Q(checked_at=None) | models.Q(role="owner"),
                violation_error_message=_("The bank checks owners only."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def name(self) -> str:
        """The member as the others of the merchant may read it: by name, or by an address, most of it starred."""
        return self.user.full_name or self.user.masked()

    @property
    def is_checked(self) -> bool:
        return self.checked_at is not None
