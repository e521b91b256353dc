"""Applications on the desk pages of the rooms below."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html

from applications.models import Application
from config.kernel.templatetags.formats import dash
from merchants.models import Merchant

register = template.Library()

MOST_APPLICATIONS = 10


def _may_see(context: Context) -> bool:
    return context["request"].user.has_perm("applications.view_application")


@register.inclusion_tag("admin/applications/_filed.html", takes_context=True)
def applications_of(context: Context, merchant: Merchant) -> dict[str, Any]:
    """What a merchant has filed and this person may see, newest first."""
    if not _may_see(context):
        return {"is_open": False}
    filed = Application.objects.filed().visible_to(context["request"].user).filter(merchant=merchant)
    return {"is_open": True, "applications": list(filed.order_by("-id")[:MOST_APPLICATIONS])}


@register.simple_tag(takes_context=True)
def application_link(context: Context, number: str) -> str:
    """The number of an application, leading to it for those who may see applications."""
    if not number or not _may_see(context):
        return dash(number)
    url = reverse("admin:applications_application_changelist")
    return format_html('<a class="code" href="{}?q={}">{}</a>', url, number, number)
