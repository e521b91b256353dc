"""What `check --deploy` must also judge: Django does not look at these (each id is answered for by a test)."""

from base64 import b64decode
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.core.checks import Error, Tags, register

OWN_HEADERS = {"config.headers.browser_limits", "config.headers.api_only_over_https"}
MEBIBYTE = 2**20


class Rule(NamedTuple):
    id: str
    holds: Callable[[], bool]
    problem: str
    hint: str


def _strict_csp() -> bool:
    directives = (getattr(settings, "CONTENT_SECURITY_POLICY", None) or {}).get("DIRECTIVES", {})
    sources = {str(source) for value in directives.values() for source in (value or [])}
    return (
        "csp.middleware.CSPMiddleware" in settings.MIDDLEWARE
        and list(directives.get("default-src", [])) == ["'none'"]
        and not any("unsafe" in source or source == "*" for source in sources)
    )


def _bounded_uploads() -> bool:
    limits = {
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE: 16 * MEBIBYTE,
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS: 1000,
        settings.DATA_UPLOAD_MAX_NUMBER_FILES: 20,
    }
    return all(value is not None and value <= most for value, most in limits.items())


def _database_survives_restart() -> bool:
    database = settings.DATABASES["default"]
    return not database.get("CONN_MAX_AGE") or bool(database.get("CONN_HEALTH_CHECKS"))


def _whole_keys() -> bool:
    texts = [pair.partition(":")[2] for pair in settings.FIELD_KEYS] + [
        settings.INDEX_KEY,
        settings.AUDIT_KEY,
    ]
    try:
        return all(len(b64decode(text, validate=True)) == 32 for text in texts)
    except ValueError:
        return False


def _real_database() -> bool:
    is_sqlite = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    return not is_sqlite or settings.SQLITE_IN_PRODUCTION


RULES = [
    Rule("portal.E001", lambda: not settings.DEMO_MODE, "Demo mode is on.", "Set DEMO_MODE=0."),
    Rule(
        "portal.E002",
        lambda: "terminals.simulator" not in settings.INSTALLED_APPS,
        "The terminal simulator is installed.",
        "It belongs to demo mode only: set DEMO_MODE=0.",
    ),
    Rule(
        "portal.E003",
        lambda: not settings.RACE_WITHOUT_LOCKS,
        "A switch that only tests may turn is on.",
        "Remove RACE_WITHOUT_LOCKS.",
    ),
    Rule(
        "portal.E004",
        _strict_csp,
        "The content security policy is missing or loose.",
        "Restore config/settings.py.",
    ),
    Rule(
        "portal.E005",
        lambda: settings.STAFF_SECOND_FACTOR,
        "Staff may sign in with a password alone.",
        "Set STAFF_SECOND_FACTOR=1 or leave it out.",
    ),
    Rule(
        "portal.E006",
        _bounded_uploads,
        "Uploads are not bounded.",
        "Restore DATA_UPLOAD_MAX_* in config/settings.py.",
    ),
    Rule(
        "portal.E007",
        _database_survives_restart,
        "After a database restart every kept connection fails once.",
        "Set CONN_HEALTH_CHECKS beside CONN_MAX_AGE.",
    ),
    Rule(
        "portal.E008",
        _real_database,
        "The database is SQLite, which serves one host.",
        "Set DATABASE_URL=postgres://..., or SQLITE_IN_PRODUCTION=1 if one host is what you want.",
    ),
    Rule(
        "portal.E009",
        lambda: set(settings.MIDDLEWARE) >= OWN_HEADERS,
        "Permissions-Policy or the refusal of plain HTTP for devices is missing.",
        "Restore the middleware of config/headers.py.",
    ),
    Rule(
        "portal.E010",
        lambda: (
            settings.SESSION_COOKIE_NAME.startswith("__Host-")
            and settings.CSRF_COOKIE_NAME.startswith("__Host-")
        ),
        "A subdomain could plant session or CSRF cookies.",
        "Set PRODUCTION=1: the names then begin with __Host-.",
    ),
    Rule(
        "portal.E011",
        lambda: settings.STAFF_IDLE_SECONDS <= 15 * 60 and settings.SESSION_COOKIE_AGE <= 12 * 60 * 60,
        "Sessions live too long (PCI DSS 8.2.8: 15 idle minutes; ours: 12 hours).",
        "Restore STAFF_IDLE_SECONDS and SESSION_COOKIE_AGE in config/settings.py.",
    ),
    Rule(
        "portal.E012",
        _whole_keys,
        "A key in FIELD_KEYS, INDEX_KEY or AUDIT_KEY is not 32 bytes in base64.",
        "Make one with: head -c 32 /dev/urandom | base64",
    ),
    Rule(
        "portal.E013",
        lambda: "locmem" not in settings.CACHES["default"]["BACKEND"],
        "Each process counts tries for itself, so limits are multiplied.",
        "Set CACHE_URL=rediscache://... (or dbcache://table).",
    ),
]


@register(Tags.security, deploy=True)
def judge_production(app_configs, **kwargs) -> list[Error]:
    return [Error(rule.problem, hint=rule.hint, id=rule.id) for rule in RULES if not rule.holds()]
