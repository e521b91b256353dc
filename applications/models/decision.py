"""What was decided, by whom, for which reasons, and what a second person said to it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class ReasonCodeQuerySet(models.QuerySet):
    def offered(self) -> "ReasonCodeQuerySet":
        """Reasons that may still be given; a reason once given is never deleted, only no longer offered."""
        return self.filter(is_active=True)


class ReasonCode(models.Model):
    """Why something is returned or refused: the words for the merchant, what mends it, and what colleagues should know."""

    class Severity(models.TextChoices):
        RETRY = "retry", _("can be corrected")
        FINAL = "final", _("final")

    class Subject(models.TextChoices):
        DOCUMENT = "document", _("a paper")
        FIELD = "field", _("an answer")
        APPLICATION = "application", _("the whole application")

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    severity = models.CharField(_("severity"), max_length=5, choices=Severity)
    applies_to = models.CharField(
        _("applies to"), max_length=11, choices=Subject, default=Subject.APPLICATION
    )
    public_text_zh = models.CharField(_("text for the merchant (Chinese)"), max_length=300)
    public_text_en = models.CharField(_("text for the merchant (English)"), max_length=300)
    remedy_zh = models.CharField(_("how to mend it (Chinese)"), max_length=300, blank=True)
    remedy_en = models.CharField(_("how to mend it (English)"), max_length=300, blank=True)
    internal_text = models.CharField(_("for colleagues only"), max_length=300, blank=True)
    # What lies behind some reasons may not be told (tipping off): the merchant reads the catalogue's text and nothing else.
    is_confidential = models.BooleanField(_("nothing is added to the text"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ReasonCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["severity", "position"]

    def __str__(self) -> str:
        return self.public_text

    @property
    def public_text(self) -> str:
        return self.public_text_en if get_language() == "en" else self.public_text_zh

    def may_be_told_as(self, text: str) -> bool:
        """Whether these words may stand for the reason before the merchant."""
        own = (self.public_text_zh, self.public_text_en)
        return not self.is_confidential or not text.strip() or text.strip() in own

    @property
    def remedy(self) -> str:
        return self.remedy_en if get_language() == "en" else self.remedy_zh


class Decision(models.Model):
    """What a reviewer decided on one version of an application, with the words the merchant reads.

    A held decision has no effect until a second person releases it; reversed, taken back or overtaken it never has one.
    """

    class Outcome(models.TextChoices):
        RETURNED = "returned", pgettext_lazy("decision", "Returned for correction")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Refused")

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("decision", "In force")
        HELD = "held", pgettext_lazy("decision", "Held for a second person")
        RELEASED = "released", pgettext_lazy("decision", "Released by a second person")
        REVERSED = "reversed", pgettext_lazy("decision", "Reversed by a second person")
        TAKEN_BACK = "taken_back", pgettext_lazy("decision", "Taken back")
        OVERTAKEN = "overtaken", pgettext_lazy("decision", "Overtaken by a withdrawal")
        OVERTURNED = "overturned", pgettext_lazy("decision", "Overturned on review")

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="decisions", verbose_name=_("application")
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    round = models.PositiveSmallIntegerField(_("round"))
    version = models.PositiveIntegerField(_("version decided on"))
    reason = models.ForeignKey(
        ReasonCode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    public_text = models.TextField(_("text for the merchant"), max_length=500, blank=True)
    private_note = models.TextField(_("private note"), max_length=500, blank=True)
    # Whoever made the decision says so of the settlement account in the core system; asked of approvals alone, and empty
    # where the kind of application has none to check.
    account_verified = models.BooleanField(_("settlement account checked"), default=False, null=True)
    # Why a second person is needed, as codes of `holding.HOLDS`; empty where none is.
    held_for = models.JSONField(_("held for"), default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    # When the answer was due as it was decided; of a return the application forgets it. Older decisions may not know.
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second person"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checker_note = models.TextField(_("note of the second person"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="decision_gives_reason",
                condition=Q(outcome="approved") | ~Q(public_text=""),
                violation_error_message=_("Say why, in words the merchant can act on."),
            ),
            models.CheckConstraint(
                name="decision_state_known",
                condition=Q(
                    state__in=[
                        "sent",
                        "held",
                        "released",
                        "reversed",
                        "taken_back",
                        "overtaken",
                        "overturned",
                    ]
                ),
                violation_error_message=_("This state of a decision is unknown."),
            ),
            models.CheckConstraint(
                name="decision_approval_checked_account",
                condition=Q(account_verified=True)
                | Q(account_verified=None)
                | ~Q(outcome="approved")
                | ~Q(state__in=["sent", "held", "released"]),
                violation_error_message=_("Check the settlement account in the core system first."),
            ),
            models.UniqueConstraint(
                fields=["application", "round"],
                condition=Q(state__in=["sent", "held", "released"]),
                name="decision_one_per_round",
                violation_error_message=_("This round is already decided."),
            ),
            models.CheckConstraint(
                name="decision_checker_is_not_maker",
                condition=Q(checker=None) | ~Q(checker=F("by")),
                violation_error_message=_("The second person is somebody else than the first."),
            ),
            models.CheckConstraint(
                name="decision_checked_whole",
                condition=Q(checker=None, checked_at=None)
                | Q(checker__isnull=False, checked_at__isnull=False),
                violation_error_message=_("A checked decision names who checked it and when."),
            ),
            models.CheckConstraint(
                name="decision_released_by_somebody",
                condition=~Q(state__in=["released", "reversed"]) | Q(checker__isnull=False),
                violation_error_message=_("A held decision is released or reversed by a second person."),
            ),
            models.CheckConstraint(
                name="decision_held_is_not_sent",
                condition=Q(held_for=[]) | ~Q(state="sent"),
                violation_error_message=_("This decision needs a second person before it is sent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome}"
