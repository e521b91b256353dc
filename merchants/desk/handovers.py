"""The desk of hand-overs: supervisors look at who takes a merchant over, and confirm or refuse."""

from __future__ import annotations

from functools import partial
from typing import Any

import django_filters
from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.accounts.desk_filters import DeskFilter
from config.accounts.desk_record import Event, actor, newest_first, steps_of
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import moment
from config.privacy.formfields import PlainTextField
from config.privacy.identifiers import merchant_number
from config.privacy.masking import mask_name
from merchants import handing_over
from merchants.desk.shown import name_of
from merchants.desk.shown import row as line
from merchants.models import HandOver
from merchants.models.handover import PERMISSION

Status = HandOver.Status


class HandOverFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Status.choices)

    class Meta:
        model = HandOver
        fields: tuple[str, ...] = ()

    def marks(self, text: str, typed: str):
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)


class NoteForm(forms.Form):
    note = PlainTextField(
        label=_("What was checked, or why not"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class HandOverAdmin(DeskAdmin):
    """Hand-overs of the branch and below, newest first."""

    filterset_class = HandOverFilter
    list_display = ("number", "status", "merchant_name", "branch", "asked_at", "confirmable_from")
    list_select_related = ("merchant__branch",)
    search_help_text = _("The whole merchant number")
    page_template = "admin/merchants/handover.html"
    rank = 3
    icon = "key"
    empty = _(
        "When an owner hands a merchant over to a successor, the hand-over waits here for the bank's check."
    )
    hint = _("Who takes a merchant over from its owner")

    def get_queryset(self, request):
        return HandOver.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("merchant__branch", "owner", "successor")

    @admin.display(description=_("merchant number"))
    def number(self, handover: HandOver) -> str:
        return handover.merchant.number

    @admin.display(description=_("merchant"))
    def merchant_name(self, handover: HandOver) -> str:
        return name_of(handover.merchant)

    @admin.display(description=_("branch"))
    def branch(self, handover: HandOver) -> str:
        return str(handover.merchant.branch)

    def get_urls(self):
        steps = {"confirmation": Status.DONE, "refusal": Status.REFUSED}
        nouns = [
            path(
                f"<int:pk>/{noun}/",
                self.admin_site.admin_view(partial(self.step, target=target)),
                name=f"merchants_handover_{noun}",
            )
            for noun, target in steps.items()
        ]
        return [*nouns, *super().get_urls()]

    @method_decorator([require_POST, idempotent])
    def step(self, request: HttpRequest, pk: int, target: str) -> HttpResponse:
        """The bank's decision, with what was looked at."""
        row, form = self.row(request, pk, permission=PERMISSION), NoteForm(request.POST)
        if not form.is_valid():
            return self.page(request, row, form=form)
        verb = handing_over.confirm if target == Status.DONE else handing_over.refuse
        try:
            verb(row, by=request.user, now=clock.now(), note=form.cleaned_data["note"])
        except Refused as refused:
            return self.page(request, self.row(request, pk), form=form, refused=refused, status=409)
        messages.success(request, gettext("Decided."))
        return redirect("admin:merchants_handover_change", row.pk)

    def page_context(self, request, row) -> dict[str, Any]:
        by, now = request.user, clock.now()
        asked = Event(gettext("Asked for"), row.asked_at, actor(row.owner))
        return {
            "merchant_name": name_of(row.merchant),
            "facts": [
                line(gettext("Hands it over"), actor(row.owner)),
                line(gettext("Successor"), actor(row.successor)),
                line(gettext("Responsible person"), mask_name(row.merchant.responsible_name)),
                line(gettext("To be answered by"), moment(row.answer_by)),
                line(gettext("Confirmed at the earliest"), moment(row.confirmable_from)),
            ],
            "may_decide": by.has_perm(PERMISSION) and row.status == Status.ACCEPTED,
            "form": NoteForm(),
            "why_not": row.objection(Status.DONE, by=by, now=now),
            "events": newest_first(steps_of([row]), [asked]),
        }
