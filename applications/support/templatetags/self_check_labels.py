"""What lower pages show of the self-check."""

from typing import Any

from django import template

from applications.support.checking.labels import Label
from terminals.models import Terminal

register = template.Library()


@register.inclusion_tag("support/_label.html", takes_context=True)
def label_with_slip(context: Any, number: str) -> dict[str, Any]:
    """The label of the terminal, to be cut off the sheet that its slip is printed on."""
    terminal = Terminal.objects.get(number=number)
    return {"label": Label(terminal, context["request"].build_absolute_uri), "level": 2}
