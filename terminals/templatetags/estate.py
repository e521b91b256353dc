"""Facts of the estate on pages of the rooms below it."""

from typing import Any

from django import template
from django.template.context import Context

from merchants.models import Merchant
from terminals.models import Terminal

register = template.Library()

MOST_TERMINALS = 20


@register.inclusion_tag("admin/terminals/_terminals.html", takes_context=True)
def terminals_of(context: Context, merchant: Merchant) -> dict[str, Any]:
    """The newest terminals of a merchant, for those who may see terminals."""
    if not context["request"].user.has_perm("terminals.view_terminal"):
        return {"is_open": False}
    found = list(Terminal.objects.filter(merchant=merchant).order_by("-id")[: MOST_TERMINALS + 1])
    return {
        "is_open": True,
        "merchant": merchant,
        "terminals": found[:MOST_TERMINALS],
        "has_more": len(found) > MOST_TERMINALS,
    }
