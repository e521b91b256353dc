"""What can be taken away of the applications: where each stands and how long it has been there. What reviewers find stays inside."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.desk.queue import QueueFilter
from applications.models import Application
from config.files.exports.columns import Age, Choice, Count, Level, Moment, Text
from config.files.exports.report import Report

REPORTS = [
    Report(
        name="applications",
        title=_("Applications by state and age"),
        hint=_("What was filed, where it stands, how old it is and who has it in hand"),
        permission="applications.view_application",
        list_page="admin:applications_application_changelist",
        rows=lambda person: Application.objects.filed().visible_to(person),
        filterset=QueueFilter,
        order=lambda filters: filters.order,
        columns=(
            Text("number", _("application number"), "number"),
            Choice(
                "kind", pgettext_lazy("queue", "Kind"), "kind", Level.OPEN, choices=Application.Kind.choices
            ),
            Choice("status", _("status"), "status", Level.OPEN, choices=Application.Status.choices),
            Text("merchant", _("merchant name"), "subject_name"),
            Text("uscc", _("unified social credit code"), "subject_uscc"),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
            Count("round", _("round"), "round", Level.OPEN),
            Moment("submitted_at", _("submitted at"), "submitted_at", Level.OPEN),
            Age("age", _("age in days"), "submitted_at", Level.OPEN, until="decided_at"),
            Moment("due_at", _("answer due"), "due_at", Level.OPEN),
            Moment("decided_at", _("decided at"), "decided_at", Level.OPEN),
            Text("reviewer", _("reviewer"), "assignee__full_name"),
        ),
    )
]
