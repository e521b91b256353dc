"""The clock and the risk of an application as tags: icon and words, never colour alone."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from applications.deadlines import clock_of
from applications.models import Application
from config.kernel.calendar import Hours
from config.kernel.templatetags.status_tags import tag

register = template.Library()

RISK_TONES = {Application.Risk.LOW: "mute", Application.Risk.MEDIUM: "warn", Application.Risk.HIGH: "bad"}
RISK_ICON = "shield-exclamation"


@register.simple_tag
def clock_tag(application: Application, now: datetime, hours: Hours | None = None) -> SafeString | str:
    """How long until the answer is due, or whom the application waits for; nothing where nothing is due."""
    clock = clock_of(application, now, hours)
    return tag(clock.tone, clock.words, clock.icon) if clock else ""


@register.simple_tag
def risk_tag(application: Application) -> SafeString:
    """The risk as the queue shows it."""
    return tag(RISK_TONES[Application.Risk(application.risk)], application.get_risk_display(), RISK_ICON)
