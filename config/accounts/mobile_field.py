from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.accounts.reach import read_mobile
from config.privacy.formfields import MobileField


class SignUpMobileField(MobileField):
    """A mobile number as people type it, +86 allowed, given on as its eleven digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["label"] = _("Mobile number")
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return read_mobile(super().to_python(value) or "")
