"""The one page of a change: what the bank has on record, filled in, to be written over where it is different now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from crispy_forms.layout import Div, Layout
from django.utils.translation import gettext_lazy as _

from applications.corrections import Opened
from applications.forms.business import BusinessForm
from applications.forms.pages import section
from applications.forms.placement import DAY_CAP_FEN, SINGLE_CAP_FEN
from applications.forms.responsible import ResponsibleForm
from applications.models import InformationChange
from config.privacy.formfields import MoneyField, PlainTextField, plain_formfield

# What makes a merchant another one is read here and not changed.
READ_ONLY = ("uscc",)
NOT_ASKED = ("branch", "same_address")
LIMITS = ("new_limit_single_fen", "new_limit_day_fen")


class InformationChangeForm(ResponsibleForm, BusinessForm):
    page = "request"
    OPTIONAL = ResponsibleForm.OPTIONAL | BusinessForm.OPTIONAL | set(LIMITS)

    new_limit_single_fen = MoneyField(
        label=_("New limit per transaction, yuan"), min_fen=100, max_fen=SINGLE_CAP_FEN, required=False
    )
    new_limit_day_fen = MoneyField(
        label=_("New limit per day, yuan"), min_fen=100, max_fen=DAY_CAP_FEN, required=False
    )
    reason_text = PlainTextField(label=_("Why it changes"), max_length=200)

    class Meta:
        model = InformationChange
        fields: ClassVar[list[str]] = [
            *(name for name in BusinessForm.Meta.fields if name != "branch"),
            *ResponsibleForm.Meta.fields,
            *LIMITS,
            "reason_text",
        ]
        formfield_callback = plain_formfield
        labels: ClassVar = BusinessForm.Meta.labels | ResponsibleForm.Meta.labels
        widgets: ClassVar = BusinessForm.Meta.widgets

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is shown is the record; a guess would become a change that nobody made.
        self.initial["contact_email"] = self.instance.contact_email
        for name in READ_ONLY:
            self.fields[name].stays = True
        for name in NOT_ASKED:
            del self.fields[name]
            self.closed.discard(name)

    def drop_what_does_not_apply(self) -> None:
        BusinessForm.drop_what_does_not_apply(self)
        ResponsibleForm.drop_what_does_not_apply(self)

    def close(self, opened: Opened, is_open: Callable[[str], bool]) -> None:
        super().close(opened, lambda name: is_open(name) and name not in READ_ONLY)

    def layout(self) -> Layout:
        return Layout(
            section(_("Reason"), "reason_text"),
            *_those_asked(BusinessForm.layout(self), self.fields),
            *_those_asked(ResponsibleForm.layout(self), self.fields),
            section(
                _("Limits of all terminals"),
                Div(*LIMITS, css_class="form-2"),
                hint=_("Leave both empty where the limits stay."),
            ),
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        single, day = (answers.get(name) for name in LIMITS)
        if (single is None) != (day is None) and not any(name in self.errors for name in LIMITS):
            self.add_error("new_limit_day_fen", _("Give both limits, or neither of them."))
        elif single is not None and day is not None and day < single:
            self.add_error(
                "new_limit_day_fen", _("The limit per day cannot be below the limit per transaction.")
            )
        if any(name in self.errors for name in LIMITS):
            for name in LIMITS:
                answers.pop(name, None)
        return answers


def _those_asked(layout: Layout, fields: Any) -> list[Any]:
    """The sections of a page of the registration, without the questions that are not asked here."""
    for name in NOT_ASKED:
        _take_out(layout, name)
    kept = []
    for part in layout.fields:
        if any(name in part.flat_attrs for name in NOT_ASKED):
            part.flat_attrs = ""
        _keep_known(part, fields)
        if part.fields:
            kept.append(part)
    return kept


def _take_out(part: Any, name: str) -> None:
    part.fields = [each for each in part.fields if each != name]
    for each in part.fields:
        if hasattr(each, "fields"):
            _take_out(each, name)


def _keep_known(part: Any, fields: Any) -> None:
    part.fields = [each for each in part.fields if hasattr(each, "fields") or each in fields]
    for each in part.fields:
        if hasattr(each, "fields"):
            _keep_known(each, fields)
