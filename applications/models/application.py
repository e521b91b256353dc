from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import corrections
from applications.missing import Missing
from applications.models.steps import ApplicationSteps
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Arrows, Refused, reread_locked
from config.kernel.policy import current_policy

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from applications.findings.finding import Finding
    from applications.items import Item
    from applications.models.document import Document
    from applications.models.paper import PaperNeed
    from applications.models.placement import Placement
    from terminals.models import Terminal

OPEN_TO_REVIEW = Q(status__in=["submitted", "under_review"])


class EffectWords(NamedTuple):
    """What an approval did, as the applicant reads it: what is true now, whose turn it is, and what else to know."""

    title: str
    who: str
    text: str = ""


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user) -> ApplicationQuerySet:
        """Applications a person filed or that speak for the person's merchants; for staff, those of the branch subtree."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        of_the_applicant = Q(applicant=user, merchant=None)
        of_the_merchant = Q(merchant__memberships__user=user, is_banks_own=False)
        return self.filter(of_the_applicant | of_the_merchant).distinct()

    def awaiting_review(self) -> ApplicationQuerySet:
        return self.filter(status__in=[Application.Status.SUBMITTED, Application.Status.UNDER_REVIEW])

    def filed(self) -> ApplicationQuerySet:
        """Everything the bank has been sent. Drafts, also those withdrawn before they were sent, are the applicant's own."""
        return self.filter(submitted_at__isnull=False)


