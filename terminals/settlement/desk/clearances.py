"""The desk of clearances: each step is a noun in the address, POST only, and one verb."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from config.files.serving import send
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from merchants.desk.shown import name_of
from terminals.settlement.clearance import complete, outstanding_everywhere
from terminals.settlement.desk.filters import ClearanceFilter
from terminals.settlement.desk.forms import ConfirmForm, GiveBackForm
from terminals.settlement.desk.shown import cards_of, facts_of, record_of
from terminals.settlement.models import Clearance, ClearanceItem, EvidenceFile
from terminals.settlement.rights import CHECK, COMPLETE, CONFIRM, SEE_EVIDENCE

Status = ClearanceItem.Status


class ClearanceAdmin(DeskAdmin):
    """Clearances of the branch and below, those in hand first, the oldest of them on top."""

    filterset_class = ClearanceFilter
    keyset = ("status", "opened_at", "id")
    list_display = (
        "number",
        "reason",
        "status",
        "progress",
        "merchant_name",
        "serial_number",
        "branch",
        "opened_at",
    )
    list_select_related = ("terminal__merchant", "terminal__branch")
    search_help_text = _(
        "Whole terminal, serial, merchant or application number or credit code, or part of a name"
    )
    page_template = "admin/settlement/clearance.html"
    rank = 1
    icon = "banknotes"
    empty = _(
        "A clearance opens when a stop or a change of the device is approved; then its items wait here."
    )
    hint = _("What is to be settled before a terminal ends or changes its device")

    def get_queryset(self, request):
        return Clearance.objects.visible_to(request.user).prefetch_related("items")

    def page_queryset(self, request):
        rows = Clearance.objects.visible_to(request.user)
        return rows.select_related(
            "terminal__merchant", "terminal__branch", "terminal__outlet", "opened_by", "closed_by"
        )

    @admin.display(description=_("terminal number"))
    def number(self, clearance: Clearance) -> str:
        return clearance.terminal.number

    @admin.display(description=_("checked items"))
    def progress(self, clearance: Clearance) -> str:
        items = list(clearance.items.all())
        done = sum(item.status == Status.CHECKED for item in items)
        return f"{done} / {len(items)}"

    @admin.display(description=_("merchant"))
    def merchant_name(self, clearance: Clearance) -> str:
        return name_of(clearance.terminal.merchant)

    @admin.display(description=_("branch"))
    def branch(self, clearance: Clearance) -> str:
        return str(clearance.terminal.branch)

    # -- one clearance ------------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        now, person = clock.now(), request.user
        is_open = row.status == Clearance.Status.OPEN
        may_complete = is_open and person.has_perm(COMPLETE)
        left = outstanding_everywhere(row) if is_open else []
        no_completion = gettext("Something is still open.") if left else ""
        if may_complete and not left:
            no_completion = row.objection(Clearance.Status.SETTLED, by=person, now=now)
        cards = cards_of(row, by=person, now=now)
        return {
            "cards": cards,
            "facts": facts_of(row, cards),
            "left": left,
            "may_complete": may_complete,
            "no_completion": no_completion,
            "events": record_of(row, cards),
        }

    def get_urls(self):
        guarded = self.admin_site.admin_view
        steps = {"confirmation": self.confirmation, "check": self.check_of_item, "return": self.giving_back}
        return [
            *(
                path(
                    f"<int:pk>/items/<slug:code>/{noun}/",
                    guarded(view),
                    name=f"settlement_clearance_{noun}",
                )
                for noun, view in steps.items()
            ),
            path("<int:pk>/completion/", guarded(self.completion), name="settlement_clearance_completion"),
            path(
                "<int:pk>/evidence/<int:file>/<slug:variant>/",
                guarded(self.evidence),
                name="settlement_clearance_evidence",
            ),
            *super().get_urls(),
        ]

    @method_decorator([require_POST, idempotent])
    def confirmation(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """An item is confirmed by the first person; the file is judged before anything is locked."""
        clearance, item = self._item(request, pk, code, CONFIRM)
        now = clock.now()
        if sentence := item.objection(Status.CONFIRMED, by=request.user, now=now):
            return self._back(request, clearance, {}, Refused(sentence, code="wrong_state"))
        form = ConfirmForm(request.POST, request.FILES, item=item)
        shown = {f"{code}-confirmation": form}
        if not form.is_valid():
            return self._back(request, clearance, shown)
        said = dict(form.cleaned_data)
        if said.pop("file"):
            said["file"] = form.received("file", by=request.user, now=now)
            if said["file"] is None:
                return self._back(request, clearance, shown)
        try:
            item.confirm(by=request.user, now=now, **said)
        except Refused as refused:
            return self._back(request, clearance, shown, refused)
        done = gettext("“%(item)s” is confirmed; a colleague checks it.") % {"item": item}
        return self._done(request, clearance, done)

    @method_decorator([require_POST, idempotent])
    def check_of_item(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """An item is checked by a second person."""
        clearance, item = self._item(request, pk, code, CHECK)
        try:
            item.agree(by=request.user, now=clock.now())
        except Refused as refused:
            return self._back(request, clearance, {}, refused)
        return self._done(request, clearance, gettext("“%(item)s” is checked.") % {"item": item})

    @method_decorator([require_POST, idempotent])
    def giving_back(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """An item is open again, with what is wrong with it."""
        is_checker = request.user.has_perm(CHECK)
        clearance, item = self._item(request, pk, code, CHECK if is_checker else CONFIRM)
        now = clock.now()
        if sentence := item.objection(Status.OPEN, by=request.user, now=now):
            return self._back(request, clearance, {}, Refused(sentence, code="wrong_state"))
        form = GiveBackForm(request.POST, item=item)
        shown = {f"{code}-return": form}
        if not form.is_valid():
            return self._back(request, clearance, shown)
        try:
            item.give_back(by=request.user, now=now, note=form.cleaned_data["note"])
        except Refused as refused:
            return self._back(request, clearance, shown, refused)
        done = gettext("“%(item)s” is given back and open again.") % {"item": item}
        return self._done(request, clearance, done)

    @method_decorator([require_POST, idempotent])
    def completion(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The clearance is closed, and after a stop the terminal has ended."""
        clearance = self.row(request, pk, permission=COMPLETE)
        try:
            complete(clearance, by=request.user, now=clock.now())
        except Refused as refused:
            return self._back(request, clearance, {}, refused)
        return self._done(request, clearance, gettext("The clearance is complete."))

    @method_decorator(require_safe)
    def evidence(self, request: HttpRequest, pk: int, file: int, variant: str) -> HttpResponse:
        clearance = self.row(request, pk, permission=SEE_EVIDENCE)
        found = get_object_or_404(
            EvidenceFile.objects.select_related("stored_file"), pk=file, item__clearance=clearance
        )
        return send(
            request,
            found.stored_file,
            variant=variant,
            by=request.user,
            now=clock.now(),
            purpose="settlement",
            watermark=True,
            detail={"clearance": clearance.pk},
        )

    # -- private ------------------------------------------------------------------------------------------------------

    def _item(self, request, pk: int, code: str, permission: str) -> tuple[Clearance, ClearanceItem]:
        clearance = self.row(request, pk, permission=permission)
        item = get_object_or_404(clearance.items, code=code)
        item.clearance = clearance
        return clearance, item

    def _back(
        self, request, clearance, forms: dict[str, Any], refused: Refused | None = None
    ) -> HttpResponse:
        """The page as it is now, with what was typed and why nothing was done."""
        clearance = self.row(request, clearance.pk)
        given = {
            "cards": cards_of(clearance, by=request.user, now=clock.now(), given=forms),
            "came_back": list(forms.values()),
        }
        return self.page(request, clearance, status=409 if refused else 200, refused=refused, **given)

    def _done(self, request, clearance, words: str) -> HttpResponse:
        messages.success(request, words)
        return redirect("admin:settlement_clearance_change", clearance.pk)
