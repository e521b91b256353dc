"""The load itself: how many of which course, and everything into the tables in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from applications.demo import branches, people
from applications.demo.telling import Clock, tell_all
from applications.scale import specimens
from applications.scale.invented import Inventor
from applications.scale.pattern import Pattern, highest_keys, tables
from config.accounts.models import Branch, Role, User
from config.accounts.opening import open_staff_account
from config.kernel.bulk_loading import (
    continue_keys,
    copy_lines,
    without_constraints,
    without_indexes,
    without_triggers,
)
from config.kernel.numbering import NumberSeries
from config.kernel.tally import reckon_anew
from terminals.codes import SLIP_SERIES

REGIONS, LEAVES, REVIEWERS = 8, 96, 40
YEARS = 10
AT_ONCE = 2000
# Businesses of one course between two lines that say how far it is.
TOLD_EVERY = 50 * AT_ONCE
# One application in a hundred is open: of twenty, twelve wait, five are being read, three are with the merchant.
OPEN_SHARE = 100


@dataclass(frozen=True)
class Part:
    """So many businesses of one course. `span` says over how many days they are spread, ending at the specimen's own."""

    name: str
    course: specimens.Course
    number: int
    span: int
    terminals: int = 1
    is_micro: bool = False
    is_closed: bool = True


def parts(*, merchants: int, terminals: int, applications: int) -> list[Part]:
    """What the register will consist of: exactly so many of each. Raises ValueError with a sentence where that cannot be."""
    if not 0 < merchants <= terminals:
        raise ValueError(
            "Every merchant comes with a terminal: ask for as many terminals as merchants or more."
        )
    if applications < merchants:
        raise ValueError("Every merchant has come by an application: ask for as many applications or more.")
    if merchants > Inventor.MOST_MERCHANTS:
        raise ValueError(f"There are numbers for {Inventor.MOST_MERCHANTS:,} merchants at most.")
    few, more = divmod(terminals, merchants)
    one_more, rest = more, merchants - more
    micro, suspended = rest // 10, rest // 50
    others = applications - merchants
    is_open = min(others, applications // OPEN_SHARE)
    read, returned = is_open * 5 // 20, is_open * 3 // 20
    withdrawn, lapsed = (others - is_open) * 3 // 10, (others - is_open) // 5
    long, short = YEARS * 365, 12
    asked = [
        Part("use", specimens.is_in_use, rest - micro - suspended, long, few),
        Part("more", specimens.is_in_use, one_more, long, few + 1),
        Part("micr", specimens.is_in_use, micro, long, few, is_micro=True),
        Part("susp", specimens.is_suspended, suspended, long, few),
        Part("refu", specimens.is_refused, others - is_open - withdrawn - lapsed, long),
        Part("wdrn", specimens.is_withdrawn, withdrawn, long),
        Part("laps", specimens.has_lapsed, lapsed, long),
        Part("wait", specimens.waits, is_open - read - returned, short, is_closed=False),
        Part("read", specimens.is_read, read, short, is_closed=False),
        Part("back", specimens.is_returned, returned, short, is_closed=False),
    ]
    return [part for part in asked if part.number]


def load(asked: list[Part], *, now: datetime, tell: Callable[[str], None]) -> None:
    """All of them are in the register, with their histories, and every maintained count is right. `tell` hears how it goes."""
    clock = Clock(now)
    tell_all({}, now=now)
    for name in ("cron", "device"):
        # Else the first specimen would bring them, and every further one bring them again.
        User.objects.system(name)
    places, reviewers = _bank(now)
    patterns = []
    for part in asked:
        before = highest_keys()
        told = specimens.tell(
            part.name, part.course, terminals=part.terminals, clock=clock, is_micro=part.is_micro
        )
        patterns.append((part, Pattern(told, before, is_closed=part.is_closed)))
    inventor = Inventor([pattern.specimen for _part, pattern in patterns], places, reviewers)
    with transaction.atomic(), ExitStack() as stack:
        written = sorted({sheet.model._meta.db_table for _part, one in patterns for sheet in one.sheets})
        for stands_aside in (without_constraints, without_indexes, without_triggers):
            stack.enter_context(stands_aside(*written))
        for part, pattern in patterns:
            tell(f"{part.name}: {part.number:,} of {part.course.__name__}")
            _multiply(part, pattern, inventor, tell)
        tell("Indexes and constraints")
    inventor.close_series(NumberSeries, SLIP_SERIES)
    tell("Counts")
    reckon_anew()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _multiply(part: Part, pattern: Pattern, inventor: Inventor, tell: Callable[[str], None]) -> None:
    """The specimen is one of its number; all others are written."""
    keys = highest_keys()
    pattern.first_key = {model: keys[model] + 1 for model in pattern.keys_of_one()}
    clones = inventor.clones(pattern.specimen, number=part.number - 1, span=part.span)
    written = 0
    while several := list(islice(clones, AT_ONCE)):
        for sheet, lines in pattern.lines(several):
            copy_lines(sheet.model, sheet.columns, lines)
        before, written = written, written + len(several)
        if written // TOLD_EVERY > before // TOLD_EVERY:
            tell(f"{part.name}: {written:,} of {part.number:,}")
    for sheet in pattern.sheets:
        if sheet.model._meta.pk.remote_field is None:
            continue_keys(sheet.model)


def _bank(now: datetime) -> tuple[list[Branch], list[int]]:
    """A country's branches below the head office, and reviewers who see all of it."""
    head = Branch.objects.get(code=branches.HEAD)
    like = Branch.objects.get(code=branches.PUDONG)
    same = {"acquirer_code": like.acquirer_code, "area_code": like.area_code, "phone": like.phone}
    regions = [
        Branch.objects.create(code=f"R{number:02d}", name=f"第 {number + 1} 分行", parent=head, **same)
        for number in range(REGIONS)
    ]
    leaves = [
        Branch.objects.create(
            code=f"L{number:03d}", name=f"第 {number + 1} 支行", parent=regions[number % REGIONS], **same
        )
        for number in range(LEAVES)
    ]
    readers = [
        open_staff_account(
            email=f"reviewer{number}@scale.example",
            full_name=f"审核员{number}",
            branch=head,
            role=Role.REVIEWER,
            by=None,
            now=now,
        ).pk
        for number in range(1, REVIEWERS + 1)
    ]
    hashed = people.staff(Role.REVIEWER).password
    User.objects.filter(pk__in=readers).update(password=hashed)
    return leaves, readers


def is_empty() -> bool:
    """Whether nobody has applied and nobody is a customer."""
    return not any(
        model._base_manager.exists()
        for model in tables()
        if model._meta.label_lower in ("applications.application", "merchants.merchant", "terminals.terminal")
    )
