"""When something comes round again, by the bank's clock: every day, on a day of the week, on a day of the month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.kernel.clock import local_date


class Every(models.TextChoices):
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")


class Weekday(models.IntegerChoices):
    """As ISO 8601 counts them."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


@dataclass(frozen=True)
class Rhythm:
    """`weekday` counts where it is every week, `month_day` where it is every month; a shorter month has its last day instead."""

    every: str
    hour: int
    weekday: int = Weekday.MONDAY
    month_day: int = 1

    def next_after(self, moment: datetime) -> datetime:
        """The first time that lies after this moment."""
        day = local_date(moment)
        while not self._falls_on(day) or self._on(day) <= moment:
            day += timedelta(days=1)
        return self._on(day)

    def _falls_on(self, day: date) -> bool:
        if self.every == Every.WEEK:
            return day.isoweekday() == self.weekday
        if self.every == Every.MONTH:
            return day.day == min(self.month_day, monthrange(day.year, day.month)[1])
        return True

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, time(self.hour), timezone.get_default_timezone())
