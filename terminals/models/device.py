from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Arrows, Lifecycle


class DeviceType(models.TextChoices):
    """Kinds of devices as the clearing organisation numbers them."""

    SELF_SERVICE = "01", _("ATM or self-service")
    CLASSIC_POS = "02", _("classic POS")
    MPOS = "03", _("mPOS")
    SMART_POS = "04", _("smart POS")
    TELEPHONE = "05", _("type II telephone")
    CLOUD_PAY = "06", _("cloud payment terminal")
    PHONE_POS = "08", _("phone POS")
    FACE_PAY = "09", _("face payment terminal")
    BARCODE = "10", _("barcode terminal")
    BARCODE_ASSISTANT = "11", _("barcode assistant")


class DeviceModel(models.Model):
    """A certified make of device."""

    vendor = models.CharField(_("vendor"), max_length=40)
    name = models.CharField(_("model"), max_length=40)
    device_type = models.CharField(_("device type"), max_length=2, choices=DeviceType)
    network_licence = models.CharField(_("network licence number"), max_length=5)
    is_offered = models.BooleanField(_("offered to merchants"), default=True)
    deposit_fen = models.PositiveIntegerField(_("deposit, fen"), default=0)

    class Meta:
        verbose_name = _("device model")
        verbose_name_plural = _("device models")
        ordering = ["vendor", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "name"],
                name="device_model_once",
                violation_error_message=_("This model is already listed."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.name}"


class DeviceQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DeviceQuerySet":
        """Devices of the person's branch and the branches below it; merchants see terminals, never the estate."""
        return self.filter(branch__in=user.branch_scope()) if user.is_staff else self.none()

    def in_stock(self) -> "DeviceQuerySet":
        """Ready to be given out: one that was stopped is looked at first."""
        return self.filter(status=Device.Status.IN_STOCK, barred_at=None)


