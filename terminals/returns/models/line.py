"""What is asked back, line by line, and what was handed in instead of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terminals.models.kit import Piece


class ReturnLineQuerySet(models.QuerySet):
    def awaited(self) -> ReturnLineQuerySet:
        """Lines of which something is neither back nor known to be missing."""
        return self.filter(expected__gt=F("received") + F("missing"))


class ReturnLine(models.Model):
    """One kind of piece of a return: how many went out, came back and are missing, and how those look that came back."""

    class Condition(models.TextChoices):
        GOOD = "good", _("good")
        WORN = "worn", _("worn")
        DAMAGED = "damaged", _("damaged")
        MISSING = "missing", _("missing")

    order = models.ForeignKey(
        "returns.ReturnOrder", models.CASCADE, related_name="lines", verbose_name=_("return")
    )
    piece = models.CharField(_("piece"), max_length=16, choices=Piece)
    serial_number = models.CharField(_("serial number"), max_length=50, blank=True)
    # A device that stood in for the one under repair.
    is_loan = models.BooleanField(_("on loan"), default=False)
    expected = models.PositiveSmallIntegerField(_("handed out"))
    received = models.PositiveSmallIntegerField(_("received"), default=0)
    missing = models.PositiveSmallIntegerField(_("missing"), default=0)
    condition = models.CharField(_("condition"), max_length=8, choices=Condition, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    # Of one piece, as it was put down when it was handed out.
    price_fen = models.PositiveIntegerField(_("price when new, fen"), default=0)

    objects = ReturnLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a return")
        verbose_name_plural = _("lines of returns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "piece"],
                name="return_line_once",
                violation_error_message=_("This piece is on the return already."),
            ),
            models.CheckConstraint(
                name="return_line_within_expected",
                condition=Q(expected__gte=1) & Q(expected__gte=F("received") + F("missing")),
                violation_error_message=_("No more can come back than was handed out."),
            ),
            models.CheckConstraint(
                name="return_line_condition_known",
                condition=Q(received=0, missing=0, condition="")
                | Q(condition__in=["good", "worn", "damaged"], received__gt=0, missing=0)
                | Q(condition="missing", missing__gt=0),
                violation_error_message=_("What came back, or is missing, has its condition."),
            ),
            models.CheckConstraint(
                name="return_line_remark_unless_good",
                condition=Q(condition__in=["", "good"]) | ~Q(remark=""),
                violation_error_message=_("Say in a remark what is not good about this piece."),
            ),
            models.CheckConstraint(
                name="return_line_photo_of_damage",
                condition=~Q(condition__in=["worn", "damaged"]) | Q(photo__isnull=False),
                violation_error_message=_("Add a photo of a piece that is worn or damaged."),
            ),
        ]

    def __str__(self) -> str:
        if self.is_loan:
            return gettext("%(piece)s (on loan)") % {"piece": self.get_piece_display()}
        return self.get_piece_display()

    @property
    def is_device(self) -> bool:
        return self.piece == Piece.TERMINAL

    @property
    def awaited(self) -> int:
        """How many are neither back nor known to be missing."""
        return self.expected - self.received - self.missing


class ReturnFinding(models.Model):
    """Something handed in that is not what went out: it is kept on record and never counted as received."""

    order = models.ForeignKey(
        "returns.ReturnOrder", models.CASCADE, related_name="findings", verbose_name=_("return")
    )
    piece = models.CharField(_("piece"), max_length=16, choices=Piece)
    serial_expected = models.CharField(_("serial number in the book"), max_length=50)
    serial_read = models.CharField(_("serial number read"), max_length=50)
    # Whether the number that was read is one of the bank's own.
    is_of_the_estate = models.BooleanField(_("of the bank's estate"), default=False)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("wrong serial number")
        verbose_name_plural = _("wrong serial numbers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="return_finding_differs",
                condition=~Q(serial_read=F("serial_expected")),
                violation_error_message=_("This is the serial number in the book."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.serial_expected} / {self.serial_read}"
