"""What a person has been told, newest first: merchants read it at /messages/, staff at the desk, each only their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.urls import NoReverseMatch, re_path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.message import OutboxMessage
from config.kernel.message_kinds import kind_of
from config.kernel.paging import CURSOR, page_of

# The badge prints 99+ above 99, so nobody counts further.
MOST_COUNTED = 100
SHOW, UNREAD = "show", "unread"
# Everybody has one: nothing in the address says whose.
OWN_PAGES = {"account", "home", "people:list"}


@dataclass(frozen=True)
class Line:
    """One message as its reader sees it now, in the language of the page; `url` is "" where there is no page for it."""

    message: OutboxMessage
    title: str
    body: str
    url: str


def inbox_urls(site: AdminSite | None = None) -> tuple[list[Any], str, str]:
    """The pages for merchants, or with the desk's site those for staff: `path("admin/messages/", inbox_urls(site))`."""

    def at(route: str, view: Any, name: str) -> Any:
        page = partial(view, site=site)
        return re_path(route, site.admin_view(page) if site else page, name=name)

    patterns = [
        at(r"^$", _list, "list"),
        at(r"^reading/$", _reading_of_all, "reading_of_all"),
        at(r"^(?P<pk>[0-9]{1,18})/reading/$", _reading, "reading"),
    ]
    return patterns, "inbox", "desk_inbox" if site else "inbox"


def unread_count(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the badge of the navigation, counted only where it is drawn and no further than it shows."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    unread = OutboxMessage.objects.inbox_of(user).unread()
    return {"unread_count": SimpleLazyObject(unread.order_by()[:MOST_COUNTED].count)}


def latest_lines(reader: Any, *, most: int) -> list[Line]:
    """The newest messages of this person, for a panel of another page."""
    return [_line(message, reader) for message in OutboxMessage.objects.inbox_of(reader)[:most]]


@require_GET
def _list(request: HttpRequest, *, site: AdminSite | None) -> HttpResponse:
    only_unread = request.GET.get(SHOW) == UNREAD
    rows = _messages_of(request, site)
    page = page_of(
        request, rows.unread() if only_unread else rows, chosen=f"{SHOW}={UNREAD}" if only_unread else ""
    )
    context = {
        "only_unread": only_unread,
        "frame": "inbox/_desk_frame.html" if site else "inbox/_portal_frame.html",
        "title": _("Messages"),
        "lines": [_line(message, request.user) for message in page.rows],
        "newest": page.rows[0].pk if page.rows else 0,
        "place": page.place,
        **page.pager,
    }
    return render(request, "inbox/list.html", {**(site.each_context(request) if site else {}), **context})


@require_POST
@idempotent
def _reading(request: HttpRequest, pk: str, *, site: AdminSite | None) -> HttpResponse:
    """One message is marked as read, and the list is shown again where it was."""
    message = _messages_of(request, site).filter(pk=pk).first()
    if message is None:
        raise Http404
    message.read(now=clock.now())
    return _back(request)


@require_POST
@idempotent
def _reading_of_all(request: HttpRequest, *, site: AdminSite | None) -> HttpResponse:
    """What was there when the page was opened is marked as read; what has come since stays unread."""
    newest = request.POST.get("newest", "")
    if newest.isascii() and newest.isdigit() and len(newest) <= 18:
        seen = _messages_of(request, site).unread().filter(pk__lte=newest)
        seen.order_by().update(read_at=clock.now())
    return _back(request)


def _messages_of(request: HttpRequest, site: AdminSite | None) -> Any:
    """The person's own messages, in the person's own place."""
    reader: Any = request.user
    if site is None and not reader.is_merchant_user:
        raise Http404
    return OutboxMessage.objects.inbox_of(reader)


def _back(request: HttpRequest) -> HttpResponse:
    asked: Any = request.resolver_match
    page = reverse("inbox:list", current_app=asked.namespace)
    asked_for = {SHOW: request.POST.get(SHOW, ""), CURSOR: request.POST.get(CURSOR, "")}
    query = urlencode({name: value for name, value in asked_for.items() if value})
    return redirect(f"{page}?{query}" if query else page)


def _line(message: OutboxMessage, reader: Any) -> Line:
    try:
        return Line(message, message.title(), message.body(), _page_of(message, reader))
    except TemplateDoesNotExist:
        return Line(message, _("There is news for you"), "", "")


def _page_of(message: OutboxMessage, reader: Any) -> str:
    """Where the thing is that the message speaks of. The page asks its own permission: no link opens a door."""
    kind = kind_of(message.kind)
    if kind is None:
        return ""
    name, key = kind.about.desk_page if reader.is_staff else kind.about.page
    try:
        if name in OWN_PAGES:
            return reverse(name)
        return reverse(name, args=[message.context[key] if key else message.subject_id])
    except (NoReverseMatch, KeyError):
        return ""
