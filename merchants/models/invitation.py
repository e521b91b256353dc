"""An invitation to act for a merchant, sent to an address that need not be anybody's account yet."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.accounts.reach import Reach, has_confirmed
from config.kernel.lifecycle import Arrows, Lifecycle
from config.privacy.fields import BlindIndexField, EncryptedTextField
from config.privacy.masking import mask_email, mask_mobile
from merchants.models.membership import Membership
from merchants.models.merchant import Merchant


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user) -> InvitationQuerySet:
        """Those of the merchants that the person acts for."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def open(self) -> InvitationQuerySet:
        return self.filter(status=Invitation.Status.OPEN)


class Invitation(Lifecycle):
    """Somebody at this address may act for the merchant in this role, once, until the day is over.

    The token of its link is kept as a digest only. Address and digest are kept while the invitation is open and not a moment longer.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("invitation", "Open")
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        DECLINED = "declined", gettext_lazy("Declined")
        CALLED_OFF = "called_off", gettext_lazy("Called off")
        EXPIRED = "expired", gettext_lazy("Expired")

    NEXT: ClassVar[Arrows] = {
        Status.OPEN: frozenset({Status.ACCEPTED, Status.DECLINED, Status.CALLED_OFF, Status.EXPIRED}),
        Status.ACCEPTED: frozenset(),
        Status.DECLINED: frozenset(),
        Status.CALLED_OFF: frozenset(),
        Status.EXPIRED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.OPEN: ("info", "envelope"),
        Status.ACCEPTED: ("ok", "check-circle"),
        Status.DECLINED: ("mute", "x-circle"),
        Status.CALLED_OFF: ("mute", "x-circle"),
        Status.EXPIRED: ("mute", "clock"),
    }
    LOCK_RANK = 3

    merchant = models.ForeignKey(
        Merchant, models.PROTECT, related_name="invitations", verbose_name=gettext_lazy("merchant")
    )
    role = models.CharField(gettext_lazy("role"), max_length=10, choices=Membership.Role)
    address = EncryptedTextField(gettext_lazy("address"), blank=True)
    address_index = BlindIndexField(source="address", purpose="invitation", db_index=False)
    token_digest = models.CharField(max_length=64, blank=True, editable=False)
    status = models.CharField(
        gettext_lazy("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("invited by")
    )
    invited_at = models.DateTimeField(gettext_lazy("invited at"))
    expires_at = models.DateTimeField(gettext_lazy("expires at"))

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("invitation")
        verbose_name_plural = gettext_lazy("invitations")
        indexes = [
            models.Index(fields=["merchant", "-invited_at"], name="invitation_newest"),
            models.Index(fields=["expires_at"], condition=Q(status="open"), name="invitation_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "address_index"],
                condition=Q(status="open"),
                name="invitation_open_once",
                violation_error_message=gettext_lazy(
                    "There is an open invitation to this address already. Call it off before you send another one."
                ),
            ),
            models.UniqueConstraint(
                fields=["token_digest"],
                condition=Q(status="open"),
                name="invitation_token_once",
                violation_error_message=gettext_lazy("Two invitations cannot have the same link."),
            ),
            models.CheckConstraint(
                name="invitation_wiped_once_over",
                condition=(Q(status="open") & ~Q(address_index="") & ~Q(token_digest=""))
                | (~Q(status="open") & Q(address_index="", token_digest="")),
                violation_error_message=gettext_lazy(
                    "An open invitation has its address and its link; one that is over has neither."
                ),
            ),
            models.CheckConstraint(
                name="invitation_status_known",
                condition=Q(status__in=["open", "accepted", "declined", "called_off", "expired"]),
                violation_error_message=gettext_lazy("This status is unknown."),
            ),
            models.CheckConstraint(
                name="invitation_role_known",
                condition=Q(role__in=["owner", "operator"]),
                violation_error_message=gettext_lazy("Choose owner or operator."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.masked_address}".strip()

    @property
    def masked_address(self) -> str:
        return mask_email(self.address) if "@" in self.address else mask_mobile(self.address)

    @property
    def reach(self) -> Reach:
        return Reach("email" if "@" in self.address else "phone", self.address)

    def is_for(self, person, *, now: datetime) -> bool:
        """Whether the person has confirmed the address it went to, and it is open still."""
        is_open = self.status == self.Status.OPEN and now < self.expires_at
        return is_open and person.is_merchant_user and has_confirmed(person, self.reach)

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; only whom it was sent to answers it, in time."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        answers = (self.Status.ACCEPTED, self.Status.DECLINED)
        if target in answers and not self.is_for(by, now=now):
            return _("This invitation is over, or it is for somebody else.")
        if target == self.Status.ACCEPTED and self.merchant.status == Merchant.Status.CLOSED:
            return _("The contract of this merchant has ended.")
        return ""

    def end_as(self, target: str, *, by, now: datetime) -> None:
        """The invitation is over; its address and the digest of its link are gone."""
        with self.moving_to(target, by=by, now=now):
            self.address = self.token_digest = ""
