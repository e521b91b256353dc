"""The desk of terminals: found by any of their numbers, with their bindings, their codes and the steps on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.accounts.desk_record import Event, newest_first, steps_of
from config.files.exports.list_control import ExportedDesk
from config.kernel import clock
from config.kernel.desk_list import Tile
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from merchants.desk.shown import name_of
from terminals import codes, kit
from terminals.desk.filters import TerminalFilter
from terminals.desk.forms import ReasonForm
from terminals.desk.pauses import facts, life_of_pauses, suspensions_of
from terminals.desk.shown import device_facts, elements, life_of_codes, life_of_use, terms
from terminals.desk.terminal_steps import STEPS, offers
from terminals.models import Binding, RegistrationCode, Terminal

SEE_CODES = "terminals.view_registrationcode"
SEE_BINDINGS = "terminals.view_binding"
REISSUE = "terminals.reissue_registrationcode"
REVOKE = "terminals.revoke_registrationcode"
VERIFY = "terminals.verify_terminal"
# Of a code a desk loads everything but what the digits could be had from.
NEVER_LOADED = ("sealed", "digest", "receipt_token")


class TerminalAdmin(ExportedDesk):
    report = "terminals"
    filterset_class = TerminalFilter
    list_display = ("number", "label", "status", "merchant_name", "serial_number", "branch", "provisioned_at")
    list_select_related = ("merchant", "branch")
    search_help_text = _(
        "Whole terminal, serial, merchant or application number or credit code, or part of a name"
    )
    page_template = "admin/terminals/terminal.html"
    rank = 1
    icon = "credit-card"
    empty = _(
        "A terminal stands here once a registration is approved. Applications wait in the review queue."
    )
    hint = _("What each terminal is tied to, its codes and its record")

    def get_queryset(self, request):
        bound = Binding.objects.filter(valid_to=None).only("terminal_id", "serial_number")
        return Terminal.objects.visible_to(request.user).prefetch_related(
            Prefetch("bindings", bound, to_attr="open_bindings")
        )

    def page_queryset(self, request):
        rows = Terminal.objects.visible_to(request.user)
        return rows.select_related("merchant", "branch", "outlet")

    def tools(self, request: HttpRequest) -> list[Tile]:
        mine = super().tools(request)
        if not request.user.has_perm(VERIFY):
            return mine
        address = f"{self.list_url()}?task=verification"
        hint = gettext("Three months without a transaction: is it in use still, and where?")
        return [*mine, Tile(address, "moon", gettext("Verify unused terminals"), hint)]

    @admin.display(description=_("merchant"))
    def merchant_name(self, terminal: Terminal) -> str:
        return name_of(terminal.merchant)

    @admin.display(description=_("serial number"))
    def serial_number(self, terminal: Any) -> str:
        return terminal.open_bindings[0].serial_number if terminal.open_bindings else ""

    # -- one terminal ---------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        bindings = list(
            row.bindings.select_related("terminal__merchant", "device__model", "account", "division")
            .annotate(is_on_loan=kit.on_loan())
            .order_by("-id")
        )
        latest = bindings[0] if bindings else None
        may_see_codes = request.user.has_perm(SEE_CODES)
        found = list(row.codes.defer(*NEVER_LOADED).order_by("-id")) if may_see_codes else []
        pauses = suspensions_of(row, reader=request.user)
        in_force = next((pause for pause in pauses if pause.ended_at is None), None)
        approved = Event(gettext("Approved and registered"), row.provisioned_at, str(row.branch))
        return {
            "terms": terms(row),
            "merchant_name": name_of(row.merchant),
            "binding": latest,
            "elements": elements(latest) if latest and request.user.has_perm(SEE_BINDINGS) else [],
            "device_facts": device_facts(latest.device, is_on_loan=latest.is_on_loan) if latest else [],
            "bindings": bindings,
            "may_see_codes": may_see_codes,
            "codes": found,
            "most_tries": current_policy().code_max_tries,
            "pause": facts(in_force, reader=request.user) if in_force else [],
            "offers": offers(row, by=request.user, now=clock.now()),
            "events": newest_first(
                steps_of([row, *found]),
                life_of_codes(found),
                life_of_use(row),
                life_of_pauses(pauses, reader=request.user),
                [approved],
            ),
            **self._steps_on_codes(request, row, found),
        }

    def _steps_on_codes(self, request, terminal, found: list[RegistrationCode]) -> dict[str, Any]:
        """The code that could be taken back, and why each step is not possible now, asked only for those who may take it."""
        now, person = clock.now(), request.user
        may_reissue, may_revoke = person.has_perm(REISSUE), person.has_perm(REVOKE)
        newest = next((code for code in found if code.status in RegistrationCode.REPLACEABLE), None)
        if newest:
            newest.terminal = terminal
        return {
            "replaceable": newest,
            "may_reissue": may_reissue,
            "may_revoke": may_revoke and newest is not None,
            "no_reissue": codes.reissue_objection(terminal, by=person, now=now) if may_reissue else "",
            "no_revocation": codes.revoke_objection(newest, by=person, now=now)
            if may_revoke and newest
            else "",
            "reissuing": ReasonForm(prefix="new"),
            "revoking": ReasonForm(prefix="back"),
        }

    # -- steps on its codes ---------------------------------------------------------------------------------------

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/code-replacement/",
                guarded(self.code_replacement),
                name="terminals_terminal_code_replacement",
            ),
            path(
                "<int:pk>/codes/<int:code>/revocation/",
                guarded(self.code_revocation),
                name="terminals_terminal_code_revocation",
            ),
            *(
                path(
                    f"<int:pk>/{noun}/",
                    guarded(partial(self.step, noun=noun)),
                    name=f"terminals_terminal_{noun}",
                )
                for noun in STEPS
            ),
            *super().get_urls(),
        ]

    @method_decorator([require_POST, idempotent])
    def step(self, request: HttpRequest, pk: int, noun: str) -> HttpResponse:
        """One of STEPS, taken with the terminal as it is now."""
        step = STEPS[noun]
        terminal = self.row(request, pk, permission=step.permission)
        form, now = step.form(request.POST, prefix=noun), clock.now()
        refused, status = None, 200
        if form.is_valid():
            try:
                step.verb(terminal, by=request.user, now=now, **form.cleaned_data)
            except Refused as refusal:
                refused, status = refusal, 409
                terminal = self.row(request, pk)
            else:
                messages.success(request, str(step.done))
                return redirect("admin:terminals_terminal_change", terminal.pk)
        given = {"offers": offers(terminal, by=request.user, now=now, sent={noun: form}), "stepping": form}
        return self.page(request, terminal, status=status, refused=refused, **given)

    @method_decorator([require_POST, idempotent])
    def code_replacement(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new code for the merchant to collect; the former one is void."""
        terminal = self.row(request, pk, permission=REISSUE)
        form = ReasonForm(request.POST, prefix="new")
        done = gettext(
            "There is a new registration code for the merchant to collect. The former one is void."
        )
        return self._step(request, terminal, codes.reissue, form=form, shown_as="reissuing", done=done)

    @method_decorator([require_POST, idempotent])
    def code_revocation(self, request: HttpRequest, pk: int, code: int) -> HttpResponse:
        """The code that was on the page is void; a newer one is left alone."""
        terminal = self.row(request, pk, permission=REVOKE)
        form = ReasonForm(request.POST, prefix="back")

        def revoke(_terminal: Terminal, **said: Any) -> None:
            codes.revoke(get_object_or_404(terminal.codes, pk=code), **said)

        done = gettext("The registration code is void.")
        return self._step(request, terminal, revoke, form=form, shown_as="revoking", done=done)

    def _step(
        self, request, terminal, verb: Callable[..., Any], *, form: ReasonForm, shown_as: str, done: str
    ) -> HttpResponse:
        shown: dict[str, Any] = {shown_as: form}
        if not form.is_valid():
            return self.page(request, terminal, **shown)
        try:
            verb(terminal, by=request.user, now=clock.now(), note=form.cleaned_data["reason"])
        except Refused as refused:
            terminal.refresh_from_db()
            return self.page(request, terminal, status=409, refused=refused, **shown)
        messages.success(request, done)
        return redirect("admin:terminals_terminal_change", terminal.pk)
