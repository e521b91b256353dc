"""What lower pages show of offers."""

from typing import Any

from django import template

from config.kernel import clock
from terminals.offers.models import Offer

register = template.Library()


@register.inclusion_tag("offers/_open.html")
def offers_open(user: Any) -> dict[str, Any]:
    """The line of the front page: how many offers at the person's branches can be enrolled in today."""
    return {"count": Offer.objects.visible_to(user).open_on(clock.today()).count()}