class Application(ApplicationSteps):
    """A request to the bank. This table holds all that the queue shows, filters and searches; a kind is a child table."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("Register new terminals")
        CHANGE = "change", _("Change particulars")
        RELOCATION = "relocation", _("Move a terminal")
        REPLACEMENT = "replacement", _("Replace a device")
        DEACTIVATION = "deactivation", _("Stop terminals")

    # The child row of a kind, where Django calls it by another name.
    CHILD_OF: ClassVar[dict[str, str]] = {Kind.CHANGE: "informationchange"}
    # The letters before the number of an application.
    PREFIX: ClassVar[str] = "SQ"
    # Whether the reviewer checks the settlement account in the core system before approving.
    asks_account_check = False
    # Whether the agreement and the notice on personal information are consented to with the submission.
    asks_consent = False

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        UNDER_REVIEW = "under_review", _("Under review")
        RETURNED = "returned", _("Returned for correction")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LAPSED = "lapsed", _("Lapsed")

    class Risk(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    CLOSED = (Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.LAPSED)
    DECIDED = (Status.APPROVED, Status.REJECTED)
    EDITABLE = (Status.DRAFT, Status.RETURNED)
    REVIEWER_STEPS = (Status.UNDER_REVIEW, Status.RETURNED, Status.APPROVED, Status.REJECTED)
    NEXT: ClassVar[Arrows] = {
        Status.DRAFT: frozenset({Status.SUBMITTED, Status.WITHDRAWN}),
        Status.SUBMITTED: frozenset({Status.UNDER_REVIEW, Status.WITHDRAWN}),
        Status.UNDER_REVIEW: frozenset({Status.RETURNED, Status.APPROVED, Status.REJECTED, Status.WITHDRAWN}),
        Status.RETURNED: frozenset({Status.SUBMITTED, Status.WITHDRAWN, Status.LAPSED}),
        Status.APPROVED: frozenset(),
        # A refusal looked at again, once, by somebody else.
        Status.REJECTED: frozenset({Status.UNDER_REVIEW}),
        Status.WITHDRAWN: frozenset(),
        Status.LAPSED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.DRAFT: ("mute", "pencil"),
        Status.SUBMITTED: ("info", "clock"),
        Status.UNDER_REVIEW: ("info", "magnifying-glass"),
        Status.RETURNED: ("warn", "pencil-square"),
        Status.APPROVED: ("ok", "check-circle"),
        Status.REJECTED: ("bad", "x-circle"),
        Status.WITHDRAWN: ("mute", "arrow-uturn-left"),
        Status.LAPSED: ("mute", "clock"),
    }
    KIND_ICONS: ClassVar[dict[str, str]] = {
        Kind.REGISTRATION: "plus",
        Kind.CHANGE: "pencil-square",
        Kind.RELOCATION: "map-pin",
        Kind.REPLACEMENT: "arrow-path",
        Kind.DEACTIVATION: "power",
    }
    LOCK_RANK = 1
    # What a review of the application reads besides its own columns; every kind says.
    READ_WITH: ClassVar[tuple[str, ...]] = ("branch", "applicant")

    number = models.CharField(_("application number"), max_length=20, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, editable=False)
    status = models.CharField(
        _("status"), max_length=14, choices=Status, default=Status.DRAFT, editable=False
    )
    branch = models.ForeignKey(
        "accounts.Branch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("branch"),
    )
    merchant = models.ForeignKey(
        "merchants.Merchant",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("merchant"),
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications", verbose_name=_("applicant")
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="filed_applications",
        verbose_name=_("filed by"),
    )
    # Asked for by the bank itself, or by who orders the bank: its merchant hears of it by the notice, never by these pages.
    is_banks_own = models.BooleanField(_("the bank's own"), default=False, editable=False)
    makers = models.ManyToManyField(settings.AUTH_USER_MODEL, through="ApplicationMaker", related_name="+")
    subject_name = models.CharField(_("merchant name"), max_length=100, blank=True)
    subject_uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True, db_index=True)
    subject_mobile_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    risk = models.CharField(_("risk"), max_length=6, choices=Risk, default=Risk.LOW)
    # Counts submissions: 0 in a draft, 1 after the first.
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    # The rounds at its beginning of which the portal, in use before it kept them, has neither submission nor verdicts.
    rounds_unkept = models.PositiveSmallIntegerField(_("rounds not kept"), default=0, editable=False)
    # Rises with every edit and every step; a decision names the version it was made on.
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created at"))
    edited_at = models.DateTimeField(_("last edited at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    correction_due_at = models.DateTimeField(_("correction due"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    assigned_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    # Until then nobody else takes the case; it passes by itself.
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    # A decision that waits for a second person: since when, and who made it. The name stays after the release.
    held_since = models.DateTimeField(_("decision held since"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided first by"),
    )
    escalated_at = models.DateTimeField(_("with the supervisors since"), null=True, blank=True)
    # Since when a refusal is looked at again: only then somebody may have refused it before.
    reopened_at = models.DateTimeField(_("taken up again at"), null=True, blank=True)
    # What was left of the bank's time when the clock stopped.
    working_days_left = models.PositiveSmallIntegerField(_("working days left"), null=True, blank=True)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    keep_until = models.DateField(_("kept until"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        permissions = [
            ("review_application", _("Can review applications and decide on them")),
            ("release_decision", _("Can release or reverse decisions of colleagues")),
            ("take_over_application", _("Can take over cases and hand them out")),
            ("decide_after_rounds", _("Can decide after the last round of correction")),
            ("file_for_merchant", _("Can file applications for merchants")),
            ("reveal_particulars", _("Can reveal masked particulars")),
            ("view_papers", _("Can look at papers and private notes of an application")),
        ]
        indexes = [
            models.Index(fields=["status", "due_at", "id"], name="application_queue"),
            models.Index(fields=["status", "-submitted_at", "-id"], name="application_newest"),
            models.Index(fields=["branch", "status", "due_at", "id"], name="application_branch_queue"),
            models.Index(fields=["applicant", "-id"], name="application_applicant"),
            models.Index(fields=["subject_name"], name="application_subject_name"),
            # The few open cases among all that were ever closed, in the order in which they are worked on.
            models.Index(fields=["due_at", "id"], condition=OPEN_TO_REVIEW, name="application_open"),
            models.Index(
                fields=["branch", "due_at", "id"], condition=OPEN_TO_REVIEW, name="application_open_branch"
            ),
            models.Index(
                fields=["assignee", "due_at", "id"],
                condition=OPEN_TO_REVIEW,
                name="application_open_assignee",
            ),
            models.Index(
                fields=["correction_due_at", "id"],
                condition=Q(status="returned"),
                name="application_with_merchant",
            ),
            models.Index(
                fields=["-submitted_at", "-id"],
                condition=Q(submitted_at__isnull=False),
                name="application_filed",
            ),
            models.Index(
                fields=["branch", "-submitted_at", "-id"],
                condition=Q(submitted_at__isnull=False),
                name="application_filed_branch",
            ),
            models.Index(
                fields=["held_since", "id"],
                condition=Q(held_since__isnull=False),
                name="application_decision_held",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=OPEN_TO_REVIEW & Q(escalated_at__isnull=False),
                name="application_escalated",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="application_status_known",
                condition=Q(
                    status__in=[
                        "draft",
                        "submitted",
                        "under_review",
                        "returned",
                        "approved",
                        "rejected",
                        "withdrawn",
                        "lapsed",
                    ]
                ),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="application_decided_whole",
                condition=Q(
                    decided_at=None,
                    decided_by=None,
                    status__in=["draft", "submitted", "under_review", "returned", "withdrawn", "lapsed"],
                )
                | Q(decided_at__isnull=False, decided_by__isnull=False, status__in=["approved", "rejected"]),
                violation_error_message=_("A decided application names who decided and when; no other does."),
            ),
            models.CheckConstraint(
                name="application_checker_is_not_maker",
                condition=Q(decided_by=None) | (~Q(decided_by=F("filed_by")) & ~Q(decided_by=F("applicant"))),
                violation_error_message=_("Nobody may decide on an application they filed."),
            ),
            models.CheckConstraint(
                name="application_assigned_whole",
                condition=Q(assignee=None, assigned_at=None)
                | Q(assignee__isnull=False, assigned_at__isnull=False),
                violation_error_message=_("A taken application names who took it and when."),
            ),
            models.CheckConstraint(
                name="application_lease_has_holder",
                condition=Q(lease_until=None) | Q(assignee__isnull=False),
                violation_error_message=_("Only a case in somebody's hands is held."),
            ),
            models.CheckConstraint(
                name="application_held_is_whole",
                condition=Q(held_since=None) | Q(status="under_review", proposed_by__isnull=False),
                violation_error_message=_(
                    "A held decision belongs to a case under review and names who made it."
                ),
            ),
            models.CheckConstraint(
                name="application_second_is_not_first",
                condition=Q(decided_by=None) | Q(proposed_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_(
                    "Whoever decided first cannot release the decision; a colleague has to."
                ),
            ),
            models.CheckConstraint(
                name="application_filed_is_whole",
                condition=Q(status__in=["draft", "withdrawn"])
                | (Q(branch__isnull=False, submitted_at__isnull=False, round__gte=1)),
                violation_error_message=_(
                    "A filed application needs its branch and the moment it was submitted."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def filer(self):
        """Who files it, most often the applicant: then the same object."""
        return self.applicant if self.filed_by_id == self.applicant_id else self.filed_by

    def as_kind(self) -> Application:
        """The child row of this application: verbs run there, never on the base row."""
        if type(self) is not Application:
            return self
        return getattr(self, self.CHILD_OF.get(self.kind, self.kind))

    def for_review(self) -> Application:
        """As `as_kind`, read together with what a review shows and asks."""
        child = self.CHILD_OF.get(self.kind, self.kind)
        kind: Any = self._meta.get_field(child).related_model if type(self) is Application else type(self)
        return kind._base_manager.select_related(*kind.READ_WITH, "assignee").get(pk=self.pk)

    @contextmanager
    def moving_to(self, target, *, by, now, note="") -> Iterator[None]:
        """As `Lifecycle.moving_to`; also raises the version, and frees the terminals once the application is closed."""
        with super().moving_to(target, by=by, now=now, note=note):
            yield
            self.version += 1
            if target in self.CLOSED:
                self.terminal_links.update(is_open=False)

    @contextmanager
    def revising(self, *, by, now: datetime) -> Iterator[None]:
        """Lock the row, run the block that edits it, and leave it saved one version on with `by` among its makers.

        Raises `Refused` unless the application is with its applicant (draft or returned: "wrong_state"), and where anything
        else than what is open is changed ("not_open").
        """
        with told_as_refusals(), transaction.atomic():
            reread_locked(self)
            if self.status not in self.EDITABLE:
                raise Refused(
                    gettext("This application is with the bank and cannot be edited now."), code="wrong_state"
                )
            with corrections.Opened(self, on=local_date(now)).guarding():
                yield
            self.version += 1
            self.edited_at = now
            self.save()
            self.remember_maker(by, now=now)

    def remember_maker(self, person, *, now: datetime) -> None:
        """The person is on record as one who filed or edited, and so never decides on this application."""
        ApplicationMaker.objects.get_or_create(application_id=self.pk, user=person, defaults={"since": now})
        self.forget("makers")

    def is_maker(self, person) -> bool:
        """Whether the person filed or edited this application or applies in it."""
        return person.pk in (self.applicant_id, self.filed_by_id) or person.pk in self._makers()

    def _makers(self) -> set[int]:
        return self.once("makers", lambda: set(self.maker_rows.values_list("user", flat=True)))

    # -- what every kind says of itself -------------------------------------------------------------------------------

    # Whether its approval makes registration codes, and so ends with an activation.
    makes_codes = False

    @property
    def kind_icon(self) -> str:
        return self.KIND_ICONS[self.kind]

    @property
    def what_follows(self) -> str:
        """For the applicant: what happens after the approval, in one sentence."""
        raise NotImplementedError(f"{type(self).__name__} does not say what follows")

    def ends_besides(self) -> list[str]:
        """For the applicant, before it is handed in: what else ends with what is asked for, in sentences."""
        return []

    @property
    def has_taken_effect(self) -> bool:
        """Whether what was granted is true already; some kinds wait for a day."""
        return self.status == self.Status.APPROVED

    def effect_words(self, now: datetime) -> EffectWords:
        """For the applicant: what the approval did, of a kind that makes no codes."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its approval did")

    @property
    def reads_particulars(self) -> bool:
        """Whether its particulars are the bank's own record, read here and changed by another application."""
        return False

    def own_items(self, *, revealed: str, placements: Iterable[Placement] | None = None) -> list[Item]:
        """The items of its own questions, in the order of the form; `revealed` is the hidden value to show."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it asks")

    def terminals_spoken_of(self) -> Iterable[Terminal]:
        """The terminals at the customer that it is about; a registration makes its own."""
        return ()

    def terminals_asked_for(self) -> Iterable[Placement]:
        """The new terminals it asks for; only a registration does."""
        return ()

    def answers_kept(self) -> list[str]:
        """The fields that the applicant answers, kept with every submission."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it keeps")

    def pages(self) -> dict[str, str | Promise]:
        """The pages of its form with their titles; the last one, where everything is checked, is every kind's."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its form is")

    def papers_on_file(self) -> list[Document]:
        """The papers as they stand, with their files."""
        return self.once("papers", lambda: list(self.documents.current().select_related("stored_file")))

    def paper_needs(self) -> list[PaperNeed]:
        """The papers it needs or takes, in the order of the page."""
        return []

    def findings(self, *, on: date) -> Iterable[Finding]:
        """What the system can check by itself, for staff only."""
        return ()

    def why_not_now(self) -> str:
        """What has to be done elsewhere before it can be handed in at all, or ""."""
        return ""

    def missing(self, *, on: date) -> list[Missing]:
        """What was never answered, and after a return what was given back and has not been seen to."""
        return [*corrections.untouched(self), *self.unanswered(on=on)]

    def unanswered(self, *, on: date) -> list[Missing]:
        """What is empty or contradicts itself, page by page."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it needs")

    def missing_papers(self) -> list[Missing]:
        """The papers that are needed and not on file."""
        present = set(self.documents.current().values_list("paper", flat=True))
        sentence = gettext("Add the paper: %(paper)s.")
        return [
            Missing("papers", need.paper, sentence % {"paper": need.paper.label})
            for need in self.paper_needs()
            if need.is_required and need.paper not in present
        ]

    def receive(self, *, by, now: datetime, **given) -> None:
        """Take in what is handed over with a submission; a kind that wants more, such as a consent, says so."""

    def reasons_to_hold(self, outcome: str) -> list[str]:
        """Why a decision needs a second person, as codes of `HOLDS`; every kind adds its own."""
        return ["high_risk"] if current_policy().hold_high_risk and self.risk == self.Risk.HIGH else []

    def blocks(self, *, on: date) -> list[str]:
        """What forbids an approval whatever the verdicts, in words for staff; every kind adds its own."""
        return []

    def claim_terminals(self) -> None:
        """Open a link for every terminal this application speaks of. Every kind says which."""
        raise NotImplementedError(f"{type(self).__name__} does not say which terminals it speaks of")

    def assessed_risk(self, *, on: date) -> str:
        """How carefully the bank should look, from what the checks find."""
        levels = {finding.level for finding in self.findings(on=on)}
        if "bad" in levels:
            return self.Risk.HIGH
        return self.Risk.MEDIUM if "warn" in levels else self.Risk.LOW

    def take_effect(self, *, by, now: datetime) -> None:
        """Make what was asked for true. Every kind says how."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its approval does")

    def undo_stop(self, *, by, now: datetime, note: str) -> None:
        """The notice of this application is revoked: a kind that stops terminals puts them back, or refuses. Others stop none."""


class ApplicationMaker(models.Model):
    """Someone who filed or edited an application, and therefore may not decide on it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="maker_rows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("maker")
        verbose_name_plural = _("makers")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"],
                name="maker_once",
                violation_error_message=_("This person is already on record as a maker."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.user_id}"


