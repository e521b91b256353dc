"""Desks whose pages offer named steps, each with its form, greyed with the sentence why it is not possible now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.views.decorators.http import require_POST

from config.kernel import clock
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused


class Step(NamedTuple):
    """A step of the page: its form, who may take it, why it is not possible, the verb on (row, form, by, now).

    The verb answers what is said of it, or "" where it has put an error on the form.
    """

    title: Promise
    action: Promise
    icon: str
    permission: str
    form: Callable[..., forms.Form]
    why_not: Callable[..., str]
    take: Callable[..., str]


class Offer(NamedTuple):
    noun: str
    url: str
    step: Step
    form: forms.Form
    why_not: str


def objection(target: str) -> Callable[..., str]:
    """The row's own objection to becoming `target`."""
    return lambda row, *, by, now: row.objection(target, by=by, now=now)


class SteppingDesk(DeskAdmin):
    steps: ClassVar[dict[str, Step]] = {}

    def _name(self, noun: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{noun}"

    def get_urls(self):
        guarded = self.admin_site.admin_view
        nouns = [
            path(f"<int:pk>/{noun}/", guarded(partial(self.step, noun=noun)), name=self._name(noun))
            for noun in self.steps
        ]
        return [*nouns, *super().get_urls()]

    def form_of(self, request: HttpRequest, step: Step, row: Any, *given: Any) -> forms.Form:
        """The form of a step, with what was `given` to it; a desk whose forms depend on the person says so here."""
        return step.form(row, *given)

    def offers(self, request: HttpRequest, row: Any) -> list[Offer]:
        """The steps of this person's role; where the row has ended, those that are possible still."""
        by, now = request.user, clock.now()
        offers = [
            Offer(
                noun,
                reverse(f"admin:{self._name(noun)}", args=[row.pk]),
                step,
                self.form_of(request, step, row),
                step.why_not(row, by=by, now=now),
            )
            for noun, step in self.steps.items()
            if by.has_perm(step.permission)
        ]
        has_ended = hasattr(row, "status") and not row.NEXT[row.status]
        return [offer for offer in offers if not offer.why_not] if has_ended else offers

    @method_decorator([require_POST, idempotent])
    def step(self, request: HttpRequest, pk: int, noun: str) -> HttpResponse:
        """The step, taken with the row as it is now; what was typed comes back with what was wrong."""
        step = self.steps[noun]
        row = self.row(request, pk, permission=step.permission)
        form = self.form_of(request, step, row, request.POST, request.FILES)
        if form.is_valid():
            try:
                done = step.take(row, form, by=request.user, now=clock.now())
            except Refused as refused:
                return self._again(request, pk, noun, form, status=409, refused=refused)
            if done:
                messages.success(request, done)
                return redirect(f"admin:{self._name('change')}", row.pk)
        return self._again(request, pk, noun, form)

    def _again(self, request, pk: int, noun: str, form: forms.Form, **given: Any) -> HttpResponse:
        row = self.row(request, pk)
        offers = [
            offer._replace(form=form) if offer.noun == noun else offer for offer in self.offers(request, row)
        ]
        return self.page(request, row, offers=offers, problem_form=form, **given)
