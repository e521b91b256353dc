"""A merchant's notices in the browser: the list, one notice as it stands on paper, its PDF, and what can be answered to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from applications.models import DeactivationNotice
from applications.notices.forms import ObjectionForm
from config.files.qr import qr_picture
from config.files.serving import send
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.paging import page_of


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """The notices to the person's merchants, newest first."""
    page = page_of(request, notices_of(request).select_related("merchant"))
    return render(request, "applications/notices/list.html", {"rows": page.rows, **page.pager})


@require_GET
def notice_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One notice: the letter in the reader's language, what state it is in, and what can be answered to it."""
    return _shown(request, one_notice(request, reference))


@require_GET
def version_file(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """The PDF of a version as it was issued, byte for byte; the look is on record."""
    notice = one_notice(request, reference)
    version = get_object_or_404(notice.versions.select_related("file"), number=int(number))
    detail = {"notice": notice.reference, "version": version.number}
    return send(
        request,
        version.file,
        variant="original",
        by=request.user,
        now=clock.now(),
        purpose="own_notice",
        detail=detail,
    )


@require_POST
@idempotent
def acknowledgement(request: HttpRequest, reference: str) -> HttpResponse:
    """签收: the notice has arrived."""
    notice = one_notice(request, reference)
    try:
        notice.acknowledge(by=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("Noted. You can still object in time."))
    return redirect("notices:notice", reference)


@require_POST
@idempotent
def objection(request: HttpRequest, reference: str) -> HttpResponse:
    """异议: the merchant does not agree, and says why."""
    notice, now = one_notice(request, reference), clock.now()
    form = ObjectionForm(request.POST)
    if not form.is_valid() and not notice.objection_to_object(by=request.user, now=now):
        return _shown(request, notice, form=form)
    try:
        notice.raise_objection(by=request.user, now=now, text=form.cleaned_data.get("text") or "")
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(
            request, _("Your objection has arrived. Somebody else looks at it and answers here.")
        )
    return redirect("notices:notice", reference)


def notices_of(request: HttpRequest) -> Any:
    """The notices to the person's merchants. Staff have their own place and find nothing here."""
    if not request.user.is_merchant_user:
        raise Http404
    return DeactivationNotice.objects.visible_to(request.user)


def one_notice(request: HttpRequest, reference: str) -> DeactivationNotice:
    rows = notices_of(request).select_related("merchant", "branch")
    return get_object_or_404(rows, reference=reference)


def _shown(request: HttpRequest, notice: DeactivationNotice, *, form: Any = None) -> HttpResponse:
    now, person = clock.now(), request.user
    versions = list(notice.versions.order_by("-number"))
    no_objection = notice.objection_to_object(by=person, now=now)
    letter = versions[0].letter()
    context = {
        "notice": notice,
        "version": versions[0],
        "former": versions[1:],
        "letter": letter,
        "qr": qr_picture(letter["receipt"]["url"]),
        "may_acknowledge": not notice.objection_to_acknowledge(by=person, now=now),
        "objections": list(notice.objections.select_related("version")),
        "no_objection": no_objection,
        "may_still_object": notice.may_be_objected_to(now) and notice.status in notice.STANDING,
        "form": None if no_objection else form or ObjectionForm(),
    }
    return render(request, "applications/notices/notice.html", context)
