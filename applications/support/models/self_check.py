from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.support.checking.questions import Screen, Since
from applications.support.checking.tree import Evidence, Outcome
from terminals.carriers import Carrier


class SelfCheckQuerySet(models.QuerySet):
    def visible_to(self, user) -> SelfCheckQuerySet:
        """For staff those of the branch and below; for anybody else what was asked for a merchant it acts for, or for none by itself.

        What was asked for no branch yet is head office's.
        """
        if user.is_staff:
            is_top = user.branch is not None and user.branch.parent_id is None
            mine = Q(branch__in=user.branch_scope())
            return self.filter(mine | Q(branch=None)) if is_top else self.filter(mine)
        return self.filter(
            Q(merchant__in=user.memberships.values("merchant")) | Q(merchant=None, asked_by=user)
        )


class SelfCheck(models.Model):
    """What somebody asked about a refusing terminal, what the bank knew then, and the one outcome; written once, whole.

    Afterwards only whether it helped is added, and the ticket that opened by itself.
    """

    Screen = Screen
    Since = Since

    number = models.CharField(_("number of the check"), max_length=20, unique=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, null=True, related_name="+", verbose_name=_("merchant")
    )
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    terminal = models.ForeignKey(
        "terminals.Terminal",
        models.PROTECT,
        null=True,
        related_name="self_checks",
        verbose_name=_("terminal"),
    )
    # The terminal or serial number as it was given, in its normal form.
    typed = models.CharField(_("number that was given"), max_length=50)
    screen = models.CharField(_("what the screen says"), max_length=20, choices=Screen)
    code = models.CharField(_("code on the screen"), max_length=4, blank=True)
    since = models.CharField(_("since when"), max_length=12, choices=Since, blank=True)
    # Of the SIM card in the device; "" where there is none, or no terminal of the person's own.
    carrier = models.CharField(_("carrier"), max_length=10, choices=Carrier, blank=True)
    outcome = models.CharField(_("outcome"), max_length=4)
    # {"evidence": the values of Evidence, "facts": what the words name}
    known = models.JSONField(_("what the bank knew"), default=dict)
    advice_version = models.PositiveSmallIntegerField(_("version of the advice"))
    language = models.CharField(_("language"), max_length=10)
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="again", verbose_name=_("check that this one repeats")
    )
    # When `checking.afterwards` looks at it by itself; NULL where nothing is left to be done.
    follow_up_at = models.DateTimeField(_("looked at again at"), null=True, editable=False)
    is_solved = models.BooleanField(_("solved"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = SelfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-asked_at"], name="self_check_person"),
            models.Index(fields=["branch", "-id"], name="self_check_branch"),
            models.Index(
                fields=["follow_up_at"],
                condition=Q(follow_up_at__isnull=False),
                name="self_check_follow_up",
            ),
            # For the drafts of bulletins and the report by weeks.
            models.Index(fields=["-asked_at", "-id"], name="self_check_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_solved=None, answered_at=None)
                | Q(is_solved__isnull=False, answered_at__isnull=False),
                name="self_check_answered_whole",
                violation_error_message=_("Whether it was solved is said with its moment."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[str(outcome) for outcome in Outcome]),
                name="self_check_outcome_known",
                violation_error_message=_("This is no outcome of the self-check."),
            ),
            models.CheckConstraint(
                condition=Q(screen__in=Screen.values) & Q(since__in=["", *Since.values]),
                name="self_check_questions_known",
                violation_error_message=_("Choose from the list."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def evidence(self) -> Evidence:
        return Evidence(**self.known["evidence"])

    @property
    def facts(self) -> dict:
        return self.known["facts"]
