"""Log lines: one JSON object each, without personal data, whatever a stranger puts into a value.

JSON with ASCII escapes keeps CR, LF, ESC and U+2028 inside their string, so one event is always one line
(OWASP ASVS 16.4.1). Numbers of people, accounts and registration codes are taken out last, when exceptions
have become text as well (16.2.5).
"""

import re
from ipaddress import ip_address

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

KEPT_AS_WRITTEN = {"request_id", "timestamp", "level", "logger"}
# Eleven digits and more are mobiles, accounts, ID numbers and registration codes, also when grouped.
NUMBER = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){10,}[Xx]?")
EMAIL = re.compile(r"[^\s@\"'<>(),=]+@[^\s@\"'<>(),]+")


def without_personal_data(logger, name, event):
    """A structlog processor: every text in the event, nested ones included, loses long numbers and addresses."""
    return {key: value if key in KEPT_AS_WRITTEN else _cleaned(value) for key, value in event.items()}


def _cleaned(value):
    match value:
        case bool() | float() | None:
            return value
        case int():
            return value if abs(value) < 10**10 else "[number]"
        case dict():
            return {_cleaned(key): _cleaned(item) for key, item in value.items()}
        case list() | tuple() | set():
            return [_cleaned(item) for item in value]
    return EMAIL.sub("[address]", NUMBER.sub("[number]", str(value)))


class RequestLines(RequestMiddleware):
    """One line per request: who, what, from where and with which answer. The query is left out: people search by ID number."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        structlog.contextvars.bind_contextvars(remote=_address(request))


def _address(request: HttpRequest) -> str:
    """Who asks, as far as our proxies vouch for it (config/wsgi.py); "" for what is no address, as over a Unix socket."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return ""


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]


def logging_to_standard_error(*, level: str) -> dict:
    """The LOGGING dictionary; structlog and the standard library end in the same formatter."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    without_personal_data,
                    structlog.processors.JSONRenderer(),
                ],
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "huey": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }
