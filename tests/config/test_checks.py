import pytest
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache

from config.checks import RULES, judge_production

KEY = "A" * 43 + "="
SOUND = {
    "DEMO_MODE": False,
    "INSTALLED_APPS": [app for app in settings.INSTALLED_APPS if app != "terminals.simulator"],
    "STAFF_SECOND_FACTOR": True,
    "DATABASES": {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    },
    "SESSION_COOKIE_NAME": "__Host-sid",
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "FIELD_KEYS": [f"k1:{KEY}"],
    "INDEX_KEY": KEY,
    "AUDIT_KEY": KEY,
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}},
}
LOOSE_CSP = {
    "DIRECTIVES": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    | {"style-src": ["'self'", "'unsafe-inline'"]}
}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
LOCMEM = {"default": {"BACKEND": f"{LocMemCache.__module__}.LocMemCache"}}
BREAKS = [
    ("portal.E001", {"DEMO_MODE": True}),
    ("portal.E002", {"INSTALLED_APPS": [*SOUND["INSTALLED_APPS"], "terminals.simulator"]}),
    ("portal.E003", {"RACE_WITHOUT_LOCKS": True}),
    ("portal.E004", {"CONTENT_SECURITY_POLICY": None}),
    ("portal.E004", {"CONTENT_SECURITY_POLICY": LOOSE_CSP}),
    ("portal.E004", {"MIDDLEWARE": ["config.headers.browser_limits", "config.headers.api_only_over_https"]}),
    ("portal.E005", {"STAFF_SECOND_FACTOR": False}),
    ("portal.E006", {"DATA_UPLOAD_MAX_MEMORY_SIZE": None}),
    ("portal.E006", {"DATA_UPLOAD_MAX_NUMBER_FIELDS": None}),
    ("portal.E006", {"DATA_UPLOAD_MAX_NUMBER_FILES": 1000}),
    (
        "portal.E007",
        {"DATABASES": {"default": SOUND["DATABASES"]["default"] | {"CONN_HEALTH_CHECKS": False}}},
    ),
    ("portal.E008", {"DATABASES": SQLITE}),
    ("portal.E009", {"MIDDLEWARE": ["csp.middleware.CSPMiddleware", "config.headers.browser_limits"]}),
    ("portal.E010", {"SESSION_COOKIE_NAME": "sessionid"}),
    ("portal.E011", {"STAFF_IDLE_SECONDS": 3600}),
    ("portal.E012", {"AUDIT_KEY": "too short"}),
    ("portal.E013", {"CACHES": LOCMEM}),
]


class Imagined:
    """Settings as they would be: only asked by the rules, never acted on."""

    def __init__(self, **values):
        self._values = values

    def __getattr__(self, name):
        return self._values[name] if name in self._values else getattr(settings, name)


def judged(monkeypatch, **changes) -> list[str]:
    monkeypatch.setattr("config.checks.settings", Imagined(**SOUND | changes))
    return [error.id for error in judge_production(None)]


def test_sound_settings_pass(monkeypatch):
    assert judged(monkeypatch) == []


@pytest.mark.parametrize(("rule", "changes"), BREAKS)
def test_each_rule_is_broken_by_its_setting(monkeypatch, rule, changes):
    assert judged(monkeypatch, **changes) == [rule]


def test_no_rule_goes_untested():
    assert {rule.id for rule in RULES} == {rule for rule, _ in BREAKS}
