"""The record as a list: every act, who did it, when and to what. Of people of merchants only that it was one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django.contrib import admin
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from config.accounts.desk_filters import BranchFilter, DeskFilter, MonthFilter
from config.files.exports.list_control import ExportedDesk
from config.kernel.acts import (
    ACT_WORDS,
    act_in_words,
    acts_named,
    detail_in_words,
    kind_in_words,
    system_in_words,
)
from config.kernel.audit import AuditEvent

ACTORS = {
    "staff": Q(by__is_staff=True),
    "system": Q(by__system_name__isnull=False),
    "merchant": Q(by__is_staff=False, by__system_name=None),
    "nobody": Q(by=None),
}
ACTOR_WORDS = [
    ("staff", _("Staff")),
    ("system", _("The portal itself")),
    ("merchant", _("People of merchants")),
    ("nobody", _("A device, or somebody not signed in")),
]


class AuditFilter(DeskFilter):
    month = MonthFilter(field_name="at")
    act = django_filters.ChoiceFilter(field_name="action", label=_("action"), choices=lambda: list(ACT_WORDS))
    actor = django_filters.ChoiceFilter(method="of_actor", label=_("by whom"), choices=ACTOR_WORDS)
    branch = BranchFilter(field_name="by__branch")

    def of_actor(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(ACTORS[value])

    def marks(self, text: str, typed: str) -> Iterator[Q]:
        yield Q(action__in=[typed, *acts_named(typed)])
        yield Q(request_id=typed)


def events_for(person: Any) -> QuerySet:
    """What staff of the person's branches did; the head office also sees what systems, devices and merchants' people did."""
    mine = Q(by__branch__in=person.branch_scope())
    if person.branch and person.branch.parent_id is None:
        mine |= Q(by=None) | Q(by__branch=None)
    named = Case(
        When(by__is_staff=True, then="by__full_name"),
        When(by__system_name__isnull=False, then="by__system_name"),
        default=Value(""),
        output_field=CharField(),
    )
    kind = Case(
        *(When(condition, then=Value(name)) for name, condition in ACTORS.items()),
        output_field=CharField(),
    )
    return AuditEvent.objects.filter(mine).annotate(actor_kind=kind, actor_name=named)


class AuditEventAdmin(ExportedDesk):
    report = "audit"
    filterset_class = AuditFilter
    list_display = ("at", "act", "actor", "object_kind", "subject_id", "request_id")
    page_fields = ("at", "act", "action", "actor", "object_kind", "subject_id", "written", "request_id")
    references = frozenset({"subject_id"})
    search_help_text = _("Words of the action, or the whole request number")
    icon = "clipboard-document-list"
    empty = _("Every act leaves a row here, from the first sign-in on.")
    hint = _("Every act, who did it and when")

    def get_queryset(self, request):
        return events_for(request.user)

    @admin.display(description=_("what was done"))
    def act(self, event: AuditEvent) -> str:
        return act_in_words(event.action)

    @admin.display(description=_("kind of object"))
    def object_kind(self, event: AuditEvent) -> str:
        return kind_in_words(event.subject_label)

    @admin.display(description=_("by"))
    def actor(self, event: Any) -> str:
        if event.actor_kind == "system":
            return system_in_words(event.actor_name)
        return event.actor_name or str(dict(ACTOR_WORDS)[event.actor_kind])

    @admin.display(description=_("detail"))
    def written(self, event: AuditEvent) -> str:
        return detail_in_words(event.subject_label, event.detail)
