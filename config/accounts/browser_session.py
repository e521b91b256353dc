"""The row of a session: whose it is and on what device, so that a person can see and end their own."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class BrowserSession(AbstractBaseSession):
    """A browser that keeps a session; `user` is empty while nobody has signed in there."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="browser_sessions",
        verbose_name=_("person"),
    )
    device = models.CharField(_("device"), max_length=60, blank=True)

    class Meta(AbstractBaseSession.Meta):
        db_table = "accounts_session"

    @classmethod
    def get_session_store_class(cls):
        return import_module(settings.SESSION_ENGINE).SessionStore
