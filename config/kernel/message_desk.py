"""The desk's view of messages: what did not arrive and why, sent again at once; and which kinds go which way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from config.kernel.message_kinds import KINDS, Channel, Kind, Reader, kind_of
from config.kernel.outbox import resend
from config.kernel.readonly import ReadOnlyAdmin
from config.kernel.switches import PERMISSION, MessageSwitch, all_switches, is_locked, is_on, switch

# One page of refusals can be read; more of them are told as a number.
REFUSALS_SHOWN = 20
MOST_AT_ONCE = 500


class OutboxMessageAdmin(ReadOnlyAdmin):
    """Whom it reached is masked, and what it said is not shown: that is between the bank and the person."""

    icon = "paper-airplane"
    hint = gettext_lazy("Messages to people, and those that did not arrive")
    list_display = [
        "created_at",
        "what",
        "channel",
        "reached",
        "state",
        "attempts",
        "failure",
        "next_attempt_at",
    ]
    list_filter = ["state", "failure", "channel"]
    list_select_related = ["recipient"]
    search_fields = ["=subject_id"]
    search_help_text = gettext_lazy("Number of the object")
    ordering = ["-id"]
    fields = [
        ("what", "channel", "reached"),
        ("subject_label", "subject_id"),
        ("state", "attempts", "failure", "last_error"),
        ("created_at", "next_attempt_at", "sent_at", "read_at"),
    ]
    readonly_fields = ["what", "reached"]
    actions = ["send_again"]

    @admin.display(description=gettext_lazy("message"))
    def what(self, message: OutboxMessage) -> str:
        kind = kind_of(message.kind)
        return str(kind.title) if kind else message.kind

    @admin.display(description=gettext_lazy("recipient"))
    def reached(self, message: OutboxMessage) -> str:
        return message.recipient.masked()

    def has_resend_permission(self, request) -> bool:
        return request.user.has_perm("kernel.resend_outboxmessage")

    @admin.action(description=gettext_lazy("Send given-up messages again"), permissions=["resend"])
    def send_again(self, request, queryset) -> None:
        chosen = list(queryset.order_by("id")[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            text = _("Nothing was sent: choose at most %(most)d messages at a time.")
            self.message_user(request, text % {"most": MOST_AT_ONCE}, messages.ERROR)
            return
        refusals = self._resend_each(chosen, by=request.user, now=clock.now())
        if resent := len(chosen) - len(refusals):
            text = ngettext(
                "%(count)d message will be sent again.", "%(count)d messages will be sent again.", resent
            )
            self.message_user(request, text % {"count": resent}, messages.SUCCESS)
        for sentence in refusals[:REFUSALS_SHOWN]:
            self.message_user(request, sentence, messages.WARNING)
        if (left := len(refusals) - REFUSALS_SHOWN) > 0:
            text = ngettext("%(count)d more was refused.", "%(count)d more were refused.", left)
            self.message_user(request, text % {"count": left}, messages.WARNING)

    def _resend_each(self, chosen: list[OutboxMessage], *, by: Any, now: datetime) -> list[str]:
        """Why each message that stays was refused."""
        refusals = []
        for message in chosen:
            try:
                resend(message, by=by, now=now)
            except Refused as refused:
                refusals.append(
                    _("Message %(number)s (%(what)s, %(channel)s) was left alone. %(why)s")
                    % {
                        "number": message.pk,
                        "what": self.what(message),
                        "channel": message.get_channel_display(),
                        "why": refused.sentence,
                    }
                )
        return refusals


@dataclass(frozen=True)
class Cell:
    """One kind on one channel, as the page shows it."""

    value: str
    label: str
    is_on: bool
    is_locked: bool
    row: MessageSwitch | None


@dataclass(frozen=True)
class Switchboard:
    """Every switch as it stands; `seen` tells whether somebody else has moved one since the page was opened."""

    cells: dict[tuple[str, Channel], Cell]

    @classmethod
    def read(cls) -> Switchboard:
        rows = all_switches()
        return cls(
            {
                (name, channel): Cell(
                    value=f"{name}:{channel}",
                    label=f"{kind.title}, {channel.label}",
                    is_on=is_on(name, channel, rows),
                    is_locked=is_locked(name, channel),
                    row=rows.get((name, channel)),
                )
                for name, kind in KINDS.items()
                for channel in Channel
            }
        )

    @property
    def seen(self) -> str:
        on = sorted(cell.value for cell in self.cells.values() if cell.is_on)
        return sha256("\n".join(on).encode()).hexdigest()[:32]

    @property
    def groups(self) -> list[tuple[str, list[tuple[Kind, list[Cell]]]]]:
        """The lines of the page under the readers they are for."""
        return [
            (
                reader.label,
                [
                    (kind, [self.cells[name, channel] for channel in Channel])
                    for name, kind in KINDS.items()
                    if kind.reader == reader
                ],
            )
            for reader in Reader
        ]

    def save(self, wanted: set[str], *, by: Any, now: datetime) -> int:
        """Leave exactly these switches on, the locked ones apart; how many moved."""
        with transaction.atomic():
            return sum(
                switch(name, channel, to=cell.value in wanted, by=by, now=now)
                for (name, channel), cell in self.cells.items()
                if not cell.is_locked and (cell.value in wanted) != cell.is_on
            )


class MessageSwitchAdmin(ReadOnlyAdmin):
    """One page with every switch."""

    icon = "bell"
    hint = gettext_lazy("Which messages go to the portal, by e-mail and by SMS")

    def get_urls(self):
        page = self.admin_site.admin_view(self.changelist_view)
        return [path("", page, name="kernel_messageswitch_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return require_http_methods(["GET", "HEAD", "POST"])(self._page)(request)

    def _page(self, request: HttpRequest) -> HttpResponse:
        board, may_change = Switchboard.read(), request.user.has_perm(PERMISSION)
        problem = ""
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if request.POST.get("seen") == board.seen:
                return self._saved(request, board)
            problem = _(
                "Somebody else has moved a switch since the page was opened, so nothing was saved. This is how they stand now."
            )
        context = {
            **self.admin_site.each_context(request),
            "title": self.model._meta.verbose_name_plural,
            "board": board,
            "channels": Channel,
            "may_change": may_change,
            "problem": problem,
        }
        return TemplateResponse(
            request, "admin/kernel/message_switches.html", context, status=409 if problem else 200
        )

    def _saved(self, request: HttpRequest, board: Switchboard) -> HttpResponse:
        moved = board.save(set(request.POST.getlist("on")), by=request.user, now=clock.now())
        text = ngettext("%(count)d switch was moved.", "%(count)d switches were moved.", moved)
        said = text % {"count": moved} if moved else _("Nothing was changed.")
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(".")


def register(site: admin.AdminSite) -> None:
    site.register(OutboxMessage, OutboxMessageAdmin)
    site.register(MessageSwitch, MessageSwitchAdmin)
