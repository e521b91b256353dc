"""The merchant's word, once a year, that what the bank has on record of it is right still."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.expired_particulars import confirm_particulars
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from merchants.models import Merchant


@require_POST
@idempotent
def attestation(request: HttpRequest, number: str) -> HttpResponse:
    """On record that the particulars of this merchant are right."""
    if not request.user.is_merchant_user:
        raise Http404
    merchant = get_object_or_404(Merchant.objects.visible_to(request.user), number=number)
    try:
        confirm_particulars(merchant, by=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Thank you. It is on record that the particulars are right."))
    return redirect("home")
