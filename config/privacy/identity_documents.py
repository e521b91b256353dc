"""Which identity documents the bank accepts, and what their numbers say about their holder."""

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.privacy import identifiers
from config.privacy.identifiers.check import Check, date_in
from config.privacy.identifiers.people import short_birth_date

LEAST_AGE = 16
ADULT_AGE = 18


class IdType(models.TextChoices):
    RESIDENT_ID = "resident_id", gettext_lazy("Resident ID card")
    HMT_RESIDENCE_PERMIT = (
        "hmt_residence_permit",
        gettext_lazy("Residence permit for Hong Kong, Macao and Taiwan residents"),
    )
    FOREIGN_PR = "foreign_pr", gettext_lazy("Foreign permanent resident ID card")
    HK_MACAO_PERMIT = (
        "hk_macao_permit",
        gettext_lazy("Mainland travel permit for Hong Kong and Macao residents"),
    )
    TAIWAN_PERMIT = "taiwan_permit", gettext_lazy("Mainland travel permit for Taiwan residents")
    PASSPORT = "passport", gettext_lazy("Passport")


def check_for(id_type: str, number: str = "") -> Check:
    """The check of this document; foreign residents hold cards of 2017 (15 characters) or 2023 (18). KeyError for no such type."""
    if id_type == IdType.FOREIGN_PR:
        return (
            identifiers.foreign_pr_2017
            if len(number) == 15 or number[:1].isalpha()
            else identifiers.foreign_pr_2023
        )
    return identifiers.CHECKS[IdType(id_type).value]


def problem_for(id_type: str, number: str, *, on: date | None = None) -> str:
    """Why this normalised number can't stand on such a document, or ""."""
    return check_for(id_type, number).problem(number, on=on)


def warning_for(id_type: str, number: str, *, on: date | None = None) -> str:
    """What is doubtful about an acceptable number, or ""."""
    return check_for(id_type, number).warning(number, on=on)


def birth_date_of(id_type: str, number: str, *, on: date | None = None) -> date | None:
    """The date of birth the number carries, or None: travel permits and passports carry none."""
    on = on or timezone.localdate()
    if problem_for(id_type, number, on=on):
        return None
    if id_type == IdType.FOREIGN_PR and len(number) == 15:
        return short_birth_date(number[7:13], on)
    if id_type in {IdType.RESIDENT_ID, IdType.HMT_RESIDENCE_PERMIT, IdType.FOREIGN_PR}:
        return date_in(number[6:14])
    return None


def age_on(born: date, on: date) -> int:
    """Completed years. Someone born on 29 February is a year older on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_problem(born: date | None, *, on: date | None = None) -> str:
    """Why a person of this age can't be responsible for a merchant, or ""."""
    if born is None or age_on(born, on or timezone.localdate()) >= LEAST_AGE:
        return ""
    return _(
        "A responsible person must be at least %(age)d years old. Check the document number, or name another person."
    ) % {"age": LEAST_AGE}


def age_warning(born: date | None, *, on: date | None = None) -> str:
    """What the reviewer should know about a person not yet of age, or ""."""
    on = on or timezone.localdate()
    if born is None or age_problem(born, on=on) or age_on(born, on) >= ADULT_AGE:
        return ""
    return _(
        "The responsible person is not yet %(age)d. Ask for proof of own income or the guardian's consent."
    ) % {"age": ADULT_AGE}
