"""What is said in a ticket: messages that both sides read, and notes that only colleagues do, in tables of their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TicketMessage(models.Model):
    """A message of either side, with at most one file. Never changed."""

    ticket = models.ForeignKey(
        "support.Ticket", models.PROTECT, related_name="messages", verbose_name=_("ticket")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    is_from_bank = models.BooleanField(_("from the bank"))
    text = models.TextField(_("text"), max_length=2000, blank=True)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("message of a ticket")
        verbose_name_plural = _("messages of tickets")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="ticket_message_says_something",
                condition=~Q(text="") | Q(file__isnull=False),
                violation_error_message=_("Write a few words first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.pk}"


class TicketNote(models.Model):
    """What colleagues tell each other. No page, message or export of a merchant reads this table."""

    ticket = models.ForeignKey(
        "support.Ticket", models.PROTECT, related_name="notes", verbose_name=_("ticket")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.pk}"


class MissingSale(models.Model):
    """The transaction that a ticket looks for, as the merchant remembers it."""

    ticket = models.OneToOneField(
        "support.Ticket", models.PROTECT, related_name="sale", primary_key=True, verbose_name=_("ticket")
    )
    amount_fen = models.PositiveBigIntegerField(_("amount"))
    sold_at = models.DateTimeField(_("time of the transaction"))
    card_last4 = models.CharField(_("last four of the card"), max_length=4, blank=True)
    batch_number = models.CharField(_("batch number"), max_length=6, blank=True)
    slip_number = models.CharField(_("slip number"), max_length=6, blank=True)

    class Meta:
        verbose_name = _("missing sale")
        verbose_name_plural = _("missing sales")
        constraints = [
            models.CheckConstraint(
                name="missing_sale_has_an_amount",
                condition=Q(amount_fen__gt=0),
                violation_error_message=_("A transaction has an amount above zero."),
            ),
            models.CheckConstraint(
                name="missing_sale_can_be_found",
                condition=~Q(card_last4="") | (~Q(batch_number="") & ~Q(slip_number="")),
                violation_error_message=_(
                    "Give the last four digits of the card, or the batch number with the slip number."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)
