"""Stories of the table of response codes: what the help line learned on the telephone goes into it, version by version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from applications.demo import people
from applications.demo.telling import STORIES, Clock, story
from config.accounts.models import Role
from terminals.code_wording import add_code, revise
from terminals.models import ResponseCode
from terminals.models.response_code import WORDING
from terminals.response_codes import read_code

__all__ = ["STORIES"]


@story("codes-revised")
def what_callers_did_not_understand(clock: Clock) -> None:
    """Code 77 was made plainer twice, and code 58 got what newer terminals show."""
    _say("77", now=clock.ago(40, "10:20"), desk="field")
    _say(
        "77",
        now=clock.ago(12, "15:05"),
        merchant_step_zh="在终端上按“签到”，显示签到成功后再做一次交易。一天出现三次以上请联系网点。",
        merchant_step_en="Press Sign in on the terminal; when it says that it is signed in, repeat. "
        "Call your branch if it comes back three times in a day.",
        desk="support",
    )
    _say(
        "58",
        now=clock.ago(9, "11:40"),
        note_zh="新终端显示：发卡方不允许该卡在本终端进行此交易。来电者多半以为是卡的问题。",
        note_en="Newer terminals show 发卡方不允许该卡在本终端进行此交易. Callers mostly take it for the card's fault.",
    )


@story("codes-added")
def a_code_that_the_table_did_not_have(clock: Clock) -> None:
    """A code of the host's own, heard of from a caller."""
    words = _words(
        ResponseCode.objects.get(code_set="newland", code="T3"),
        screen_text="终端已停用",
        meaning_zh="终端已在主机停用",
        meaning_en="Terminal is stopped at the host",
        merchant_step_zh="在门户查看这台终端的状态。已停用的不能再用，请交回机具。",
        merchant_step_en="Look at the terminal in the portal. If it is stopped, return the device.",
        bank_step_zh="核对终端状态和停用通知书。",
        bank_step_en="Check the terminal's status and the notice of its stop.",
    )
    add_code("newland", "T5", words, by=people.staff(Role.SUPPORT), now=clock.ago(5, "09:30"))


def _say(code: str, *, now: datetime, **otherwise: Any) -> None:
    row = read_code(code)
    if row is None:
        raise LookupError(f"The table has no code {code}.")
    revise(row, _words(row, **otherwise), seen=row.version, by=people.staff(Role.SUPPORT), now=now)


def _words(row: ResponseCode, **otherwise: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WORDING} | otherwise
