"""What lower pages show of returns."""

from typing import Any

from django import template
from django.http import HttpRequest

from config.kernel import clock
from terminals.returns.models import ReturnOrder

register = template.Library()


@register.inclusion_tag("returns/_waiting.html")
def returns_waiting(user: Any) -> dict[str, Any]:
    """The notice of the front page: what this merchant's people have to bring back, the nearest day first."""
    rows = list(ReturnOrder.objects.visible_to(user).awaited().order_by("due_on", "pk")[:100])
    first = rows[0] if rows else None
    return {
        "first": first,
        "count": len(rows),
        "overdue": bool(first) and first.is_overdue(on=clock.today()),
    }


@register.inclusion_tag("returns/_of_terminal.html")
def returns_of_terminal(terminal: Any) -> dict[str, Any]:
    """The returns of one terminal, newest first."""
    return {"orders": list(terminal.returns.order_by("-pk"))}


@register.inclusion_tag("admin/returns/_returns.html", takes_context=True)
def desk_returns(context: template.Context, **of: Any) -> dict[str, Any]:
    """For a desk page of a terminal or a device: its returns, for those who may see returns."""
    request: HttpRequest = context["request"]
    may_see = request.user.has_perm("returns.view_returnorder")
    return {"orders": list(ReturnOrder.objects.filter(**of).order_by("-pk")) if may_see else []}
