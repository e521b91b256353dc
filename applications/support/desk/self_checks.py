"""The help line's view of self-checks: what was asked, what the bank knew, what was answered. Read only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import django_filters
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language_info, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.support.checking.looked_at import looked_at
from applications.support.checking.questions import Screen
from applications.support.checking.told import outcome_choices, screen_said, told, who_acts
from applications.support.checking.tree import Outcome, Place
from applications.support.models import SelfCheck
from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.accounts.desk_record import actor
from config.kernel.desk_list import DeskAdmin
from config.kernel.templatetags.formats import MISSING
from config.privacy.identifiers import merchant_number, serial_number
from merchants.desk.shown import name_of, row

PLACES = {
    Place.OWN: _("A terminal of the merchant's"),
    Place.APPLIED: _("A device in an application of the merchant's"),
    Place.REPLACED: _("The former device of a terminal of the merchant's"),
    Place.NEAR: _("Nowhere; one character off a number of the merchant's"),
    Place.ELSEWHERE: _("Registered for somebody else"),
    Place.NOT_IN_REGISTRY: _("Not in the registry of devices"),
    Place.FREE: _("In the registry, not registered for anybody"),
}
NUMBER = re.compile(r"ZC([0-9]{8})([0-9]{6})")


class SelfCheckFilter(DeskFilter):
    view = django_filters.ChoiceFilter(
        method="in_view",
        label=_("View"),
        choices=[
            ("unsolved", pgettext_lazy("self-check", "Not solved")),
            ("elsewhere", _("Registered for somebody else")),
            ("unknown", _("With a code the table does not know")),
        ],
    )
    outcome = django_filters.ChoiceFilter(label=_("outcome"), choices=outcome_choices)
    screen = django_filters.ChoiceFilter(label=_("what the screen says"), choices=Screen.choices)
    branch = BranchFilter()

    def in_view(self, rows, name: str, value: str):
        return rows.filter(
            {
                "unsolved": Q(is_solved=False),
                "elsewhere": Q(outcome=Outcome.ELSEWHERE),
                "unknown": Q(known__facts__code_unknown=True),
            }[value]
        )

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        """The number of the check, then of a terminal, a device or a merchant."""
        if found := NUMBER.fullmatch(text):
            yield Q(number="-".join(("ZC", *found.groups())))
        if not merchant_number.problem(text):
            yield Q(merchant__number=text)
        if not serial_number.problem(text):
            yield Q(terminal__number=text) | Q(typed=text)


class SelfCheckAdmin(DeskAdmin):
    """Self-checks of the branch and below, the newest first. What a merchant reads alike stands apart here."""

    filterset_class = SelfCheckFilter
    list_display = (
        "number",
        "asked_at",
        "given",
        "said",
        "outcome_and_title",
        "merchant_name",
        "is_solved",
        "branch",
    )
    list_select_related = ("terminal", "merchant", "branch")
    search_help_text = _("Whole number of a check, terminal, serial or merchant number")
    page_template = "admin/support/self_check.html"
    rank = 1
    icon = "magnifying-glass"
    empty = _("Self-checks that people make before a terminal that refuses stand here.")
    hint = _("What merchants asked about a refusing terminal, and what they were told")

    def get_queryset(self, request):
        return SelfCheck.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related(*self.list_select_related, "earlier", "asked_by")

    @admin.display(description=_("terminal or number"))
    def given(self, check: SelfCheck) -> str:
        if check.terminal is None:
            return check.typed
        address = reverse("admin:terminals_terminal_change", args=[check.terminal_id])
        return format_html('<a class="code" href="{}">{}</a>', address, check.terminal.number)

    @admin.display(description=_("what the screen says"))
    def said(self, check: SelfCheck) -> str:
        return screen_said(check)

    @admin.display(description=_("outcome"))
    def outcome_and_title(self, check: SelfCheck) -> str:
        return f"{check.outcome} {told(check).title}"

    @admin.display(description=_("merchant"))
    def merchant_name(self, check: SelfCheck) -> str:
        return name_of(check.merchant) if check.merchant else MISSING

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "told": told(row),
            "who": who_acts(row),
            "lines": looked_at(row),
            "said": screen_said(row),
            "given": self.given(row),
            "merchant_name": self.merchant_name(row),
            "facts": facts(row),
        }


def facts(check: SelfCheck) -> list[dict[str, Any]]:
    """What stands beside the answer, for colleagues only."""
    since = check.get_since_display() if check.since else MISSING
    return [
        row(gettext("Outcome"), check.outcome),
        row(gettext("Where the number was found"), PLACES[check.evidence.place]),
        row(gettext("Number that was given"), check.typed),
        row(gettext("Since when?"), since),
        row(gettext("Asked by"), actor(check.asked_by)),
        row(gettext("Language"), get_language_info(check.language)["name_translated"]),
        row(gettext("Version of the advice"), check.advice_version),
    ]
