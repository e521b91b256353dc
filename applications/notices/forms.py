"""What is said to a notice: the merchant's objection, and what the desk records, answers and corrects."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import DayField
from applications.forms.words import PlainWordsForm
from applications.models.notice import DeactivationNotice
from applications.models.notice_version import NoticeObjection
from applications.notices.facts import NoticeFacts
from config.kernel.clock import end_of_day, local_date
from config.privacy.formfields import PlainTextField

Way = DeactivationNotice.Way
LONGEST_WORDS = NoticeObjection._meta.get_field("text").max_length


class ObjectionForm(PlainWordsForm):
    """Why the merchant does not agree, in its own words."""

    text = PlainTextField(
        label=_("Why do you object?"),
        help_text=_("You can object once. Say what is wrong and what supports it; up to 500 characters."),
        multiline=True,
        max_length=LONGEST_WORDS,
        error_messages={"required": _("Say why you object.")},
    )


class DeliveryForm(forms.Form):
    """How the notice reached the merchant. What is delivered in the portal is recorded there."""

    way = forms.ChoiceField(
        label=_("delivered how"),
        choices=[(way.value, way.label) for way in (Way.IN_PERSON, Way.POST, Way.SMS)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was delivered.")},
    )
    on = DayField(
        label=_("Delivered on"), error_messages={"required": _("Say on which day it was delivered.")}
    )
    waybill = PlainTextField(
        label=_("waybill or message number"),
        help_text=_("Needed for a delivery by post."),
        max_length=40,
        required=False,
    )
    receiver = PlainTextField(label=_("who took it"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("way") == Way.POST and not given.get("waybill"):
            self.add_error("waybill", _("A delivery by post names its waybill."))
        return given

    def said(self, *, now: datetime) -> dict[str, Any]:
        """What the verb is told: a day that is over counts to its end, today until now."""
        given = dict(self.cleaned_data)
        on = given.pop("on")
        return given | {"at": now if on == local_date(now) else end_of_day(on)}


class WordsForm(forms.Form):
    """An answer or a reason, in words that the merchant reads."""

    words = PlainTextField(
        label=_("In words for the merchant"),
        multiline=True,
        max_length=LONGEST_WORDS,
        error_messages={"required": _("Say why, in words for the merchant.")},
    )


class CorrectionForm(forms.Form):
    """What most often has to be put right in a notice: its dates, its place and whom to ask. The rest stays as it was issued."""

    full_stop_on = DayField(label=_("Expected full stop"))
    settle_on = DayField(label=_("Settle open batches by"))
    return_by = DayField(label=_("Give back by"), required=False)
    return_place = PlainTextField(label=_("Place to give back"), max_length=200, required=False)
    contact = PlainTextField(label=_("Contact person"), max_length=60)
    phone = PlainTextField(label=_("Telephone number"), max_length=30)
    why = PlainTextField(
        label=_("What was wrong"),
        help_text=_("Stays on record and is not in the letter."),
        max_length=200,
        error_messages={"required": _("Say what was wrong.")},
    )

    @classmethod
    def of(cls, facts: NoticeFacts, data: Any = None) -> CorrectionForm:
        names = ("full_stop_on", "return_by", "return_place", "contact", "phone")
        initial = {name: getattr(facts, name) for name in names}
        return cls(data, prefix="fix", initial=initial | {"settle_on": local_date(facts.settle_by)})

    def corrected(self, facts: NoticeFacts) -> NoticeFacts:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("why", "settle_on")}
        if (settle_on := self.cleaned_data["settle_on"]) != local_date(facts.settle_by):
            given["settle_by"] = end_of_day(settle_on)
        return replace(facts, **given)