class ApplicationTerminal(models.Model):
    """A terminal, or a device on its way to become one, that an application speaks of; open as long as the application is."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="terminal_links")
    kind = models.CharField(_("kind"), max_length=16, choices=Application.Kind)
    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, null=True, blank=True, related_name="application_links"
    )
    serial_number = models.CharField(_("serial number"), max_length=50, blank=True)
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("terminal of an application")
        verbose_name_plural = _("terminals of applications")
        indexes = [models.Index(fields=["serial_number"], name="application_terminal_serial")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "serial_number"],
                condition=Q(is_open=True) & ~Q(serial_number=""),
                name="one_open_application_per_serial",
                violation_error_message=_(
                    "This device cannot be registered at present. Please contact your branch."
                ),
            ),
            models.UniqueConstraint(
                fields=["kind", "terminal"],
                condition=Q(is_open=True, terminal__isnull=False),
                name="one_open_application_per_terminal",
                violation_error_message=_("An application of this kind is already open for this terminal."),
            ),
            models.CheckConstraint(
                name="application_terminal_names_one",
                condition=Q(terminal__isnull=False) | ~Q(serial_number=""),
                violation_error_message=_("Name a terminal or a serial number."),
            ),
        ]

    def __str__(self) -> str:
        return self.serial_number or str(self.terminal_id)
