"""The questions of a self-check, as a form that a phone without a script can send."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.support.checking.questions import CODE_OF, SIGN_IN_CODES, Screen, Since, screen_of
from config.privacy import identifiers
from config.privacy.formfields import IdentifierField
from config.privacy.identifiers.check import Check
from terminals.models import Terminal

# More terminals than these are found by their number.
MOST_LISTED = 20

number_or_serial = Check(
    name="number_or_serial",
    label=_("Terminal number or serial number"),
    shape=r"[0-9A-Z]{6,50}",
    advice=_(
        "Enter the 8 characters of the terminal number, or the serial number on the label: 6 to 50 digits and letters."
    ),
    max_length=50,
)
screen_code = Check(
    name="screen_code",
    label=_("Code on the screen"),
    shape=r"[0-9A-Z]{2}",
    advice=_("Enter the two digits or letters of the code, such as 96 or A0."),
    max_length=2,
)


class CheckForm(forms.Form):
    """What visitors are asked. The terminal is asked of them too, and looked for by nobody."""

    typed = IdentifierField(
        check=number_or_serial,
        required=False,
        help_text=_("On a receipt, or on the label on the back after SN"),
    )
    screen = forms.ChoiceField(
        label=_("What does the screen say?"),
        choices=Screen.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what the screen says."),
            "invalid_choice": _("Choose from the list."),
        },
    )
    code = IdentifierField(
        check=screen_code,
        required=False,
        help_text=_("Only for “Another code”: the two characters on the screen. Never a card number."),
        widget=forms.TextInput(attrs={"class": "w-short"}),
    )
    since = forms.ChoiceField(
        label=_("Since when?"),
        choices=Since.choices,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    field_order = ("terminal", "typed", "screen", "code", "since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_typed(self) -> str:
        typed = self.cleaned_data["typed"] or ""
        if typed and _is_personal(typed):
            raise ValidationError(
                _(
                    "This looks like an ID or bank card number. Never type one here; enter the number of the terminal."
                )
            )
        return typed

    def clean(self) -> dict[str, Any]:
        """The code that belongs to the words of the screen, and the words that belong to a code."""
        given = super().clean() or self.cleaned_data
        screen, code = given.get("screen", ""), given.get("code") or ""
        if screen == Screen.OTHER and not code and "code" not in self.errors:
            self.add_error("code", str(screen_code.advice))
        elif screen != Screen.OTHER:
            # What was typed beside a line of the list is not what the screen says.
            self.errors.pop("code", None)
            signs_in = screen == Screen.SIGN_IN and code in SIGN_IN_CODES
            given["code"] = code if signs_in else CODE_OF.get(screen, "")
        elif code:
            given["screen"] = screen_of(code)
        return given


class OwnCheckForm(CheckForm):
    """What a merchant is asked: which of its terminals, or the number of another one."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Terminal.objects.visible_to(user).order_by("-id")[:MOST_LISTED]
        choices = [(terminal.number, f"{terminal.label} {terminal.number}".strip()) for terminal in own]
        if choices:
            self.fields["terminal"] = forms.ChoiceField(
                label=_("Which terminal?"),
                choices=[*choices, ("", _("Another one, I type its number"))],
                widget=forms.RadioSelect,
                required=False,
                initial=choices[0][0] if len(choices) == 1 else "",
                error_messages={"invalid_choice": _("Choose from the list.")},
            )
            self.fields["terminal"].needed = True
        self.fields["typed"].needed = not choices
        self.order_fields(self.field_order)
        typed = self.initial.get("typed", "")
        if typed and typed in dict(choices):
            self.initial["terminal"] = self.initial.pop("typed")
        elif typed and choices:
            self.initial["terminal"] = ""

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["number"] = given.get("typed") or given.get("terminal") or ""
        if not given["number"] and not {"typed", "terminal"} & set(self.errors):
            self.add_error("typed", str(number_or_serial.advice))
        return given


def _is_personal(text: str) -> bool:
    """The number of an identity card, or of a card of a bank: neither is ever kept with a check."""
    is_person = not identifiers.resident_id.problem(text)
    is_card = len(text) > 15 and text.startswith("62") and identifiers.bank_card.is_sound(text)
    return is_person or is_card
