"""Form fields that take what people really type, give the database only what it can hold, and never take a mask for a value."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.privacy import identifiers, plaintext
from config.privacy.identifiers import Check, normalise
from config.privacy.identifiers.check import LONGEST_INPUT

LONGEST_TEXT = 5000


class PlainTextField(forms.CharField):
    """Text in NFC without control and bidirectional characters, at most `max_length` long. NUL is refused with a sentence.

    `multiline=True` keeps line breaks and shows a text area; `refuse_masked=True` refuses stars.
    """

    def __init__(
        self,
        *,
        multiline: bool = False,
        refuse_masked: bool = False,
        max_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.multiline, self.refuse_masked = multiline, refuse_masked
        self.longest = max_length or LONGEST_TEXT
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(max_length=None, **kwargs)
        # Our own sentence replaces Django's, which names the character but not what to do
        self.validators = [
            check for check in self.validators if not isinstance(check, ProhibitNullCharactersValidator)
        ]
        self.max_length = max_length
        self.widget.attrs.update(self.widget_attrs(self.widget))

    def to_python(self, value: Any) -> str | None:
        text = "" if value in self.empty_values else str(value)
        # Four times the limit leaves room for what cleaning removes; beyond it nothing is worth cleaning
        _raise(plaintext.problem(text, max_length=None if len(text) <= 4 * self.longest else self.longest))
        text = plaintext.clean(text, multiline=self.multiline)
        _raise(plaintext.problem(text, max_length=self.longest))
        if self.refuse_masked:
            _raise(plaintext.masked_problem(text))
        return text or self.empty_value


class PersonNameField(PlainTextField):
    """A person's name: single spaces, no stars."""

    def __init__(self, *, max_length: int = 100, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, refuse_masked=True, **kwargs)

    def to_python(self, value: Any) -> str | None:
        return " ".join((super().to_python(value) or "").split()) or self.empty_value


class PlainEmailField(forms.EmailField):
    """An e-mail address, full-width characters folded; a masked one (a***@x) is refused."""

    def to_python(self, value: Any) -> str:
        text = str(value or "")
        _raise(plaintext.problem(text, max_length=self.max_length))
        text = unicodedata.normalize("NFKC", text).strip()
        _raise(plaintext.masked_problem(text))
        return text


class IdentifierField(forms.CharField):
    """An identifier in any spelling (spaces, hyphens, full-width, lower case), given on in its normal form and checked.

    `check` is a Check of `config.privacy.identifiers`. Doubts do not block: ask `check.warning` where the reviewer looks.
    """

    def __init__(self, *, check: Check, **kwargs: Any) -> None:
        self.check = check
        kwargs.setdefault("label", check.label)
        kwargs.setdefault("strip", True)
        super().__init__(**kwargs)
        self.validators = [self.validate_check]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = {
            "inputmode": self.check.inputmode,
            "autocomplete": self.check.autocomplete,
            "spellcheck": "false",
            "maxlength": str(LONGEST_INPUT),
        }
        if self.check.inputmode == "text":
            attrs["autocapitalize"] = "characters"
        return super().widget_attrs(widget) | attrs

    def to_python(self, value: Any) -> str | None:
        text = "" if value in self.empty_values else str(value)
        _raise(
            plaintext.problem(text, max_length=None if len(text) <= LONGEST_INPUT else self.check.max_length)
        )
        _raise(plaintext.masked_problem(text))
        return normalise(text) or self.empty_value

    def validate_check(self, value: str) -> None:
        _raise(self.check.problem(value), code=self.check.name)


class MobileField(IdentifierField):
    """A mainland mobile number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"check": identifiers.mobile, **kwargs})


class MoneyField(forms.Field):
    """An amount in yuan as people write it (¥1,280.50, １２８０．５ 元), given on as whole fen.

    `min_fen` and `max_fen` bound it, both inclusive.
    """

    default_error_messages = {
        "amount": _("Enter the amount in yuan with at most two decimals, such as 1280.50."),
        "too_small": _("Enter at least %(yuan)s yuan."),
        "too_large": _("Enter at most %(yuan)s yuan."),
    }
    AMOUNT = re.compile(r"([0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,2}))?")
    MARKS = re.compile(r"^(?:RMB|CNY|[¥￥])|(?:元|圆|RMB|CNY)$", re.IGNORECASE)

    def __init__(self, *, min_fen: int = 0, max_fen: int = 10**14, **kwargs: Any) -> None:
        self.min_fen, self.max_fen = min_fen, max_fen
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": "40"}

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        text = str(value)
        if len(text) > LONGEST_INPUT:
            raise ValidationError(self.error_messages["amount"], code="amount")
        text = self.MARKS.sub("", "".join(unicodedata.normalize("NFKC", text).split()))
        found = self.AMOUNT.fullmatch(text)
        if found is None:
            raise ValidationError(self.error_messages["amount"], code="amount")
        return int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.min_fen:
            raise ValidationError(
                self.error_messages["too_small"], code="too_small", params={"yuan": yuan_text(self.min_fen)}
            )
        if value > self.max_fen:
            raise ValidationError(
                self.error_messages["too_large"], code="too_large", params={"yuan": yuan_text(self.max_fen)}
            )

    def prepare_value(self, value: Any) -> Any:
        return yuan_text(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


def yuan_text(fen: int) -> str:
    """1280.50 for 128050 fen."""
    return f"{fen // 100}.{fen % 100:02d}"


def plain_formfield(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    """The form field of a model column, text made plain: `class Meta: formfield_callback = plain_formfield` in a ModelForm."""
    is_text = isinstance(db_field, models.CharField | models.TextField) and not db_field.choices
    if is_text and type(db_field).formfield in {models.CharField.formfield, models.TextField.formfield}:
        multiline = isinstance(db_field, models.TextField)
        kwargs = {"form_class": PlainMultilineField if multiline else PlainTextField, **kwargs}
    elif type(db_field) is models.EmailField:
        kwargs = {"form_class": PlainEmailField, **kwargs}
    return db_field.formfield(**kwargs)


class PlainMultilineField(PlainTextField):
    """Plain text of several lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"multiline": True, **kwargs})


def _raise(problem: str, *, code: str = "invalid") -> None:
    if problem:
        raise ValidationError(problem, code=code)
