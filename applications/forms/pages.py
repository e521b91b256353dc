"""A page of the form over a draft: what passes is kept at once, what is asked for is insisted on when going on."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django.utils.translation import gettext_lazy as _

from applications.corrections import Opened, note_answers
from applications.forms.fields import DayField, LookupField, SealedField
from applications.forms.opened import ASKED_WITH, OpenedForm
from applications.models import Registration
from config.privacy.formfields import plain_formfield
from config.privacy.identifiers import Check

# For sealed numbers whose document or account decides their shape: judged in `clean` of the form.
ANY_NUMBER = Check(
    name="any_number",
    label=_("Number"),
    shape=r"[0-9A-Z]{1,32}",
    advice=_("Enter the number with digits and letters only."),
    max_length=32,
)


class PageForm(OpenedForm):
    """Answers of one page. A draft may be incomplete, so no field is required; `OPTIONAL` are never asked for either.

    After a return only what `opened` says may be changed; the rest of the page is read-only.
    """

    page: ClassVar[str]
    OPTIONAL: ClassVar[frozenset[str]] = frozenset()
    # Answers that are asked beside the form, such as a list of owners.
    also_keep: dict[str, Any] = {}

    class Meta:
        model = Registration
        fields: ClassVar[list[str]] = []
        formfield_callback = plain_formfield

    def __init__(self, *args: Any, opened: Opened, focus: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drop_what_does_not_apply()
        for name, field in self.fields.items():
            field.required = False
            field.needed = name not in self.OPTIONAL
            if isinstance(field, SealedField):
                field.stored = getattr(self.instance, name, "")
        self.close(opened, lambda name: opened.field(ASKED_WITH.get(name, name)))
        self.mark(opened.corrections, lambda each: each.field.removesuffix("_0"))
        self.focus(focus)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = self.layout()

    def drop_what_does_not_apply(self) -> None:
        """The questions of this page are those of this applicant."""

    def layout(self) -> Layout:
        return Layout(*self.fields)

    def keep(self, *, by: Any, now: datetime) -> list[str]:
        """Leave everything that passed in the draft; the labels of what did not pass and is not kept.

        Raises `Refused` where the application is no longer with its applicant.
        """
        failed = [str(self.fields[name].label) for name in self.errors if name in self.fields]
        answers = self.taken(self.Meta.fields)
        with self.instance.revising(by=by, now=now):
            for name, value in (answers | self.also_keep).items():
                setattr(self.instance, name, value)
            note_answers(self.instance, self.page, by=by, now=now)
        self._show_what_is_kept()
        return failed

    def insist(self, *, on: date) -> None:
        """Add what submission would ask of this page, in the same words, beside what is wrong already."""
        for missing in self.instance.unanswered(on=on):
            if missing.page == self.page and not self.has_error(missing.field):
                self.reopen(missing.field)
                self.add_error(missing.field if missing.field in self.fields else None, missing.sentence)

    def _show_what_is_kept(self) -> None:
        """A page that comes back shows sealed values masked and searched ones as they were understood."""
        shown: Any = copy(self.data)
        for name, field in self.fields.items():
            if isinstance(field, SealedField):
                field.stored = getattr(self.instance, name)
            elif isinstance(field, LookupField) and self.cleaned_data.get(name):
                shown[self.add_prefix(name)] = field.source.words(self.cleaned_data[name])
        self.data = shown


class Section(Fieldset):
    """Fields under a heading, drawn as a panel."""

    template = "applications/forms/_section.html"


def section(title: Any, *parts: Any, shown_when: str = "", hint: Any = "") -> Section:
    """Fields under a heading; `shown_when="field=value"` lets the script fold it away while it does not apply."""
    attributes = {"data_shown_when": shown_when} if shown_when else {}
    made = Section(title, *parts, **attributes)
    made.hint = hint
    return made


__all__ = ["ANY_NUMBER", "DayField", "LookupField", "PageForm", "SealedField", "section"]
