"""What can be taken away of the applications: where each stands and how long it has been there. What reviewers find stays inside."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.desk.correction_list import ITEM_WORDS, CorrectionFilter, CorrectionList, corrections_for
from applications.desk.decision_list import DecisionFilter, DecisionList, decisions_for
from applications.desk.first_pass import (
    ReasonFigureFilter,
    ReasonFigureList,
    ReviewerFilter,
    ReviewerList,
    reasons_for,
    reviewers_for,
)
from applications.desk.in_time import ANSWERED, STANDINGS, named, standing
from applications.desk.queue import QueueFilter
from applications.desk.stop_list import StopFilter, StopList, stops_for
from applications.models import Application, Deactivation, Decision
from config.files.exports.columns import Age, Choice, Count, Day, Level, Moment, Text, YesNo
from config.files.exports.more_columns import Share, Worded
from config.files.exports.report import Report
from config.kernel import clock


def _applications(person: Any) -> QuerySet:
    return Application.objects.filed().visible_to(person).annotate(in_time=named(standing(clock.now())))


REPORTS = [
    Report(
        name="applications",
        title=_("Applications by state and age"),
        hint=_("What was filed, where it stands, how old it is and who has it in hand"),
        permission="applications.view_application",
        list_page="admin:applications_application_changelist",
        rows=_applications,
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
            Choice("standing", _("promised time"), "in_time", Level.OPEN, choices=STANDINGS),
            Text("reviewer", _("reviewer"), "assignee__full_name"),
        ),
    ),
    Report(
        name="decisions",
        title=_("Decisions and promised times"),
        hint=_("Each decision with its reason, its reviewer, the second person, and whether it came in time"),
        permission=DecisionList.permission,
        list_page=f"admin:{DecisionList.route}",
        rows=decisions_for,
        filterset=DecisionFilter,
        columns=(
            Text("application", _("application number"), "application__number"),
            Choice(
                "kind",
                pgettext_lazy("queue", "Kind"),
                "application__kind",
                Level.OPEN,
                choices=Application.Kind.choices,
            ),
            Text("merchant", _("merchant name"), "application__subject_name"),
            Count("round", _("round"), "round", Level.OPEN),
            Choice("outcome", _("outcome"), "outcome", Level.OPEN, choices=Decision.Outcome.choices),
            Choice("state", _("state"), "state", Level.OPEN, choices=Decision.State.choices),
            Text("reason", _("reason"), "reason_id"),
            Text("reviewer", _("reviewer"), "by__full_name"),
            Moment("at", _("decided at"), "at", Level.OPEN),
            Text("checker", _("second person"), "checker__full_name"),
            Moment("checked_at", _("checked at"), "checked_at", Level.OPEN),
            Moment("due_at", _("answer due"), "due_at", Level.OPEN),
            Choice("in_time", _("promised time"), "in_time", Level.OPEN, choices=ANSWERED),
            Text("branch", _("branch"), "application__branch__name", Level.OPEN),
        ),
    ),
    Report(
        name="first-pass-by-reviewer",
        title=ReviewerList.title,
        hint=ReviewerList.hint,
        permission=ReviewerList.permission,
        list_page=f"admin:{ReviewerList.route}",
        rows=reviewers_for,
        filterset=ReviewerFilter,
        columns=(
            Text("reviewer", _("reviewer"), "full_name"),
            Count("decided", _("decided"), "decided"),
            Count("first", _("in first rounds"), "first"),
            Count("approved", _("approved at once"), "first_approved"),
            Share("rate", _("first-pass rate, per cent"), "first_approved", of="first"),
            Count("returned", _("given back"), "first_returned"),
            Count("refused", _("refused at once"), "first_refused"),
            Count("late", _("answered late"), "late"),
        ),
    ),
    Report(
        name="first-pass-by-reason",
        title=ReasonFigureList.title,
        hint=ReasonFigureList.hint,
        permission=ReasonFigureList.permission,
        list_page=f"admin:{ReasonFigureList.route}",
        rows=reasons_for,
        filterset=ReasonFigureFilter,
        order=ReasonFigureList.keyset,
        columns=(
            Text("code", _("code"), "code", Level.OPEN),
            Worded("text", _("text for the merchant"), "public_text", Level.OPEN),
            Count("given", _("given"), "given"),
            Count("returned", _("given back"), "returned"),
            Count("refused", _("refused at once"), "refused"),
            Share("rate", _("share of first decisions, per cent"), "given", of="first"),
        ),
    ),
    Report(
        name="corrections",
        title=CorrectionList.title,
        hint=CorrectionList.hint,
        permission=CorrectionList.permission,
        list_page=f"admin:{CorrectionList.route}",
        rows=corrections_for,
        filterset=CorrectionFilter,
        columns=(
            Text("application", _("application number"), "decision__application__number"),
            Choice(
                "kind",
                pgettext_lazy("queue", "Kind"),
                "decision__application__kind",
                Level.OPEN,
                choices=Application.Kind.choices,
            ),
            Text("merchant", _("merchant name"), "decision__application__subject_name"),
            Count("round", _("round"), "decision__round", Level.OPEN),
            Choice("item", _("item"), "item", Level.OPEN, choices=ITEM_WORDS),
            Text("code", _("reason"), "reason_id", Level.OPEN),
            Worded("reason", _("text of the reason"), "reason__public_text", Level.OPEN),
            Text("reviewer", _("reviewer"), "decision__by__full_name"),
            Moment("at", _("given back at"), "decision__at", Level.OPEN),
            Text("branch", _("branch"), "decision__application__branch__name", Level.OPEN),
        ),
    ),
    Report(
        name="stops",
        title=StopList.title,
        hint=StopList.hint,
        permission=StopList.permission,
        list_page=f"admin:{StopList.route}",
        rows=stops_for,
        filterset=StopFilter,
        columns=(
            Text("number", _("application number"), "number"),
            Choice("status", _("status"), "status", Level.OPEN, choices=Application.Status.choices),
            Text("merchant", _("merchant name"), "subject_name"),
            Text("uscc", _("unified social credit code"), "subject_uscc"),
            Choice(
                "initiator",
                _("asked for by"),
                "initiator",
                Level.OPEN,
                choices=Deactivation.Initiator.choices,
            ),
            Choice("scope", _("scope"), "scope", Level.OPEN, choices=Deactivation.Scope.choices),
            Worded("reason", _("reason of the stop"), "reason__text"),
            YesNo("emergency", _("emergency"), "is_emergency", Level.OPEN),
            Day("stop_on", _("stops on"), "stop_on", Level.OPEN),
            Day("resume_on", _("in use again on"), "resume_on", Level.OPEN),
            Count("terminals", _("terminals"), "terminal_count", Level.OPEN),
            Moment("submitted_at", _("submitted at"), "submitted_at", Level.OPEN),
            Moment("effected_at", _("took effect at"), "effected_at", Level.OPEN),
            Moment("revoked_at", _("revoked at"), "revoked_at", Level.OPEN),
            Moment("called_off_at", _("called off at"), "called_off_at", Level.OPEN),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
        ),
    ),
]
