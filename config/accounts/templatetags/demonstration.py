from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def in_demonstration() -> bool:
    return settings.DEMO_MODE


@register.simple_tag
def staff_need_two_steps() -> bool:
    return settings.STAFF_SECOND_FACTOR
