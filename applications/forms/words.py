"""A form of one question that is answered in a few words."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


class PlainWordsForm(forms.Form):
    """Printed inside a form of its page, which brings its own tag and token."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
