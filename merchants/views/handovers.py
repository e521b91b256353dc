"""The hand-over of a merchant in the browser: asked for with the password, answered by the successor, called off by owners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.accounts.proof import insist_on_proof
from config.accounts.roles import MemberRight
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from merchants import handing_over
from merchants.people import insist_on
from merchants.views.people import one_member, one_merchant


@require_POST
@idempotent
def handover(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """The member is asked to take the merchant over; whoever asks has just typed the password."""
    merchant = one_merchant(request, number)
    member = one_member(merchant, pk)

    def ask(*, by: Any, now: Any) -> None:
        insist_on(MemberRight.MANAGE_PEOPLE, by, merchant)
        insist_on_proof(request)
        handing_over.hand_over(merchant, member.user, by=by, now=now)

    return _step(request, number, ask, _("The successor has been asked."))


@require_POST
@idempotent
def acceptance(request: HttpRequest, number: str) -> HttpResponse:
    done = _("You have accepted. The bank checks it, and you are told when it holds.")
    return _on_the_open_one(request, number, handing_over.accept, done)


@require_POST
@idempotent
def declining(request: HttpRequest, number: str) -> HttpResponse:
    return _on_the_open_one(request, number, handing_over.decline, _("You have declined. Nothing changes."))


@require_POST
@idempotent
def calling_off(request: HttpRequest, number: str) -> HttpResponse:
    done = _("The hand-over is called off. Nothing changes.")
    return _on_the_open_one(request, number, handing_over.call_off, done)


def _on_the_open_one(request: HttpRequest, number: str, verb: Callable[..., None], done: str) -> HttpResponse:
    row = one_merchant(request, number).handovers.open().first()
    if row is None:
        raise Http404
    return _step(request, number, lambda **who: verb(row, **who), done)


def _step(request: HttpRequest, number: str, act: Callable[..., None], done: str) -> HttpResponse:
    try:
        act(by=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, done)
    return redirect("people:people", number)
