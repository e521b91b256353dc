"""Stories of what staff take away: a short list handed out at once, and a file made in the background that waits for its download."""

from __future__ import annotations

from applications.demo import people
from applications.demo.telling import STORIES, Clock, story
from config.accounts.models import Role
from config.files.exports.asking import ask
from config.files.exports.making import make
from config.files.exports.report import report_named

__all__ = ["STORIES"]


@story("exports")
def lists_that_were_taken_away(clock: Clock) -> None:
    """The storekeeper has taken the devices in stock; the supervisor's list of bindings is ready, as if it were a long one."""
    devices, bindings = report_named("devices"), report_named("bindings")
    if devices is None or bindings is None:
        return
    ask(devices, {"status": ["in_stock"]}, by=people.staff(Role.STOREKEEPER), now=clock.ago(2, "10:15"))
    supervisor, at = people.staff(Role.SUPERVISOR), clock.ago(1, "16:05")
    export, _content = ask(bindings, {"state": ["open"]}, by=supervisor, now=at, as_file=True)
    make(export, now=clock.ago(1, "16:06"))
