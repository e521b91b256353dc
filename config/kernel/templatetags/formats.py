"""How amounts, moments and missing values are written everywhere, in both languages alike.

Dates print `2026-09-15`, moments `2026-09-15 14:30` (24 h, Asia/Shanghai), ranges ` ~ `, amounts `¥182,640.50`, nothing `--`.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

MISSING = "--"


@register.filter
def fen(amount: int | None) -> str:
    """An integer of fen as yuan: 18264050 -> ¥182,640.50; -1 -> -¥0.01; None -> --."""
    if amount is None or amount == "":
        return MISSING
    sign = "-" if int(amount) < 0 else ""
    yuan, cents = divmod(abs(int(amount)), 100)
    return f"{sign}¥{yuan:,}.{cents:02d}"


@register.filter
def count(number: int | None) -> str:
    """A number of things with thousands separators: 18426 -> 18,426."""
    return MISSING if number is None or number == "" else f"{int(number):,}"


@register.filter
def moment(value: datetime | None) -> str:
    """A moment to the minute in local time. A bare date stays a date: an unknown time is not 00:00."""
    if not value:
        return MISSING
    if not isinstance(value, datetime):
        return day(value)
    return _local(value).strftime("%Y-%m-%d %H:%M")


@register.filter
def deadline(value: datetime | None) -> str:
    """The last moment of something: the end of a day prints as 24:00 of that day, as people say it."""
    if value and _local(value).strftime("%H:%M") == "23:59":
        return f"{day(value)} 24:00"
    return moment(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """The local day."""
    if not value:
        return MISSING
    return (_local(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


@register.filter
def dash(value: Any) -> Any:
    """The value, or -- where there is none. Zero and False are values."""
    return MISSING if value is None or value == "" else value


@register.filter
def span(start: date | datetime | None, end: date | datetime | None) -> str:
    """A range: `2019-06-03 ~ 2039-06-03`; an open end prints as 长期 (no expiry)."""
    last = moment(end) if end else _("no expiry")
    return f"{moment(start)} ~ {last}"


@register.filter
def groups_of_four(text: str) -> str:
    """A long number in groups of four for reading aloud: 123456789012 -> 1234-5678-9012."""
    text = str(text or "")
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4)) or MISSING


@register.simple_tag
def when(value: date | datetime | None) -> SafeString | str:
    """A `<time>` element that prints the moment exactly."""
    if not value:
        return MISSING
    machine = (
        _local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    )
    return format_html('<time datetime="{}">{}</time>', machine, moment(value))


@register.simple_tag
def ago(value: datetime | None) -> SafeString | str:
    """Time since `value` in words, with the exact moment in `title` and for screen readers. Only for notifications."""
    if not value:
        return MISSING
    exact = moment(value)
    return format_html(
        '<time datetime="{}" title="{}">{}<span class="visually-hidden"> ({})</span></time>',
        _local(value).isoformat(timespec="minutes"),
        exact,
        _since(timezone.now() - value) or exact,
        exact,
    )


def _since(elapsed: timedelta) -> str:
    minutes = int(elapsed.total_seconds() // 60)
    if minutes < 0 or elapsed.days >= 7:
        return ""
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    if elapsed.days < 1:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s day ago", "%(n)s days ago", elapsed.days) % {"n": elapsed.days}


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
