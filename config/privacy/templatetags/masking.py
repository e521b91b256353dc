"""The masks as template filters: `{{ merchant.legal_name|mask_name }}`."""

from django import template

from config.privacy.masking import MASKS

register = template.Library()
for name, mask in MASKS.items():
    register.filter(name, mask)
