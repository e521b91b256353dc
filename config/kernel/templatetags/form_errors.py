"""The error summary above the heading: every problem of the page, in the field's own words, linked to the field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext as _

register = template.Library()


@dataclass(frozen=True)
class Problem:
    label: str
    sentence: str
    target: str


@register.inclusion_tag("components/_errsum.html")
def error_summary(*forms: BaseForm | BaseFormSet | None) -> dict[str, Any]:
    """All errors of the given forms and formsets; prints nothing when there are none."""
    return {"problems": [problem for form in forms if form for problem in _problems_of(form)]}


@register.simple_tag
def error_prefix(*forms: BaseForm | BaseFormSet | None) -> str:
    """`Error: ` at the start of the title of a page that came back, otherwise nothing."""
    return _("Error: ") if any(form and form.is_bound and not form.is_valid() for form in forms) else ""


def _problems_of(form: BaseForm | BaseFormSet) -> Iterator[Problem]:
    if isinstance(form, BaseFormSet):
        if form.is_bound:
            yield from (Problem("", sentence, "") for sentence in form.non_form_errors())
            for row in form.forms:
                yield from _problems_of(row)
        return
    yield from (Problem("", sentence, "") for sentence in form.non_field_errors())
    for field in form:
        yield from (Problem(field.label, sentence, _target(field)) for sentence in field.errors)


def _target(field: BoundField) -> str:
    """The id of the first control of the field: a radio list and a split date have no control of their own."""
    if field.is_hidden:
        return ""
    if field.id_for_label:
        return field.id_for_label
    return f"{field.auto_id}_0" if field.auto_id else ""
