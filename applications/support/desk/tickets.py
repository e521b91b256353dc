"""The desk of tickets: whose they are, how long there is, what was said, and the steps."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from applications.deadlines import running_clock
from applications.support.checking.looked_at import looked_at
from applications.support.checking.told import screen_said, told
from applications.support.conversation import said_in
from applications.support.desk.filters import TicketFilter, order_of_tickets
from applications.support.desk.ticket_steps import TICKET_STEPS
from applications.support.models import SelfCheck, Ticket
from applications.support.what_the_host_says import host_word_on
from config.accounts.desk_record import Event, actor, newest_first, steps_of
from config.files.exports.list_control import ExportedDesk
from config.files.serving import send
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.desk_list import Tile
from config.kernel.desk_steps import SteppingDesk
from config.kernel.templatetags.formats import moment
from config.kernel.templatetags.status_tags import tag
from merchants.desk.shown import name_of
from merchants.desk.shown import row as line

Status = Ticket.Status


class TicketAdmin(SteppingDesk, ExportedDesk):
    """Tickets of the branch and below; what is not done yet, newest first."""

    report = "tickets"
    steps = TICKET_STEPS
    filterset_class = TicketFilter
    list_display = (
        "number",
        "status",
        "time",
        "category",
        "merchant_name",
        "terminal",
        "assignee",
        "opened_at",
    )
    list_select_related = ("merchant", "terminal", "assignee", "branch")
    search_help_text = _("Whole ticket, terminal or merchant number, or part of the merchant's name")
    page_template = "admin/support/ticket.html"
    rank = 1
    icon = "chat-bubble-left-right"
    empty = _("A ticket opens when a merchant writes, or when somebody calls and is identified.")
    hint = _("What merchants ask, and by when they hear from us")

    def get_queryset(self, request):
        return Ticket.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related(
            *self.list_select_related, "opened_by", "self_check", "cause", "merged_into", "sale"
        )

    def keyset_order(self, filters) -> tuple[str, ...]:
        return order_of_tickets(filters)

    @admin.display(description=_("merchant"))
    def merchant_name(self, ticket: Ticket) -> str:
        return name_of(ticket.merchant)

    @admin.display(description=_("time"))
    def time(self, ticket: Ticket) -> Any:
        """How long until the bank's word is due, or whom it waits for."""
        if ticket.status == Status.WAITING:
            return tag("mute", gettext("With the merchant"), "pause")
        if ticket.due_at is None:
            return ""
        left = running_clock(ticket.due_at, clock.now())
        return tag(left.tone, left.words, left.icon)

    def tools(self, request: HttpRequest) -> list[Tile]:
        if not request.user.has_perm("support.add_callercheck"):
            return []
        hint = gettext("Make sure who calls, then see all of the merchant")
        return [Tile(reverse("admin:support_callercheck_add"), "phone", gettext("Somebody calls"), hint)]

    def get_urls(self):
        file = path(
            "<int:pk>/messages/<int:message>/file/<slug:variant>/",
            self.admin_site.admin_view(self.file),
            name="support_ticket_file",
        )
        return [file, *super().get_urls()]

    def page_context(self, request, row) -> dict[str, Any]:
        opened = Event(pgettext("ticket", "Opened"), row.opened_at, actor(row.opened_by))
        sale = getattr(row, "sale", None)
        reads_notes = request.user.has_perm("support.handle_ticket")
        return {
            "merchant_name": name_of(row.merchant),
            "time": self.time(row),
            "sale": sale,
            "host_word": host_word_on(sale) if sale else None,
            "said": said_in(row, reader=request.user),
            "notes": list(row.notes.select_related("by")) if reads_notes else [],
            "duplicates": list(row.duplicates.order_by("pk")),
            "evidence": _evidence_of(row, request.user),
            "facts": [
                line(gettext("Category"), row.get_category_display()),
                line(gettext("Came by"), row.get_origin_display()),
                line(gettext("In the hands of"), row.assignee),
                line(gettext("Answer due"), moment(row.due_at)),
                line(gettext("Supervisors told at"), moment(row.escalated_at)),
                line(gettext("Cause"), row.cause),
                line(gettext("Satisfaction"), row.rating, sub=row.rating_words),
            ],
            "offers": self.offers(request, row),
            "events": newest_first(steps_of([row]), _handed_over(row), [opened]),
        }

    @method_decorator(require_GET)
    def file(self, request: HttpRequest, pk: int, message: int, variant: str) -> HttpResponse:
        """The file of one message of this ticket."""
        row = self.row(request, pk)
        found = get_object_or_404(row.messages.select_related("file"), pk=message, file__isnull=False)
        return send(
            request,
            found.file,
            variant=variant,
            by=request.user,
            now=clock.now(),
            purpose="ticket",
            watermark=True,
            detail={"ticket": row.number},
        )


def _handed_over(ticket: Ticket) -> list[Event]:
    words = {
        "ticket_handed_over": gettext("Handed over"),
        "ticket_escalated": gettext("Overdue, supervisors told"),
        "ticket_rated": gettext("Rated by the merchant"),
    }
    events = AuditEvent.objects.of(ticket).filter(action__in=words).select_related("by")
    return [Event(words[event.action], event.at, actor(event.by) if event.by else "") for event in events]


def _evidence_of(ticket: Ticket, reader: Any) -> list[dict[str, Any]]:
    """What the bank knew when the self-check was made, as it was kept."""
    check = ticket.self_check
    if check is None:
        return []
    words = {"ok": gettext("in order"), "warn": gettext("not in order"), "unasked": gettext("not looked at")}
    return [
        line(gettext("Self-check"), _named(check, reader), sub=moment(check.asked_at)),
        line(gettext("What the screen says"), screen_said(check)),
        line(gettext("Number that was given"), check.typed),
        line(gettext("Outcome"), f"{check.outcome} {told(check).title}"),
        *(line(each.title, each.text or words[each.tone]) for each in looked_at(check)),
    ]


def _named(check: SelfCheck, reader: Any) -> str:
    if not reader.has_perm("support.view_selfcheck"):
        return check.number
    address = reverse("admin:support_selfcheck_change", args=[check.pk])
    return format_html('<a class="code" href="{}">{}</a>', address, check.number)
