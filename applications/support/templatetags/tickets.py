"""What lower pages show of tickets."""

from typing import Any

from django import template

from applications.support.models import Ticket

register = template.Library()


@register.inclusion_tag("support/_waiting.html")
def tickets_waiting(user: Any) -> dict[str, Any]:
    """The notice of the front page: tickets in which this merchant's people have the word, the oldest first."""
    waiting = Ticket.objects.visible_to(user).filter(status=Ticket.Status.WAITING)
    rows = list(waiting.order_by("pk")[:100])
    return {"first": rows[0] if rows else None, "count": len(rows)}
