"""What is asked about a schedule: how often, when, and as which file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.files.exports.export import Export
from config.files.exports.rhythm import Every, Weekday
from config.files.exports.schedule import SETTINGS, ReportSchedule

WORDS = _("Choose from the list.")


class ScheduleForm(forms.Form):
    every = forms.ChoiceField(
        label=_("How often"), choices=Every.choices, error_messages={"invalid_choice": WORDS}
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        help_text=_("Counts for every week."),
        choices=Weekday.choices,
        coerce=int,
        error_messages={"invalid_choice": WORDS},
    )
    month_day = forms.TypedChoiceField(
        label=_("Day of the month"),
        help_text=_("Counts for every month; a shorter month has its last day instead."),
        choices=[(day, str(day)) for day in range(1, 32)],
        coerce=int,
        error_messages={"invalid_choice": WORDS},
    )
    hour = forms.TypedChoiceField(
        label=_("Time"),
        help_text=_("Beijing time. The report is made then and holds what stands at that moment."),
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
        coerce=int,
        error_messages={"invalid_choice": WORDS},
    )
    file_format = forms.ChoiceField(
        label=_("Format"), choices=Export.Format.choices, error_messages={"invalid_choice": WORDS}
    )

    def __init__(self, *args: Any, of: ReportSchedule | None = None, **kwargs: Any) -> None:
        known = {name: getattr(of, name) for name in SETTINGS} if of else {"hour": 7}
        super().__init__(*args, initial=known, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
