"""What the desk of bulletins enters: what is wrong or planned, in both languages, from when, until when, and whom it touches."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.accounts.branches import Branch
from config.privacy.formfields import PlainTextField
from config.privacy.identifiers import normalise
from terminals.carriers import Carrier
from terminals.desk.forms import LONGEST_REASON
from terminals.models import Bulletin

CODE = re.compile(r"[0-9A-Z]{2,4}", re.ASCII)
AS_TYPED = "%Y-%m-%dT%H:%M"
# Far enough for every bulletin, and within what every database and time zone can hold.
EARLIEST, LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LONGEST_MOMENT = 40


class MomentField(forms.DateTimeField):
    """A moment to the minute in the bank's time, full-width characters folded."""

    default_error_messages = {
        "invalid": _("A moment is written like 2026-09-11 02:00."),
        "out_of_range": _("Enter a moment between 2020 and 2099."),
    }
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AS_TYPED)

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value[:LONGEST_MOMENT]).strip()
        try:
            moment = super().to_python(value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if moment is not None and not EARLIEST <= moment < LATEST:
            raise ValidationError(self.error_messages["out_of_range"], code="out_of_range")
        return moment


def text_field(name: str, label: Any) -> PlainTextField:
    """A field of the words, as long as its column."""
    column = Bulletin._meta.get_field(name)
    return PlainTextField(label=label, max_length=column.max_length, multiline=name.startswith("text"))


class WordsForm(forms.Form):
    """The words of a bulletin; those of one that is published are corrected with it."""

    title_zh = text_field("title_zh", _("Title (Chinese)"))
    title_en = text_field("title_en", _("Title (English)"))
    text_zh = text_field("text_zh", _("Text (Chinese)"))
    text_en = text_field("text_en", _("Text (English)"))


class CorrectionForm(WordsForm):
    """Other words for what is published, and whether they mean something else."""

    is_material = forms.BooleanField(
        label=_("It means something else now: tell those who asked to be told"),
        help_text=_("Not for a slip of the pen."),
        required=False,
    )


class BulletinForm(WordsForm):
    """A whole draft."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Bulletin.Kind.choices)
    starts_at = MomentField(label=_("Starts at"))
    expected_end_at = MomentField(
        label=_("Expected to end at"),
        help_text=_("Empty where it is not known; a planned upgrade says it."),
        required=False,
    )
    branch = forms.ModelChoiceField(
        label=_("Branch it touches"),
        help_text=_(
            "With the branches below it. Its bulletins are shown to its merchants and to staff only."
        ),
        queryset=Branch.objects.none(),
        required=False,
        empty_label=_("The whole bank"),
        error_messages={"invalid_choice": _("Choose a branch from the list.")},
    )
    carrier = forms.ChoiceField(
        label=_("Carrier it touches"), choices=[("", _("All devices")), *Carrier.choices], required=False
    )
    code = PlainTextField(
        label=_("Code that screens show"),
        help_text=_(
            "Empty: whatever they show. With a code, devices that would be refused with it are told to wait instead."
        ),
        max_length=20,
        required=False,
    )

    field_order = (
        "kind", *WordsForm.base_fields, "starts_at", "expected_end_at", "branch", "carrier", "code",
    )  # fmt: skip

    def for_person(self, person: Any) -> BulletinForm:
        """Offer the branches that this person writes for; the whole bank is the head office's."""
        field = self.fields["branch"]
        field.queryset = person.branch_scope().active().order_by("path")
        if not (person.branch and person.branch.parent_id is None):
            field.required, field.empty_label = True, None
        return self

    def clean_code(self) -> str:
        code = normalise(self.cleaned_data["code"])
        if code and not CODE.fullmatch(code):
            raise ValidationError(_("A code has two to four letters or digits, such as 97."))
        return code

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        start, end = said.get("starts_at"), said.get("expected_end_at")
        if start and end and end <= start:
            self.add_error("expected_end_at", _("The end lies after the start."))
        if said.get("kind") == Bulletin.Kind.UPGRADE and not end and "expected_end_at" not in self.errors:
            self.add_error("expected_end_at", _("A planned upgrade says when it is expected to end."))
        return said


class ProlongationForm(forms.Form):
    until = MomentField(
        label=_("New expected end"), help_text=_("Empty: it is not known any more."), required=False
    )


class DiscardForm(forms.Form):
    note = PlainTextField(
        label=_("Why it is not published"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EndForm(forms.Form):
    note = PlainTextField(
        label=_("Remark"),
        help_text=_("For colleagues only."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
