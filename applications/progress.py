"""The tasks of an application, one for each page of its form, and how far each of them is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.missing import Missing
from applications.models import Application

CHECK = "check"
# What shows that a page of questions was begun.
BEGUN_BY = {"business": "merchant_type", "responsible": "responsible_name"}


@dataclass(frozen=True)
class Task:
    """A line of the task list; `url` is empty where it cannot start yet."""

    page: str
    title: str | Promise
    state: str | Promise
    tone: str
    icon: str
    url: str
    is_current: bool


def pages_of(case: Application) -> dict[str, str | Promise]:
    """The pages of the form in their order with their titles, the check at the end."""
    return {**case.pages(), CHECK: _("Check and submit")}


def step_of(case: Application, page: str) -> int:
    return list(pages_of(case)).index(page) + 1


def after(case: Application, page: str) -> str:
    """The page that follows."""
    return list(pages_of(case))[step_of(case, page)]


def tasks_for(case: Application, missing: list[Missing], *, url, current: str = "") -> list[Task]:
    """The task list. `url(page)` gives each page's address; `current` is the page being looked at."""
    open_pages = {each.page for each in missing}
    tasks = []
    for page, title in pages_of(case).items():
        if page == CHECK:
            state, tone, icon = (
                (_("Cannot start yet"), "", "") if open_pages else (_("Ready"), "info", "pencil")
            )
        elif page not in open_pages:
            state, tone, icon = _("Done"), "", ""
        elif _is_begun(case, page):
            state, tone, icon = _("In progress"), "info", "pencil"
        else:
            state, tone, icon = _("Not started"), "mute", "minus-circle"
        can_start = page != CHECK or not open_pages
        tasks.append(Task(page, title, state, tone, icon, url(page) if can_start else "", page == current))
    return tasks


def _is_begun(case: Application, page: str) -> bool:
    if page == "papers":
        return case.documents.current().exists()
    if page == "placements":
        return any(case.terminals_asked_for())
    return bool(getattr(case, BEGUN_BY[page])) if page in BEGUN_BY else case.version > 1
