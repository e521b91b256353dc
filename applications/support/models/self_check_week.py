from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import ExpressionWrapper, F, IntegerField, Q, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _


class SelfCheckWeekQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> SelfCheckWeekQuerySet:
        """Those of the branch and below; head office's are also those of no branch."""
        is_top = user.branch is not None and user.branch.parent_id is None
        mine = Q(branch__in=user.branch_scope())
        return self.filter(mine | Q(branch=None)) if is_top else self.filter(mine)

    def with_share(self) -> SelfCheckWeekQuerySet:
        """With `solved_percent`, of those that were answered; NULL where none was."""
        answered = NullIf(F("solved_count") + F("unsolved_count"), Value(0))
        share = ExpressionWrapper(F("solved_count") * 100 / answered, output_field=IntegerField())
        return self.annotate(solved_percent=share)


class SelfCheckWeek(models.Model):
    """How many self-checks of a week came to one outcome with one code in one branch, and how many of them helped.

    Kept by `applications.support.weeks.count_weeks`; nobody writes it by hand.
    """

    # Such as 2026-W48/O-05/97/0001.
    name = models.CharField(_("row"), max_length=60, unique=True)
    week_from = models.DateField(_("week from"))
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    outcome = models.CharField(_("outcome"), max_length=4)
    code = models.CharField(_("code on the screen"), max_length=4, blank=True)
    # Whether the table of response codes knew the code when it was counted last.
    is_code_known = models.BooleanField(_("the table knows the code"), default=True)
    asked_count = models.PositiveIntegerField(_("self-checks"))
    solved_count = models.PositiveIntegerField(_("solved"))
    unsolved_count = models.PositiveIntegerField(_("not solved"))
    counted_at = models.DateTimeField(_("counted at"))

    objects = SelfCheckWeekQuerySet.as_manager()

    class Meta:
        verbose_name = _("week of self-checks")
        verbose_name_plural = _("self-checks by week and outcome")
        default_permissions = ("view",)
        ordering: ClassVar = ["-week_from", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["-week_from", "-id"], name="self_check_week_newest"),
            models.Index(fields=["branch", "-week_from", "-id"], name="self_check_week_branch"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(asked_count__gte=F("solved_count") + F("unsolved_count")),
                name="self_check_week_adds_up",
                violation_error_message=_("No more self-checks were answered than were asked."),
            )
        ]

    def __str__(self) -> str:
        return self.name
