"""Bulletins in the browser: what runs, what is planned, what was over lately, and 恢复后通知我."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from terminals.bulletin_standing import lines_of
from terminals.bulletins import shown_over
from terminals.models import Bulletin
from terminals.recovery import tell_me

# Far more than a bank ever has at once.
MOST_SHOWN = 50


@login_not_required
@require_safe
def bulletin_list(request: HttpRequest) -> HttpResponse:
    """What the reader may know of: running, planned, and over in the last thirty days."""
    now, mine = clock.now(), published_for(request)
    groups = [
        (
            _("Running now"),
            mine.running(now).order_by("starts_at", "id"),
            _("Nothing is known to be out of order. Does your terminal refuse? Begin with the self-check."),
        ),
        (
            _("Planned"),
            mine.planned(now).order_by("starts_at", "id"),
            _("No upgrade is planned. One is announced here ahead of its day."),
        ),
        (
            _("Over in the last 30 days"),
            shown_over(request.user, now=now),
            _("There was none. What is over stays here for 30 days."),
        ),
    ]
    shown = [
        {"title": title, "lines": lines_of(rows[:MOST_SHOWN], reader=request.user, now=now), "empty": empty}
        for title, rows, empty in groups
    ]
    return render(request, "bulletins/list.html", {"groups": shown})


@login_not_required
@require_safe
def bulletin_page(request: HttpRequest, number: str) -> HttpResponse:
    """One bulletin as it stands, with what it said before."""
    rows = lines_of(published_for(request).filter(number=number), reader=request.user, now=clock.now())
    if not rows:
        raise Http404
    versions = list(rows[0].bulletin.versions.all())
    return render(request, "bulletins/bulletin.html", {"line": rows[0], "versions": versions})


@require_POST
@idempotent
def recovery_notice(request: HttpRequest, number: str) -> HttpResponse:
    """The merchant is told when it is over."""
    person: Any = request.user
    if not person.is_merchant_user:
        raise PermissionDenied(_("This page is for merchants; staff work at the desk."))
    bulletin = get_object_or_404(published_for(request), number=number)
    try:
        tell_me(bulletin, by=person, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("We will tell you when it is over."))
    return redirect("bulletins:bulletin", number)


def published_for(request: HttpRequest) -> Any:
    """What was published and may be known to this reader; drafts are for the desk, whoever reads."""
    rows = Bulletin.objects.visible_to(request.user).filter(published_at__isnull=False)
    return rows.select_related("branch")
