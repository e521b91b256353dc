"""The five tasks of a registration and how far each of them is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Registration
from applications.models.application import Missing

PAGES: dict[str, str | Promise] = {
    "business": _("Business particulars"),
    "responsible": _("Responsible person"),
    "papers": _("Papers"),
    "placements": _("Terminals and where they stand"),
    "check": _("Check and submit"),
}
ORDER = list(PAGES)


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


def step_of(page: str) -> int:
    return ORDER.index(page) + 1


def after(page: str) -> str:
    """The page that follows."""
    return ORDER[step_of(page)]


def tasks_for(registration: Registration, missing: list[Missing], *, url, current: str = "") -> list[Task]:
    """The task list. `url(page)` gives each page's address; `current` is the page being looked at."""
    open_pages = {each.page for each in missing}
    tasks = []
    for page, title in PAGES.items():
        if page == "check":
            state, tone, icon = (
                (_("Cannot start yet"), "", "") if open_pages else (_("Ready"), "info", "pencil")
            )
        elif page not in open_pages:
            state, tone, icon = _("Done"), "", ""
        elif _is_begun(registration, page):
            state, tone, icon = _("In progress"), "info", "pencil"
        else:
            state, tone, icon = _("Not started"), "mute", "minus-circle"
        can_start = page != "check" or not open_pages
        tasks.append(Task(page, title, state, tone, icon, url(page) if can_start else "", page == current))
    return tasks


def _is_begun(registration: Registration, page: str) -> bool:
    if page == "papers":
        return registration.documents.current().exists()
    if page == "placements":
        return registration.placements.exists()
    begun_by = {"business": "merchant_type", "responsible": "responsible_name"}
    return bool(getattr(registration, begun_by[page]))
