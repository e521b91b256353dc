"""The hidden key that lets a form be sent twice and have its effect once."""

import secrets

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.kernel.idempotency import FORM_FIELD, is_well_formed

register = template.Library()


@register.simple_tag(takes_context=True)
def idempotency_key(context: Context) -> SafeString:
    """A hidden input with a fresh key; a form shown again after its POST keeps the key it came with."""
    request = context.get("request")
    posted = request.POST.get(FORM_FIELD, "") if request and request.method == "POST" else ""
    key = posted if is_well_formed(posted) else secrets.token_urlsafe(24)
    return format_html('<input type="hidden" name="{}" value="{}">', FORM_FIELD, key)
