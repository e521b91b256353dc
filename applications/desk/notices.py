"""The desk of notices: who was told what and when, and the bank's steps on each, down to the answer to an objection."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from applications.desk.notice_steps import STEPS, offers
from applications.models import DeactivationNotice, NoticeVersion
from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.accounts.desk_record import Event, actor, newest_first, steps_of
from config.files.serving import send
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import day, moment
from config.privacy.identifiers import merchant_number, uscc
from config.privacy.masking import mask_name
from merchants.desk.shown import name_of
from merchants.desk.shown import row as line


class NoticeFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=DeactivationNotice.Status.choices)
    branch = BranchFilter()

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        yield Q(reference=typed.upper())
        yield Q(number=typed)
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)
        if not uscc.problem(text):
            yield Q(merchant__uscc=text)
        yield Q(application__number=typed.upper())


@admin.register(DeactivationNotice)
class NoticeAdmin(DeskAdmin):
    filterset_class = NoticeFilter
    list_display = (
        "number",
        "status",
        "merchant_name",
        "branch",
        "issued_at",
        "delivered_at",
        "objection_until",
    )
    list_select_related = ("merchant", "branch")
    search_help_text = _("Whole notice, reference, merchant or application number, or credit code")
    page_template = "admin/applications/notice.html"
    rank = 20
    icon = "envelope"
    empty = _(
        "A notice is issued when a stop is approved; then its delivery and objections are followed here."
    )
    hint = _("Notices of stops: delivery, objections, corrections")

    def get_queryset(self, request):
        return DeactivationNotice.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("merchant", "branch", "application", "issued_by")

    @admin.display(description=_("merchant"))
    def merchant_name(self, notice: DeactivationNotice) -> str:
        return name_of(notice.merchant)

    def get_urls(self):
        guarded = self.admin_site.admin_view
        base = "applications_deactivationnotice"
        steps = [
            path(f"<int:pk>/{noun}/", guarded(partial(self.step, noun=noun)), name=f"{base}_{noun}")
            for noun in STEPS
        ]
        file = path("<int:pk>/versions/<int:number>/", guarded(self.version_file), name=f"{base}_version")
        return [*steps, file, *super().get_urls()]

    # -- one notice ---------------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        versions = list(row.versions.select_related("issued_by").order_by("-number"))
        objections = list(row.objections.select_related("raised_by", "answered_by"))
        return {
            "merchant_name": name_of(row.merchant),
            "facts": _facts_shown(row),
            "versions": [(version, row.standing_of(version)) for version in versions],
            "objections": [(each, actor(each.raised_by)) for each in objections],
            "offers": offers(row, by=request.user, now=clock.now()),
            "events": newest_first(steps_of([row]), [_issue_of(version) for version in versions]),
        }

    @method_decorator(require_safe)
    def version_file(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """The PDF of a version as it was issued; the look is on record."""
        notice = self.row(request, pk)
        version = get_object_or_404(notice.versions.select_related("file"), number=number)
        detail = {"notice": notice.reference, "version": version.number}
        return send(
            request,
            version.file,
            variant="original",
            by=request.user,
            now=clock.now(),
            purpose="notice_at_desk",
            detail=detail,
        )

    @method_decorator([require_POST, idempotent])
    def step(self, request: HttpRequest, pk: int, noun: str) -> HttpResponse:
        """One of STEPS, taken with the notice as it is now."""
        step = STEPS[noun]
        notice = self.row(request, pk, permission=step.permission)
        form = step.form(notice, request.POST)
        if not form.is_valid():
            return self.page(request, notice, **_with_form(notice, noun, form, request))
        try:
            step.take(notice, form, by=request.user, now=clock.now())
        except Refused as refused:
            notice.refresh_from_db()
            shown = _with_form(notice, noun, form, request)
            return self.page(request, notice, status=409, refused=refused, **shown)
        messages.success(request, str(step.done))
        return redirect("admin:applications_deactivationnotice_change", notice.pk)


def _with_form(
    notice: DeactivationNotice, noun: str, form: forms.Form, request: HttpRequest
) -> dict[str, Any]:
    shown = offers(notice, by=request.user, now=clock.now())
    return {
        "form": form,
        "offers": [offer._replace(form=form) if offer.noun == noun else offer for offer in shown],
    }


def _facts_shown(notice: DeactivationNotice) -> list[dict[str, Any]]:
    delivered = (
        f"{notice.get_delivery_way_display()} {moment(notice.delivered_at)}" if notice.delivered_at else ""
    )
    return [
        line(_("Reference"), notice.reference),
        line(_("Application"), notice.application.number),
        line(_("Issued by"), notice.issued_by, moment(notice.issued_at)),
        line(_("Delivered"), delivered, notice.waybill),
        line(_("Who took it"), mask_name(notice.receiver)),
        line(_("Receipt confirmed"), moment(notice.acknowledged_at) if notice.acknowledged_at else ""),
        line(_("Objection possible until"), day(notice.objection_until)),
    ]


def _issue_of(version: NoticeVersion) -> Event:
    words = _("Version %(number)s issued") % {"number": version.number}
    return Event(words, version.issued_at, actor(version.issued_by), version.why)
