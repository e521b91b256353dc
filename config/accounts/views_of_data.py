"""A person's own data: the copy of it, and the deletion of the account."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.accounts.deletion import ask_for_deletion, objection_to_asking, withdraw
from config.accounts.models import DeletionRequest
from config.accounts.personal_copy import handed_out, kept_copy, make_copy
from config.accounts.proof import insist_on_proof, person_of
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy


@require_GET
def own_data(request: HttpRequest) -> HttpResponse:
    """What a person may ask of their data, and how far it is."""
    about = {
        "copy": kept_copy(person_of(request), now=clock.now()),
        "request_open": _open_request(request),
        "reasons": objection_to_asking(person_of(request)),
        "asks": request.GET.get("ask") == "deletion",
        "retention_years": current_policy().retention_years,
        "copy_days": current_policy().personal_export_days,
    }
    return render(request, "account/own_data.html", about)


@require_POST
@idempotent
def copying(request: HttpRequest) -> HttpResponse:
    """A fresh copy, for whoever has just proved to be this person."""
    insist_on_proof(request)
    make_copy(person_of(request), now=clock.now())
    messages.success(request, _("The copy is made. It is for you alone."))
    return redirect("account_data")


@require_GET
@never_cache
def copy_file(request: HttpRequest) -> HttpResponse:
    """The copy as a ZIP, to nobody but its person and only after a proof."""
    insist_on_proof(request)
    now = clock.now()
    copy = kept_copy(person_of(request), now=now)
    if copy is None:
        raise Http404
    response = HttpResponse(handed_out(copy, by=person_of(request), now=now), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="personal-data.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@idempotent
def deletion(request: HttpRequest) -> HttpResponse:
    """The request to delete the account, by whoever has just proved to be this person."""
    insist_on_proof(request)
    try:
        ask_for_deletion(person_of(request), now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The bank has your request. You can take it back until it is decided."))
    return redirect("account_data")


@require_POST
@idempotent
def deletion_withdrawal(request: HttpRequest) -> HttpResponse:
    """The account stays."""
    asked = _open_request(request)
    if asked is None:
        raise Http404
    try:
        withdraw(asked, by=person_of(request), now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The request is taken back. Your account stays."))
    return redirect("account_data")


def _open_request(request: HttpRequest) -> DeletionRequest | None:
    return DeletionRequest.objects.filter(
        person=person_of(request), status=DeletionRequest.Status.ASKED
    ).first()
