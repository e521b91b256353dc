"""Where a person is signed in, and signing out elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from config.accounts.proof import person_of
from config.accounts.signed_in import end_one, end_others, signed_in
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """The browsers in which this person is signed in."""
    lines = signed_in(person_of(request), this=request.session.session_key or "", now=clock.now())
    return render(request, "account/devices.html", {"lines": lines})


@require_POST
@idempotent
def ending(request: HttpRequest, name: str) -> HttpResponse:
    """That browser is signed out."""
    try:
        end_one(person_of(request), name, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("That device is signed out."))
    return redirect("account_devices")


@require_POST
@idempotent
def ending_of_others(request: HttpRequest) -> HttpResponse:
    """Every browser but this one is signed out."""
    ended = end_others(person_of(request), this=request.session.session_key or "", now=clock.now())
    sentence = ngettext("%(count)d device is signed out.", "%(count)d devices are signed out.", ended)
    messages.success(request, sentence % {"count": ended})
    return redirect("account_devices")
