import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def behind(proxies: list[str], application: Callable[..., Any]) -> Callable[..., Any]:
    """The application as its proxies let it see the world: REMOTE_ADDR is the caller, the scheme is the caller's.

    What anybody else says in X-Forwarded-For and X-Forwarded-Proto changes nothing.
    """
    return wrap_wsgi_with_proxy_headers(application, trusted_hosts=proxies) if proxies else application


application = behind(settings.TRUSTED_PROXIES, get_wsgi_application())