class Device(Lifecycle):
    """A piece of equipment in the estate, known by the serial number that its maker burned in (PBoC 2021 No. 259)."""

    class Status(models.TextChoices):
        IN_STOCK = "in_stock", _("In stock")
        ALLOCATED = "allocated", _("Allocated")
        ISSUED = "issued", _("Handed out")
        INSTALLED = "installed", _("Installed")
        RETURNING = "returning", _("Coming back")
        RETURNED = "returned", _("Returned, to be inspected")
        REPAIR = "repair", _("In repair")
        SCRAPPED = "scrapped", _("Scrapped")
        LOST = "lost", _("Lost")

    class Ownership(models.TextChoices):
        BANK = "bank", _("the bank's")
        MERCHANT = "merchant", _("the merchant's own")

    NEXT: ClassVar[Arrows] = {
        Status.IN_STOCK: frozenset({Status.ALLOCATED, Status.REPAIR, Status.SCRAPPED, Status.LOST}),
        Status.ALLOCATED: frozenset({Status.ISSUED, Status.INSTALLED, Status.IN_STOCK, Status.LOST}),
        Status.ISSUED: frozenset({Status.INSTALLED, Status.RETURNING, Status.LOST}),
        Status.INSTALLED: frozenset({Status.RETURNING, Status.LOST}),
        # Back in place where the stop of its terminal was revoked.
        Status.RETURNING: frozenset({Status.RETURNED, Status.INSTALLED, Status.LOST}),
        Status.RETURNED: frozenset({Status.IN_STOCK, Status.REPAIR, Status.SCRAPPED}),
        Status.REPAIR: frozenset({Status.IN_STOCK, Status.SCRAPPED}),
        Status.SCRAPPED: frozenset(),
        Status.LOST: frozenset({Status.RETURNED}),
    }
    STATUS_TONES: ClassVar = {
        Status.IN_STOCK: ("ok", "archive-box"),
        Status.ALLOCATED: ("info", "bookmark"),
        Status.ISSUED: ("info", "truck"),
        Status.INSTALLED: ("ok", "check-circle"),
        Status.RETURNING: ("warn", "arrow-uturn-left"),
        Status.RETURNED: ("warn", "inbox-arrow-down"),
        Status.REPAIR: ("warn", "wrench"),
        Status.SCRAPPED: ("mute", "trash"),
        Status.LOST: ("bad", "question-mark-circle"),
    }
    LOCK_RANK = 3

    serial_number = models.CharField(_("serial number"), max_length=50, unique=True)
    tusn = models.CharField(_("terminal unique serial (TUSN)"), max_length=64, blank=True)
    model = models.ForeignKey(DeviceModel, models.PROTECT, related_name="devices", verbose_name=_("model"))
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, related_name="devices", verbose_name=_("branch")
    )
    ownership = models.CharField(_("ownership"), max_length=8, choices=Ownership, default=Ownership.BANK)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.IN_STOCK)
    sim_iccid = models.CharField(_("SIM card (ICCID)"), max_length=20, blank=True)
    # Stopped or lost since then: it refuses every code until it was inspected, or two people allow it one issue.
    barred_at = models.DateTimeField(_("stopped since"), null=True, blank=True)
    joined_at = models.DateTimeField(_("in the estate since"))

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        permissions = [("import_device", _("Can import devices into the estate"))]
        indexes = [
            models.Index(fields=["branch", "status", "id"], name="device_branch_status"),
            models.Index(fields=["model", "status", "branch"], name="device_stock"),
        ]
        constraints = [
            models.CheckConstraint(
                name="device_status_known",
                condition=Q(
                    status__in=[
                        "in_stock",
                        "allocated",
                        "issued",
                        "installed",
                        "returning",
                        "returned",
                        "repair",
                        "scrapped",
                        "lost",
                    ]
                ),
                violation_error_message=_("This status is unknown."),
            ),
        ]

    def __str__(self) -> str:
        return self.serial_number

    def allocate(self, *, by, now: datetime) -> None:
        """Out of the stock, promised to a terminal."""
        self._step(self.Status.ALLOCATED, by=by, now=now)

    def release(self, *, by, now: datetime, note: str = "") -> None:
        """Promised to nobody any more and in stock again; what was put down to go out with it never left."""
        with self.moving_to(self.Status.IN_STOCK, by=by, now=now, note=note):
            self.issued_items.out().update(settled_at=now)

    def hand_out(self, *, by, now: datetime) -> None:
        """On its way to the merchant."""
        self._step(self.Status.ISSUED, by=by, now=now)

    def install(self, *, by, now: datetime) -> None:
        """At work at the merchant's."""
        self._step(self.Status.INSTALLED, by=by, now=now)

    def call_back(self, *, by, now: datetime, note: str = "") -> None:
        """To come back to the bank, and stopped until it was inspected."""
        with self.moving_to(self.Status.RETURNING, by=by, now=now, note=note):
            self.barred_at = now

    def keep_in_place(self, *, by, now: datetime, note: str = "") -> None:
        """Called back and to stay after all: the stop of its terminal was revoked."""
        with self.moving_to(self.Status.INSTALLED, by=by, now=now, note=note):
            self.barred_at = None

    def let_go(self, *, by, now: datetime, note: str = "") -> None:
        """Its terminal has ended: in stock again where it never left, else called back."""
        if self.status == self.Status.ALLOCATED:
            self.release(by=by, now=now, note=note)
        elif self.status in (self.Status.ISSUED, self.Status.INSTALLED):
            self.call_back(by=by, now=now, note=note)

    def take_back(self, *, by, now: datetime, note: str = "") -> None:
        """Back at the bank, to be inspected."""
        self._step(self.Status.RETURNED, by=by, now=now, note=note)

    def restock(self, *, by, now: datetime, note: str = "", is_inspected: bool = False) -> None:
        """In stock again; one that was stopped is free for a new terminal only where it was inspected."""
        with self.moving_to(self.Status.IN_STOCK, by=by, now=now, note=note):
            if is_inspected:
                self.barred_at = None

    def readmit(self, *, by, now: datetime) -> None:
        """Stopped no more and in stock. Only `terminals.reenrolment` calls this, with an allowance spent for it."""
        if self.status == self.Status.IN_STOCK:
            with self.acting("device_readmitted", by=by, now=now, unless=lambda: ""):
                self.barred_at = None
        else:
            self.restock(by=by, now=now, is_inspected=True)

    def send_to_repair(self, *, by, now: datetime, note: str = "") -> None:
        """With the workshop."""
        self._step(self.Status.REPAIR, by=by, now=now, note=note)

    def scrap(self, *, by, now: datetime, note: str) -> None:
        """Out of the estate for good."""
        self._step(self.Status.SCRAPPED, by=by, now=now, note=note)

    def report_lost(self, *, by, now: datetime, note: str) -> None:
        """Nobody knows where it is; should it turn up, it is stopped until it was inspected."""
        with self.moving_to(self.Status.LOST, by=by, now=now, note=note):
            self.barred_at = now

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; a device that is tied to a terminal does not go back into the stock."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if (
            target in (self.Status.IN_STOCK, self.Status.SCRAPPED)
            and self.bindings.filter(valid_to=None).exists()
        ):
            return str(_("This device is tied to a terminal. End that first."))
        return ""

    def _step(self, target: str, *, by, now: datetime, note: str = "") -> None:
        with self.moving_to(target, by=by, now=now, note=note):
            pass
