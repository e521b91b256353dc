"""The administrators' desk of deletions: who wants to be deleted, what stands against it, and the decision."""

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

from config.accounts.deletion import grant, refuse
from config.accounts.desk_filters import DeskFilter
from config.accounts.desk_record import Event, actor, newest_first, steps_of
from config.accounts.models import DeletionRequest
from config.accounts.person_rights import DECIDE
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.privacy.formfields import PlainTextField

Status = DeletionRequest.Status


class DeletionFilter(DeskFilter):
    status = django_filters.ChoiceFilter(label=_("status"), choices=Status.choices)

    class Meta:
        model = DeletionRequest
        fields: tuple[str, ...] = ()

    def marks(self, text: str, typed: str):
        if text.isascii() and text.isdigit() and len(text) <= 18:
            yield Q(person=int(text))


class DecisionForm(forms.Form):
    note = PlainTextField(
        label=_("What was looked at, or why not"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class DeletionRequestAdmin(DeskAdmin):
    """Requests of merchants' people, who belong to no branch."""

    filterset_class = DeletionFilter
    list_display = ("account", "status", "person_masked", "asked_at")
    list_select_related = ("person",)
    search_help_text = _("The number of the account")
    page_template = "admin/accounts/deletion.html"
    rank = 9
    icon = "trash"
    empty = _(
        "When somebody of a merchant asks for the own account to be deleted, it waits here for a decision."
    )
    hint = _("People of merchants who want their account deleted")

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("person")

    @admin.display(description=_("account"))
    def account(self, asked: DeletionRequest) -> str:
        return str(asked)

    @admin.display(description=_("person"))
    def person_masked(self, asked: DeletionRequest) -> str:
        return actor(asked.person)

    def get_urls(self):
        nouns = [
            path(
                f"<int:pk>/{noun}/",
                self.admin_site.admin_view(partial(self.step, noun=noun)),
                name=f"accounts_deletionrequest_{noun}",
            )
            for noun in ("granting", "refusal")
        ]
        return [*nouns, *super().get_urls()]

    @method_decorator([require_POST, idempotent])
    def step(self, request: HttpRequest, pk: int, noun: str) -> HttpResponse:
        """The decision, with what was looked at."""
        row, form = self.row(request, pk, permission=DECIDE), DecisionForm(request.POST)
        if not form.is_valid():
            return self.page(request, row, form=form)
        verb = grant if noun == "granting" else refuse
        try:
            verb(row, by=request.user, now=clock.now(), note=form.cleaned_data["note"])
        except Refused as refused:
            return self.page(request, self.row(request, pk), form=form, refused=refused, status=409)
        messages.success(request, gettext("Decided."))
        return redirect("admin:accounts_deletionrequest_change", row.pk)

    def page_context(self, request, row) -> dict[str, Any]:
        by, now = request.user, clock.now()
        asked = Event(gettext("Asked for"), row.asked_at, actor(row.person))
        return {
            "person": actor(row.person),
            "may_decide": by.has_perm(DECIDE) and bool(row.NEXT[row.status]),
            "form": DecisionForm(),
            "why_not": row.objection(Status.GRANTED, by=by, now=now),
            "events": newest_first(steps_of([row]), [asked]),
        }
