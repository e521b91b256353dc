"""What the risk desk looks into: codes locked by guessing, devices alive elsewhere or asked about by somebody else; closed with a finding."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.accounts.desk_record import Event, actor, newest_first
from config.kernel.counting import counted, printed
from config.kernel.dashboard import BRANCH, FirstPage, Tile, branches_asked
from config.kernel.desk_steps import Step, SteppingDesk
from config.privacy.formfields import PlainTextField
from merchants.desk.shown import row as line
from terminals.desk.filters import RiskCaseFilter
from terminals.models import RiskCase


class FindingForm(forms.Form):
    finding = PlainTextField(
        label=_("What was found"),
        help_text=_("Leave out names and numbers of people."),
        max_length=500,
        multiline=True,
    )


def _close(case: RiskCase, form: Any, *, by, now) -> str:
    case.close(form.cleaned_data["finding"], by=by, now=now)
    return gettext("The case is closed.")


class RiskCaseAdmin(SteppingDesk):
    """Risk cases of the branch and below, open ones first to be seen to."""

    steps = {
        "closing": Step(
            _("Close the case"),
            pgettext_lazy("risk case", "Close"),
            "check-circle",
            "terminals.close_riskcase",
            lambda case, *given: FindingForm(*given, prefix="closing"),
            lambda case, *, by, now: case.objection_to_closing(),
            _close,
        )
    }
    filterset_class = RiskCaseFilter
    list_display = (
        "serial_number",
        "kind",
        "application_number",
        "branch",
        "facts",
        "opened_at",
        "closed_at",
    )
    list_select_related = ("branch",)
    search_help_text = _("Whole serial or application number")
    page_template = "admin/terminals/risk_case.html"
    rank = 5
    icon = "shield-exclamation"
    empty = _("A risk case opens by itself when codes are guessed at or a device shows up at another place.")
    hint = _("Codes locked by guessing, devices alive elsewhere or asked about by others")

    def get_queryset(self, request):
        return RiskCase.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("branch", "closed_by")

    def page_context(self, request: HttpRequest, row: RiskCase) -> dict[str, Any]:
        events = [Event(pgettext("risk case", "Opened"), row.opened_at, gettext("The system"), row.facts)]
        if row.closed_at:
            events.append(
                Event(pgettext("risk case", "Closed"), row.closed_at, actor(row.closed_by), row.finding)
            )
        return {
            "title": capfirst(str(row)),
            "facts": [
                line(gettext("Kind"), capfirst(row.get_kind_display())),
                line(gettext("Serial number"), row.serial_number),
                line(gettext("Application"), row.application_number),
                line(gettext("Branch"), row.branch or ""),
            ],
            "offers": [] if row.closed_at else self.offers(request, row),
            "events": newest_first(events),
        }


def shown(request: HttpRequest, now: datetime) -> FirstPage:
    """For who may see risk cases: how many are open."""
    if not request.user.has_perm("terminals.view_riskcase"):
        return FirstPage()
    rows = RiskCase.objects.visible_to(request.user).open()
    if BRANCH in request.GET:
        rows = rows.filter(branch__in=branches_asked(request))
    tile = Tile(
        title=gettext("Open risk cases"),
        number=printed(counted({"open": rows})["open"]),
        url=f"{reverse('admin:terminals_riskcase_changelist')}?view=open",
    )
    return FirstPage([tile])
