"""What a response code says, with some of it otherwise."""

from typing import Any

from config.kernel import clock
from terminals.code_wording import revise
from terminals.models import ResponseCode
from terminals.models.response_code import WORDING
from terminals.response_codes import read_code
from tests.accounts.factories import StaffFactory


def said(row: ResponseCode, **otherwise: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WORDING} | otherwise


def revised(code: str, *, by=None, **otherwise: Any) -> ResponseCode:
    """The code after a change by the help line."""
    row = read_code(code)
    by = by or StaffFactory(role="support")
    revise(row, said(row, **otherwise), seen=row.version, by=by, now=clock.now())
    return read_code(code)
