"""What can be taken away of people and of the record: who did how much, and every act."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.accounts.desk_activity import ActivityFilter, ActivityList, staff_for
from config.accounts.desk_audit import ACTOR_WORDS, AuditFilter, events_for
from config.accounts.models import Role
from config.files.exports.columns import Choice, Count, Level, Moment, Text, YesNo
from config.files.exports.more_columns import Detail
from config.files.exports.report import Report
from config.kernel.acts import ACT_WORDS

REPORTS = [
    Report(
        name="staff-activity",
        title=ActivityList.title,
        hint=ActivityList.hint,
        permission=ActivityList.permission,
        list_page=f"admin:{ActivityList.route}",
        rows=staff_for,
        filterset=ActivityFilter,
        columns=(
            Text("email", _("e-mail"), "email"),
            Text("name", _("full name"), "full_name"),
            Choice("role", _("role"), "role", choices=Role.choices),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
            YesNo("is_active", _("may sign in"), "is_active"),
            Moment("last_login", _("last sign-in"), "last_login"),
            Count("acts", _("acts on record"), "acts"),
            Count("looks", _("looks at protected data"), "looks"),
            Count("taken", _("reports taken away"), "taken"),
        ),
    ),
    Report(
        name="audit",
        title=_("Extract of the record"),
        hint=_("Every act with its time, its person and its object, for auditors and examiners"),
        permission="kernel.view_auditevent",
        list_page="admin:kernel_auditevent_changelist",
        rows=events_for,
        filterset=AuditFilter,
        columns=(
            Text("number", _("number"), "pk", Level.OPEN),
            Moment("at", _("at"), "at", Level.OPEN),
            Choice("act", _("what was done"), "action", choices=ACT_WORDS),
            Text("action", _("action"), "action"),
            Choice("actor", _("by whom"), "actor_kind", choices=ACTOR_WORDS),
            Text("name", _("name"), "actor_name"),
            Text("branch", _("branch"), "by__branch__name", Level.OPEN),
            Text("object", _("kind of object"), "subject_label"),
            Text("object_number", _("object"), "subject_id"),
            Detail("detail", _("detail"), "detail"),
            Text("request", _("request"), "request_id"),
        ),
    ),
]
