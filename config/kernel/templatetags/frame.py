"""What the frame of every page says: the bank's name, where help is, and which door of the house this is."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def bank_name() -> str:
    return getattr(settings, "BANK_NAME", "") or _("Example Bank")


@register.simple_tag
def help_phone() -> str:
    return getattr(settings, "HELP_PHONE", "") or "95000"


@register.simple_tag
def html_lang() -> str:
    """The language of the page for `<html lang>`: zh-Hans-CN or en."""
    return "zh-Hans-CN" if speaks_chinese() else "en"


@register.simple_tag
def speaks_chinese() -> bool:
    return to_locale(get_language() or settings.LANGUAGE_CODE).startswith("zh")


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """The address of this page with its query, to come back to after switching the language."""
    request = context.get("request")
    return context.get("here_is") or (request.get_full_path() if request else "/")


@register.simple_tag(takes_context=True)
def at_staff_door(context: Context) -> bool:
    """Whether the person at the door is staff, or is signing in on the way to the desk."""
    request: Any = context.get("request")
    if not request:
        return False
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return user.is_staff
    # Between the two steps of signing in the way is kept in the session.
    begun = (request.session.get("account_login") or {}) if hasattr(request, "session") else {}
    wanted = request.POST.get("next") or request.GET.get("next") or begun.get("redirect_url") or ""
    return wanted.startswith("/admin/")
