from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application, ApplicationTerminal
from merchants.models import Merchant
from terminals.models import Terminal

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from applications.blockers import Blocker


class CustomerRequest(Application):
    """An application of a party that is a customer already. The queue shows and finds it by the customer's particulars."""

    # What it is, for whoever begins it.
    INTRODUCTION: ClassVar[str | Promise] = ""

    reason_text = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs) -> None:
        """Saved, when whole, with the columns by which the queue shows and finds it."""
        if self.merchant is not None and update_fields is None:
            self.subject_name = self.merchant.registered_name or self.merchant.trading_name
            self.subject_uscc = self.merchant.uscc
            self.subject_mobile_index = self.merchant.contact_mobile_index
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def customer(self) -> Merchant:
        """The merchant that asks; there always is one."""
        if self.merchant is None:
            raise ValueError(f"{self.number} names no merchant")
        return self.merchant

    @classmethod
    def objection_to_begin(cls, *, merchant, terminal: Terminal | None) -> str:
        """Why nothing of this kind can be asked for of this merchant or terminal now, or ""."""
        return ""

    @classmethod
    def begun_with(cls, *, terminal: Terminal | None, by, **given) -> dict[str, Any]:
        """The answers that are known as it begins, by column."""
        return {}

    @classmethod
    def same_again(cls, *, merchant, terminal: Terminal | None, **given) -> CustomerRequest | None:
        """What is open of this kind about the same terminal, or about the same merchant where it names none."""
        open_ones = cls.objects.filter(merchant=merchant).exclude(status__in=cls.CLOSED)
        if terminal is not None:
            open_ones = open_ones.filter(terminal=terminal)
        return open_ones.order_by("-id").first()

    def warning(self) -> str:
        """What whoever fills it in has to know before anything else, or ""."""
        return ""

    def to_do_first(self) -> list[Blocker]:
        """What stands in its way, or has still to be done, before anything is filled in."""
        return []

    def on_record(self) -> list[dict[str, str]]:
        """What the bank has on record of what is to change, as labels and values."""
        return []

    def fill_in(self, *, now: datetime) -> None:
        """What is known already is not asked again; every kind may fill in more."""

    def terminals_claimed(self) -> Iterable[Terminal]:
        """The terminals it speaks of; each has at most one open application of a kind."""
        return ()

    def terminals_spoken_of(self) -> Iterable[Terminal]:
        return self.terminals_claimed()

    def claim_terminals(self) -> None:
        self.terminal_links.all().delete()
        ApplicationTerminal.objects.bulk_create(
            ApplicationTerminal(application_id=self.pk, kind=self.kind, terminal=terminal)
            for terminal in sorted(self.terminals_claimed(), key=lambda terminal: terminal.pk)
        )


class TerminalRequest(CustomerRequest):
    """A request that speaks of one terminal."""

    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="+", verbose_name=_("terminal")
    )

    class Meta:
        abstract = True

    @classmethod
    def begun_with(cls, *, terminal: Terminal | None, by, **given) -> dict[str, Any]:
        return {"terminal": terminal}

    @classmethod
    def objection_to_begin(cls, *, merchant, terminal: Terminal | None) -> str:
        if terminal is None:
            return gettext("Choose the terminal it is about.")
        if terminal.status in Terminal.ENDED or terminal.status == Terminal.Status.SETTLE_ONLY:
            return gettext(
                "Terminal %(number)s is “%(status)s”, so this cannot be asked for it any more."
            ) % {
                "number": terminal.number,
                "status": terminal.get_status_display(),
            }
        return ""

    def terminals_claimed(self) -> Iterable[Terminal]:
        return [self.terminal]

    def what_stands_in_the_way(self) -> list[str]:
        """What has happened to the terminal meanwhile that forbids the approval, in words for staff."""
        objection = self.objection_to_begin(merchant=self.merchant, terminal=self.terminal)
        return [objection] if objection else []

    def blocks(self, *, on: date) -> list[str]:
        return [*super().blocks(on=on), *self.what_stands_in_the_way()]
