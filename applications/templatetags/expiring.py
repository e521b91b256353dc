"""What runs out of a merchant's particulars, on the front page and on the desk page of the rooms below."""

from typing import Any

from django import template

from applications.expiry_lines import lines_of
from config.kernel import clock
from merchants.models import Merchant

register = template.Library()

MOST_MERCHANTS = 50


@register.inclusion_tag("applications/_expiring.html", takes_context=True)
def expiring_waiting(context: template.Context, user: Any) -> dict[str, Any]:
    """The notices of the front page: what of this person's merchants is near its end or past it, and what to do."""
    merchants = list(Merchant.objects.visible_to(user).order_by("pk")[:MOST_MERCHANTS])
    lines = lines_of(merchants, now=clock.now(), reader=user)
    return {"lines": lines, "names_merchant": len(merchants) > 1, "request": context["request"]}


@register.inclusion_tag("admin/applications/_expiring.html")
def expiring_of(merchant: Merchant) -> dict[str, Any]:
    """For the desk: every one of the particulars that hold for a time, and what happens then."""
    return {"lines": lines_of([merchant], now=clock.now())}
