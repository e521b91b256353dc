"""Checks and plain text as validators of model columns: the last line, for whatever did not come through a form."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible

from config.privacy import plaintext
from config.privacy.identifiers import CHECKS


@deconstructible
class IdentifierValidator:
    """Refuses what the named check has a problem with: `validators=[IdentifierValidator("uscc")]`."""

    def __init__(self, check_name: str) -> None:
        self.check_name = CHECKS[check_name].name

    def __call__(self, value: Any) -> None:
        problem = CHECKS[self.check_name].problem(str(value))
        if problem:
            raise ValidationError(problem, code=self.check_name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentifierValidator) and self.check_name == other.check_name

    def __hash__(self) -> int:
        return hash(self.check_name)


def validate_storable(value: str) -> None:
    """Refuse NUL and lone surrogates, which PostgreSQL cannot store."""
    problem = plaintext.problem(value)
    if problem:
        raise ValidationError(problem, code="unstorable")


def validate_unmasked(value: str) -> None:
    """Refuse what a mask printed."""
    problem = plaintext.masked_problem(value)
    if problem:
        raise ValidationError(problem, code="masked")
