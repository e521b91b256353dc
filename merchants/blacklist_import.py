"""A blacklist that the risk desk was sent joins its own: a CSV file, judged line by line, taken whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.files.imports.importer import Asked, Importer
from config.files.lists import (
    IN_REQUEST,
    ImportReport,
    Line,
    LineError,
    Shape,
    Taking,
    Unreadable,
    cell_problem,
    lines_of,
    text_of,
    was_shortened,
)
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import day
from config.privacy import plaintext
from config.privacy.identifiers import normalise
from merchants.blacklist import (
    LONGEST_REASON,
    LONGEST_SOURCE,
    index_of,
    make_room,
    normal,
    problem,
)
from merchants.models import BlacklistEntry

Kind = BlacklistEntry.Kind
SHAPE = Shape(
    columns={
        "kind": {"kind", "type", "类型", "类别"},
        "value": {"value", "号码或名称", "号码", "值", "名单内容"},
        "reason": {"reason", "原因", "列入原因"},
        "source": {"source", "来源"},
        "valid_from": {"valid_from", "from", "生效日期", "生效日"},
        "valid_to": {"valid_to", "until", "失效日期", "失效日", "截止日期"},
    },
    required=("kind", "value", "reason"),
    advice=gettext_lazy(
        "The first line must name the columns: kind, value and reason, once each (类型, 号码, 原因)."
    ),
)
# As lists call them, in normal form.
KIND_WORDS = {
    Kind.USCC: {"USCC", "统一社会信用代码", "信用代码", "社会信用代码"},
    Kind.IDENTITY: {"IDENTITY", "ID", "身份证", "身份证号", "身份证号码", "证件号", "证件号码"},
    Kind.ACCOUNT: {"ACCOUNT", "账号", "结算账号", "银行账号", "结算账户", "账户"},
    Kind.MOBILE: {"MOBILE", "手机", "手机号", "手机号码"},
    Kind.SERIAL: {"SERIAL", "序列号", "终端序列号", "机身序列号"},
    Kind.NAME: {"NAME", "名称", "姓名", "商户名称", "单位名称"},
}
DATES = (
    re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
MOST_SHOWN = 20


def import_blacklist(
    content,
    *,
    source: str = "",
    by,
    now: datetime,
    only_look: bool = False,
    taking: Taking = IN_REQUEST,
) -> ImportReport:
    """Every line is an entry in force, or the report says by line why not and nothing has changed.

    `content` is an uploaded file, bytes, text or lines; UTF-8 with or without BOM, or GBK; header in Chinese or English.
    `source` stands where a line names none. With `only_look` nothing has changed in any case.
    """
    report = ImportReport()
    try:
        report.text = text_of(content, largest=taking.largest_file)
        lines = list(lines_of(report.text, SHAPE, most=taking.most_lines))
        entries = list(_entries(lines, source.strip(), report.errors, taking, by=by, now=now))
        report.count = len(entries)
        report.preview = [_shown(entry) for entry in entries[:MOST_SHOWN]]
        if not report.errors and not only_look:
            with taking.writing(report):
                report.added = _add(entries, by=by, now=now)
    except Unreadable as unreadable:
        report.errors.append(unreadable.error)
    return report


def _add(entries: list[BlacklistEntry], *, by, now: datetime) -> int:
    try:
        with told_as_refusals(), transaction.atomic():
            for kind in Kind.values:
                indexes = [index_of(kind, entry.value) for entry in entries if entry.kind == kind]
                for start in range(0, len(indexes), 500):
                    make_room(kind, indexes[start : start + 500], by=by, now=now)
            BlacklistEntry.objects.bulk_create(entries, batch_size=500)
            record("blacklist_imported", by=by, now=now, detail={"count": len(entries)})
    except Refused as refused:
        raise Unreadable(
            _("Somebody has entered one of these just now. Look through the list and send it again.")
        ) from refused
    return len(entries)


def _entries(
    lines: list[Line], source: str, errors: list[LineError], taking: Taking, *, by, now: datetime
) -> Iterator[BlacklistEntry]:
    if not lines:
        raise Unreadable(_("The list names nobody."))
    today = local_date(now)
    marks = [_mark(line) for line in lines]
    standing = _standing(marks, on=today)
    first_line: dict[tuple[str, str], int] = {}
    for line, (kind, value) in zip(taking.told(lines), marks, strict=True):
        begins, ends = read_day(line["valid_from"]) or today, read_day(line["valid_to"])
        found = (
            cell_problem(line)
            or _value_problem(kind, value, on=today)
            or _words_problem(line, source)
            or _date_problem(line, begins, ends)
            or _twice(line, kind, value, standing, first_line)
        )
        first_line.setdefault((kind, value), line.number)
        if found:
            errors.append(LineError(line.number, found))
            continue
        yield BlacklistEntry(
            kind=kind,
            value=value,
            reason=plaintext.clean(line["reason"]),
            source=plaintext.clean(line["source"]) or source,
            valid_from=begins,
            valid_to=ends,
            added_at=now,
            added_by=by,
        )


def _mark(line: Line) -> tuple[str, str]:
    """Kind and value of a line in normal form; kind "" where it names none."""
    word = normalise(line["kind"][:LONGEST_SOURCE])
    kind = next((kind.value for kind, words in KIND_WORDS.items() if word in words), "")
    return kind, normal(kind, line["value"][: LONGEST_REASON + 1])


def _value_problem(kind: str, value: str, *, on: date) -> str:
    if not kind:
        return _("The kind is one of: USCC, identity, account, mobile, serial, name.")
    if kind != Kind.NAME and was_shortened(value):
        return _("The spreadsheet has shortened the number. Format the column as text and enter it again.")
    return problem(kind, value, on=on)


def _words_problem(line: Line, source: str) -> str:
    reason, origin = plaintext.clean(line["reason"]), plaintext.clean(line["source"]) or source
    if not reason:
        return _("The line gives no reason.")
    if not origin:
        return _("The line names no source. Name it in its column, or for the whole list below.")
    return plaintext.problem(reason, max_length=LONGEST_REASON) or plaintext.problem(
        origin, max_length=LONGEST_SOURCE
    )


def _date_problem(line: Line, begins: date, ends: date | None) -> str:
    for name in ("valid_from", "valid_to"):
        if line[name].strip() and read_day(line[name]) is None:
            return _("A date is written like 2026-09-11.")
    if ends and ends < begins:
        return _("The entry ends before it begins. Compare both dates.")
    return ""


def _twice(line: Line, kind: str, value: str, standing: set, first_line: dict) -> str:
    if (kind, value) in first_line:
        return _("The same stands in line %(line)d already.") % {"line": first_line[kind, value]}
    if (kind, index_of(kind, value)) in standing:
        return _("This is on the blacklist already.")
    return ""


def _standing(marks: list[tuple[str, str]], *, on: date) -> set[tuple[str, str]]:
    """Which of the values are on the list and will not make room."""
    indexes = sorted({index_of(kind, value) for kind, value in marks if kind and value})
    found: set[tuple[str, str]] = set()
    for start in range(0, len(indexes), 500):
        chunk = BlacklistEntry.objects.standing().filter(value_index__in=indexes[start : start + 500])
        found.update(chunk.exclude(valid_to__lt=on).values_list("kind", "value_index"))
    return found


def _shown(entry: BlacklistEntry) -> tuple[str, ...]:
    until = day(entry.valid_to) if entry.valid_to else _("without end")
    return (entry.get_kind_display(), entry.masked, entry.reason, entry.source, day(entry.valid_from), until)


def read_day(text: str) -> date | None:
    """The day that a cell writes in one of the usual ways, or None."""
    folded = "".join(unicodedata.normalize("NFKC", text[:LONGEST_SOURCE]).split())
    found = next((match for shape in DATES if (match := shape.fullmatch(folded))), None)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _said(added: int, *, source: str) -> str:
    said = ngettext("%(count)d entry is on the list.", "%(count)d entries are on the list.", added)
    return said % {"count": added}


BLACKLIST = Importer(
    name="blacklist",
    title=gettext_lazy("Import a blacklist"),
    permission="merchants.import_blacklistentry",
    shape=SHAPE,
    take=import_blacklist,
    said=_said,
    headings=lambda: [
        _("Kind"),
        _("Value"),
        _("Reason"),
        _("Source"),
        _("In force from"),
        _("In force until"),
    ],
    asks={"source": Asked()},
)
