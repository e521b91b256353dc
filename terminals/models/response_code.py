from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

UNIONPAY = "unionpay"
CODE_SET = r"^[a-z][a-z0-9_]{1,19}$"
CODE = r"^[0-9A-Z]{1,4}$"
UNIONPAY_CODE = r"^[0-9A-Z]{2}$"
# The alphabets that came with the house; staff may add others, which are called by their own name.
CODE_SET_NAMES: dict[str, Promise] = {
    UNIONPAY: _("UnionPay"),
    "newland": _("Newland host"),
    "e_phone": _("Telephone terminals"),
}


def in_the_readers_language(zh: str, en: str) -> str:
    return en if get_language() == "en" else zh


class CodeWording(models.Model):
    """What is said of a code: the same columns in the table as it stands and in every version that it has had.

    `bank_step`, `sub_reasons` (one a line), `desk` and `note` are for staff; all else is for anybody.
    """

    class Group(models.TextChoices):
        """What the message is about, as whoever stands before the terminal would sort it."""

        REGISTRATION = "registration", _("Not registered, or stopped")
        SIGN_IN = "sign_in", _("The terminal asks to sign in again")
        CARD = "card", _("About the customer’s card")
        NETWORK = "network", _("No answer in time")
        HOST = "host", _("The bank’s own system")
        TRANSACTION = "transaction", _("About this one transaction")
        SUCCESS = "success", _("The transaction went through")

    class ActionClass(models.TextChoices):
        """Classes of the UnionPay terminal specification."""

        SUCCESS = "A", _("success")
        RETRY = "B", _("failed, may be tried again")
        FINAL = "C", _("failed, do not try again")
        OPERATOR = "D", _("the operator must act")
        FAULT = "E", _("system fault, do not try again")

    class Desk(models.TextChoices):
        """Whom a call about the code goes to, by the role."""

        SUPPORT = "support", _("Help line")
        REVIEWER = "reviewer", _("Reviewer")
        RISK = "risk", _("Risk officer")
        SETTLEMENT = "settlement", _("Settlement clerk")
        FIELD = "field", _("Field engineer")

    group = models.CharField(_("what it is about"), max_length=20, choices=Group)
    action_class = models.CharField(_("class"), max_length=1, choices=ActionClass)
    retains_card = models.BooleanField(_("the card is retained"), default=False)
    screen_text = models.CharField(_("text on the screen"), max_length=200)
    meaning_zh = models.CharField(_("meaning (Chinese)"), max_length=200)
    meaning_en = models.CharField(_("meaning (English)"), max_length=200)
    merchant_step_zh = models.CharField(_("what the merchant does (Chinese)"), max_length=300)
    merchant_step_en = models.CharField(_("what the merchant does (English)"), max_length=300)
    bank_step_zh = models.CharField(_("what the bank does (Chinese)"), max_length=300, blank=True)
    bank_step_en = models.CharField(_("what the bank does (English)"), max_length=300, blank=True)
    desk = models.CharField(_("desk that deals with it"), max_length=20, choices=Desk, blank=True)
    sub_reasons_zh = models.TextField(
        _("causes behind it (Chinese)"), max_length=600, blank=True, help_text=_("One a line.")
    )
    sub_reasons_en = models.TextField(
        _("causes behind it (English)"), max_length=900, blank=True, help_text=_("One a line.")
    )
    note_zh = models.CharField(_("where sources disagree (Chinese)"), max_length=300, blank=True)
    note_en = models.CharField(_("where sources disagree (English)"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def meaning(self) -> str:
        return in_the_readers_language(self.meaning_zh, self.meaning_en)

    @property
    def merchant_step(self) -> str:
        return in_the_readers_language(self.merchant_step_zh, self.merchant_step_en)

    @property
    def bank_step(self) -> str:
        return in_the_readers_language(self.bank_step_zh, self.bank_step_en)

    @property
    def note(self) -> str:
        return in_the_readers_language(self.note_zh, self.note_en)

    @property
    def sub_reasons(self) -> list[str]:
        return in_the_readers_language(self.sub_reasons_zh, self.sub_reasons_en).splitlines()


FIELDS: dict[str, models.Field] = {field.name: field for field in CodeWording._meta.local_fields}
WORDING: tuple[str, ...] = tuple(FIELDS)


class ResponseCode(CodeWording):
    """What a code on a terminal's screen means and what to do. Rows, because hosts differ and sources disagree.

    Changed only by the verbs of `terminals.code_wording`, which keep every version. Without `changed_by` it came with the house.
    """

    code_set = models.CharField(_("code set"), max_length=20, default=UNIONPAY)
    code = models.CharField(_("code"), max_length=4)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_at = models.DateTimeField(_("changed at"), null=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("changed by"),
    )

    class Meta:
        verbose_name = _("response code")
        verbose_name_plural = _("response codes")
        ordering = ["code_set", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code_set", "code"],
                name="response_code_once",
                violation_error_message=_("This code is already listed in this code set."),
            ),
            models.CheckConstraint(
                condition=Q(code_set__regex=CODE_SET) & Q(code__regex=CODE),
                name="response_code_written_plainly",
                violation_error_message=_(
                    "A code has 1 to 4 digits and capital letters; a code set is small letters, digits and _."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(code_set=UNIONPAY) | Q(code__regex=UNIONPAY_CODE),
                name="response_code_unionpay_has_two",
                violation_error_message=_("A UnionPay code has exactly two characters, such as 03."),
            ),
            models.CheckConstraint(
                condition=Q(group__in=CodeWording.Group.values)
                & Q(action_class__in=CodeWording.ActionClass.values)
                & Q(desk__in=["", *CodeWording.Desk.values]),
                name="response_code_choices_known",
                violation_error_message=_("Group, class or desk is none of those offered."),
            ),
            models.CheckConstraint(
                condition=Q(retains_card=False) | Q(group=CodeWording.Group.CARD),
                name="response_code_retention_of_card",
                violation_error_message=_("Only a message about the card can ask to retain it."),
            ),
            models.CheckConstraint(
                condition=~(
                    Q(screen_text="")
                    | Q(meaning_zh="")
                    | Q(meaning_en="")
                    | Q(merchant_step_zh="")
                    | Q(merchant_step_en="")
                ),
                name="response_code_never_mute",
                violation_error_message=_("Screen text, meaning and what the merchant does are never empty."),
            ),
            models.CheckConstraint(
                condition=Q(changed_at=None, changed_by=None)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
                name="response_code_changed_whole",
                violation_error_message=_("A change is recorded with its moment and its person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code_set} {self.code}"

    @property
    def set_name(self) -> str:
        return str(CODE_SET_NAMES.get(self.code_set, self.code_set))

    @property
    def is_about_card(self) -> bool:
        return self.group == self.Group.CARD


class ResponseCodeVersion(CodeWording):
    """What a code said from one change to the next, the newest version included. Append-only by trigger."""

    response_code = models.ForeignKey(
        ResponseCode, models.PROTECT, related_name="versions", verbose_name=_("response code")
    )
    version = models.PositiveIntegerField(_("version"))
    changed_at = models.DateTimeField(_("changed at"), null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("version of a response code")
        verbose_name_plural = _("versions of response codes")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["response_code", "version"],
                name="response_code_version_once",
                violation_error_message=_("Somebody else has just changed this code."),
            ),
            models.CheckConstraint(
                condition=Q(changed_at=None, changed_by=None)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
                name="response_code_version_changed_whole",
                violation_error_message=_("A change is recorded with its moment and its person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_code_id} v{self.version}"
