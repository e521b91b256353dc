from django import template

from config.privacy.masking import mask_email, mask_mobile

register = template.Library()


@register.filter
def mask_reach(address: str) -> str:
    """An e-mail address or a mobile number, masked as what it is."""
    return mask_email(address) if "@" in address else mask_mobile(address)
