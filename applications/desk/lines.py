"""The items of a case as lines of the page: what each shows, what changed, what the system found, what was said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.changes import Change
from applications.desk.pointers import Pointed
from applications.desk.review_form import TO_CORRECT, ReviewForm
from applications.items import WHOLE, Item, Row
from applications.models import Document, ItemReview, ReasonCode

END_OF_SENTENCE = "。."


class Chip(NamedTuple):
    """A reason to choose: its code, its name on the chip, the words for the merchant, and what else to know of it."""

    code: str
    name: str
    text: str
    remedy: str
    internal: str
    is_final: bool


class Difference(NamedTuple):
    """A row before and after; `old` is "" where there was none or where it is hidden."""

    label: str
    old: str
    new: str


@dataclass
class Line:
    """One item on the page. `judged` is its verdict where it was sent already; `said` are the values of the form."""

    item: Item
    chips: list[Chip]
    verdict: str = ""
    reason: str = ""
    text: str = ""
    errors: list[str] = field(default_factory=list)
    change: Change | None = None
    findings: list[Pointed] = field(default_factory=list)
    judged: ItemReview | None = None

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def is_open(self) -> bool:
        """Whether its reasons are shown."""
        return self.verdict == TO_CORRECT

    @property
    def is_reviewed(self) -> bool:
        """Whether it needs a verdict: a customer's particulars and an optional paper that nobody sent need none."""
        return self.item.is_reviewed and (self.item.is_required or self.item.document is not None)

    @property
    def differences(self) -> list[Difference]:
        """What of it changed, row by row. Two masked values may look alike: then only the change is told."""
        if self.change is None:
            return []
        old = {row.label: row.value for row in self.change.old}
        new = {row.label: row.value for row in self.change.new}
        told = [
            Difference(label, old.get(label, ""), new.get(label, ""))
            for label in {**old, **new}
            if old.get(label) != new.get(label)
        ]
        return told or [Difference(row.label, "", _("changed")) for row in self.change.new if row.reveal]

    @property
    def rows(self) -> list[Row]:
        """The rows that are not told among the differences, and those whose value can be revealed."""
        told = {difference.label for difference in self.differences}
        return [row for row in self.item.rows if row.reveal or row.label not in told]

    @property
    def document(self) -> Document | None:
        return self.item.document


class Group(NamedTuple):
    title: str
    lines: list[Line]


def chips_of(reasons: list[ReasonCode], *, language: str) -> dict[str, list[Chip]]:
    """The reasons by what they apply to; the words in the merchant's language, the names in the reviewer's."""
    found: dict[str, list[Chip]] = {}
    for reason in reasons:
        name, is_final = (
            reason.public_text.rstrip(END_OF_SENTENCE),
            reason.severity == ReasonCode.Severity.FINAL,
        )
        with override(language):
            text, remedy = reason.public_text, reason.remedy
        chip = Chip(reason.code, name, text, remedy, reason.internal_text, is_final)
        found.setdefault(reason.applies_to, []).append(chip)
    # What ends everything stands last.
    return {kind: sorted(of, key=lambda chip: chip.is_final) for kind, of in found.items()}


def lines_of(
    items: list[Item],
    form: ReviewForm,
    *,
    chips: dict[str, list[Chip]],
    changes: list[Change],
    findings: list[Pointed],
    judged: dict[str, ItemReview],
) -> list[Line]:
    """A line for every item, in the order of the form."""
    changed = {change.item: change for change in changes}
    found: dict[str, list[Pointed]] = {}
    for finding in findings:
        if finding.level != "ok":
            found.setdefault(finding.item, []).append(finding)
    return [
        Line(
            item,
            chips.get(item.kind, []),
            **_said(form, item.key),
            change=changed.get(item.key),
            findings=found.get(item.key, []),
            judged=judged.get(item.key),
        )
        for item in items
    ]


def whole_of(form: ReviewForm, chips: dict[str, list[Chip]], judged: dict[str, ItemReview]) -> Line:
    """The line of the application as a whole."""
    item = Item(key=WHOLE, title=_("The whole application"), page="", section="")
    return Line(item, chips.get(WHOLE, []), **_said(form, WHOLE), judged=judged.get(WHOLE))


def groups_of(lines: list[Line]) -> list[Group]:
    """What changed comes first; the rest by its part of the form. Papers stand beside their pictures, not here."""
    changed = [line for line in lines if line.change and not line.key.startswith("paper:")]
    rest = [line for line in lines if not line.change and not line.key.startswith("paper:")]
    first = [Group(_("Changed this time (%(count)s)") % {"count": len(changed)}, changed)] if changed else []
    parts = groupby(rest, key=lambda line: line.item.section)
    return [*first, *(Group(title, list(of)) for title, of in parts)]


def _said(form: ReviewForm, key: str) -> dict[str, Any]:
    names = [name for name in (f"verdict-{key}", f"reason-{key}", f"text-{key}") if name in form.fields]
    values = {name.partition("-")[0]: form[name].value() or "" for name in names}
    errors = [error for name in names for error in form.errors.get(name, [])] if form.is_bound else []
    return values | {"errors": errors}
