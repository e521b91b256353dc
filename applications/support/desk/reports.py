"""What can be taken away of self-checks: their weeks, as the list has them. Who asked is in none."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.support.desk.weeks import WeekFilter
from applications.support.models import SelfCheckWeek
from config.files.exports.columns import Count, Day, Level, Moment, Text, YesNo
from config.files.exports.report import Report


def _weeks(person: Any) -> QuerySet:
    return SelfCheckWeek.objects.visible_to(person).with_share()


REPORTS = [
    Report(
        name="self-check-weeks",
        title=_("Self-checks by week and outcome"),
        hint=_(
            "Which outcomes merchants were told, how many helped, and which codes the table does not know"
        ),
        permission="support.view_selfcheckweek",
        list_page="admin:support_selfcheckweek_changelist",
        rows=_weeks,
        filterset=WeekFilter,
        order=("-week_from", "-id"),
        columns=(
            Text("name", _("row"), "name", Level.OPEN),
            Day("week_from", _("week from"), "week_from", Level.OPEN),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
            Text("outcome", _("outcome"), "outcome", Level.OPEN),
            Text("code", _("code on the screen"), "code", Level.OPEN),
            YesNo("is_code_known", _("the table knows the code"), "is_code_known", Level.OPEN),
            Count("asked", _("self-checks"), "asked_count", Level.OPEN),
            Count("solved", _("solved"), "solved_count", Level.OPEN),
            Count("unsolved", _("not solved"), "unsolved_count", Level.OPEN),
            Count("share", _("solved share in percent"), "solved_percent", Level.OPEN),
            Moment("counted_at", _("counted at"), "counted_at", Level.OPEN),
        ),
    )
]
