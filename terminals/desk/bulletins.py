"""The desk of bulletins: written, published, corrected, prolonged, ended, by supervisors and the help line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from config.accounts.desk_filters import BranchFilter, DeskFilter
from config.accounts.desk_record import Event, actor, newest_first, steps_of
from config.kernel import clock
from config.kernel.desk_list import Tile
from config.kernel.desk_steps import Offer, Step, SteppingDesk
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import moment
from merchants.desk.shown import row as line
from terminals.bulletin_standing import standing_of
from terminals.bulletins import scope_words, write_bulletin
from terminals.desk.bulletin_forms import BulletinForm
from terminals.desk.bulletin_steps import STEPS, STEPS_OF, WRITE
from terminals.models import Bulletin, BulletinVersion

Status = Bulletin.Status


class BulletinFilter(DeskFilter):
    view = django_filters.ChoiceFilter(
        method="in_view",
        label=_("View"),
        choices=[
            ("open", _("Drafts and published")),
            ("late", _("Longer than expected")),
            ("over", _("Over")),
            ("all", _("All")),
        ],
    )
    status = django_filters.ChoiceFilter(label=_("status"), choices=Status.choices)
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Bulletin.Kind.choices)
    branch = BranchFilter()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Without a view, a status or a search the list shows what somebody still has to see to."""
        said = self.form.cleaned_data
        rows = super().filter_queryset(queryset)
        return rows if said.get("view") or said.get("status") or said.get("q") else self._open(rows)

    def in_view(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        match value:
            case "open":
                return self._open(queryset)
            case "late":
                now = clock.now()
                return queryset.running(now).filter(expected_end_at__lte=now)
            case "over":
                return queryset.filter(status=Status.ENDED)
        return queryset

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        yield Q(number=typed.upper())
        yield Q(code=text)

    def words(self, typed: str) -> Q | None:
        return Q(title_zh__icontains=typed) | Q(title_en__icontains=typed)

    @staticmethod
    def _open(rows: QuerySet) -> QuerySet:
        return rows.filter(status__in=[Status.DRAFT, Status.PUBLISHED])


class BulletinAdmin(SteppingDesk):
    """Bulletins of the bank, of the person's branches and of those above, newest first."""

    steps = STEPS
    filterset_class = BulletinFilter
    list_display = ("number", "status", "headline", "standing", "touches", "starts_at", "expected_end_at")
    list_select_related = ("branch",)
    search_help_text = _("Whole number or code, or part of the title")
    page_template = "admin/terminals/bulletin.html"
    rank = 9
    icon = "megaphone"
    empty = _(
        "Write one before a planned upgrade, or as soon as a fault is known: merchants and devices then hear it from here."
    )
    hint = _("Planned upgrades and faults, as merchants and devices are told of them")
    note = _("What is published stays until somebody ends it, also past its expected end.")

    def get_queryset(self, request):
        return Bulletin.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("branch", "written_by")

    @admin.display(description=_("title"))
    def headline(self, bulletin: Bulletin) -> str:
        return bulletin.title

    @admin.display(description=_("where it stands"))
    def standing(self, bulletin: Bulletin) -> str:
        return standing_of(bulletin, now=clock.now()).words

    @admin.display(description=_("what it touches"))
    def touches(self, bulletin: Bulletin) -> str:
        return scope_words(bulletin)

    def tools(self, request: HttpRequest) -> list[Tile]:
        if not request.user.has_perm(WRITE):
            return []
        hint = gettext("A planned upgrade, or a fault that merchants notice")
        return [Tile(reverse("admin:terminals_bulletin_add"), "plus", gettext("Write a bulletin"), hint)]

    def form_of(self, request: HttpRequest, step: Step, row: Any, *given: Any) -> forms.Form:
        form = super().form_of(request, step, row, *given)
        return form.for_person(request.user) if isinstance(form, BulletinForm) else form

    def offers(self, request: HttpRequest, row: Any) -> list[Offer]:
        fitting = STEPS_OF.get(row.status, ())
        return [offer for offer in super().offers(request, row) if offer.noun in fitting]

    def page_context(self, request, row) -> dict[str, Any]:
        return {
            "facts": [
                line(gettext("Kind"), row.get_kind_display()),
                line(gettext("Where it stands"), standing_of(row, now=clock.now()).words),
                line(gettext("Touches"), scope_words(row)),
                line(gettext("Starts at"), moment(row.starts_at)),
                line(gettext("Expected to end at"), moment(row.expected_end_at)),
                line(gettext("People whose self-checks led to it"), row.asked_by_count or ""),
                line(gettext("Asked to be told"), row.recovery_notices.count() or ""),
            ],
            "offers": self.offers(request, row),
            "events": newest_first(steps_of([row]), self._changes(row), [self._written(row)]),
        }

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        """A form for a new draft, and the draft."""
        if not request.user.has_perm(WRITE):
            raise PermissionDenied
        now, refused = clock.now(), None
        form = BulletinForm(request.POST or None, initial={"starts_at": now}).for_person(request.user)
        if request.method == "POST" and form.is_valid():
            try:
                bulletin = write_bulletin(by=request.user, now=now, **form.cleaned_data)
            except Refused as objected:
                refused = objected
            else:
                messages.success(
                    request, gettext("The draft is written. Read it once more, then publish it.")
                )
                return redirect("admin:terminals_bulletin_change", bulletin.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            "title": gettext("Write a bulletin"),
            "form": form,
            "refused": refused,
        }
        return TemplateResponse(request, "admin/terminals/bulletin_add.html", context)

    @staticmethod
    def _written(row: Bulletin) -> Event:
        return Event(gettext("Written"), row.written_at, actor(row.written_by))

    @staticmethod
    def _changes(row: Bulletin) -> list[Event]:
        """Every correction and prolongation, with what was said before."""
        return [
            Event(
                version.get_change_display(),
                version.replaced_at,
                actor(version.replaced_by),
                _what_was_said(version),
            )
            for version in row.versions.select_related("replaced_by")
        ]


def _what_was_said(version: BulletinVersion) -> str:
    if version.change == BulletinVersion.Change.PROLONGED:
        end = moment(version.expected_end_at) if version.expected_end_at else gettext("not known")
        return gettext("Before: %(end)s") % {"end": end}
    return gettext("Before: “%(title)s” %(text)s") % {"title": version.title, "text": version.text}
