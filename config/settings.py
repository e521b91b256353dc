"""Settings of the portal: every deployment value comes from the environment, half a configuration is refused.

Without any variable the portal runs as a demonstration on SQLite, with secrets generated at first run in `var/`.
With PRODUCTION=1 everything in `REQUIRED_IN_PRODUCTION` must be said.
"""

import os
import secrets
from base64 import b64encode
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from huey.serializer import SignedSerializer

from config.kernel.policy_defaults import CONSTANCE
from config.logs import logging_to_standard_error

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PRODUCTION = env.bool("PRODUCTION", False)
DEMO_MODE = env.bool("DEMO_MODE", not PRODUCTION)
DEBUG = env.bool("DEBUG", False)
MAINTENANCE = env.bool("MAINTENANCE", False)  # 503 for everybody, devices in JSON (config/error_pages.py)
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

SECRETS = {
    "SECRET_KEY": "a long random text that signs sessions",
    "FIELD_KEYS": "id:key pairs separated by commas, each key 32 random bytes in base64; the first pair encrypts",
    "INDEX_KEY": "32 random bytes in base64, for searching encrypted columns",
    "AUDIT_KEY": "32 random bytes in base64, for sealing the audit trail",
}
HTTP_SMS = "config.kernel.sms_gateway.HttpSmsGateway"
REQUIRED_IN_PRODUCTION = {
    "ALLOWED_HOSTS": "the host names the portal answers to, separated by commas",
    "DATABASE_URL": "for example postgres://portal:secret@db:5432/portal?sslmode=verify-full",
    "CACHE_URL": "for example rediscache://cache:6379/1; counts of tries must be shared by all processes",
    "EMAIL_URL": "for example smtp+tls://user:secret@mail:587",
    "DEFAULT_FROM_EMAIL": "the address that letters come from",
}


def _demonstration_secrets() -> None:
    """Give a demonstration its own secrets: generated once, kept where only the owner can read them."""
    kept = VAR_DIR / "secrets.env"
    if not kept.exists():
        a, b, c = (b64encode(secrets.token_bytes(32)).decode() for _ in range(3))
        text = f"SECRET_KEY={secrets.token_urlsafe(50)}\nFIELD_KEYS=k1:{a}\nINDEX_KEY={b}\nAUDIT_KEY={c}\n"
        unfinished = VAR_DIR / f"secrets.{os.getpid()}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(text)
        unfinished.replace(kept)
    environ.Env.read_env(str(kept))


def _refuse_half_a_configuration() -> None:
    """Name everything that is missing at once, so that nobody has to start the portal five times to learn it."""
    needed = SECRETS | REQUIRED_IN_PRODUCTION if PRODUCTION else SECRETS
    missing = [f"Set {name}: {meaning}." for name, meaning in needed.items() if not env.str(name, "")]
    if PRODUCTION and DEMO_MODE:
        missing.append("Set DEMO_MODE=0 or leave it out: a production portal has no demonstration data.")
    if missing:
        raise ImproperlyConfigured("\n".join(missing))


def _refuse_half_an_sms_gateway() -> None:
    """An SMS gateway over HTTP has an address and a key, or neither; in production nothing goes out in the clear."""
    url, key, named = (env.str(f"SMS_GATEWAY{part}", "") for part in ("_URL", "_KEY", ""))
    wrong = []
    if (url or named == HTTP_SMS) and len(key) < 32:
        wrong.append(
            "Set SMS_GATEWAY_KEY: at least 32 characters that the SMS gateway knows too, to sign what is sent."
        )
    if (key or named == HTTP_SMS) and not url:
        wrong.append("Set SMS_GATEWAY_URL: for example https://sms.bank.example/v1/messages.")
    if url and not url.startswith("https://" if PRODUCTION else ("https://", "http://")):
        wrong.append("Set SMS_GATEWAY_URL to an https address: telephone numbers do not travel in the clear.")
    if url and named not in ("", HTTP_SMS):
        wrong.append(f"Set SMS_GATEWAY_URL or SMS_GATEWAY={named}, not both: only one of them sends.")
    if not 0 < env.float("SMS_GATEWAY_SECONDS", 10.0) <= 60:
        wrong.append("Set SMS_GATEWAY_SECONDS to more than 0 and at most 60.")
    if wrong:
        raise ImproperlyConfigured("\n".join(wrong))


def _refuse_a_weak_metrics_token() -> None:
    """What guards the counts of the whole bank cannot be guessed."""
    if 0 < len(env.str("METRICS_TOKEN", "")) < 32:
        raise ImproperlyConfigured("Set METRICS_TOKEN to 32 characters or more, or leave it out.")


def _refuse_vague_proxies() -> None:
    """A proxy is an address or a network: a name or a slip of the pen would be a proxy that is never believed."""
    for written in env.list("TRUSTED_PROXIES", default=[]):
        try:
            network = ip_network(written)
        except ValueError as error:
            raise ImproperlyConfigured(
                "Set TRUSTED_PROXIES to addresses and networks separated by commas, for example 10.0.0.0/24: "
                f"{error}."
            ) from error
        if network.prefixlen == 0:
            raise ImproperlyConfigured(f"Set TRUSTED_PROXIES to your own proxies: {written} is everybody.")


if not PRODUCTION:
    _demonstration_secrets()
_refuse_half_a_configuration()
_refuse_vague_proxies()
_refuse_half_an_sms_gateway()
_refuse_a_weak_metrics_token()

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
FIELD_KEYS = env.list("FIELD_KEYS")
INDEX_KEY = env.str("INDEX_KEY")
AUDIT_KEY = env.str("AUDIT_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Our reverse proxies. Only what comes from them is believed where it says for whom it comes (config/wsgi.py).
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# Switches the tests turn; the deploy checks refuse any other value.
RACE_WITHOUT_LOCKS = False

INSTALLED_APPS = [
    "config.kernel",
    "config.privacy",
    "config.files",
    "config.accounts",
    "merchants",
    "terminals",
    "terminals.settlement",
    "terminals.returns",
    "terminals.offers",
    "applications",
    "applications.support",
    "config.apps.BankAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "config.apps.PolicyNumbersConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "bootstrap",
    "django_filters",
    "django_htmx",
    "heroicons",
    "ninja",
    "simple_history",
    "django_tasks",
    "huey.contrib.djhuey",
    "django_structlog",
]
if DEMO_MODE:
    INSTALLED_APPS.insert(INSTALLED_APPS.index("applications"), "terminals.simulator")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.headers.browser_limits",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.logs.RequestLines",
    "config.kernel.policy.read_once_a_request",
    "config.headers.api_only_over_https",
    "config.headers.api_without_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.ChosenLanguageMiddleware",
    "config.error_pages.closed_for_maintenance",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.headers.keep_private_pages_private",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.accounts.sessions.session_limits",
    "config.accounts.places.each_in_their_place",
    "config.accounts.second_factor.staff_show_a_second_factor",
    "config.accounts.throttling.LimitsAnswer429",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Measuring costs every request a little, so it is there only where somebody reads it (config/metrics.py).
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
if METRICS_TOKEN:
    # Every process of this host writes here, and whichever is asked answers for all of them.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR_DIR / "metrics"))
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.home.waiting_count",
                "config.kernel.inbox.unread_count",
                "config.accounts.sessions.session_end",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
SQLITE_IN_PRODUCTION = env.bool("SQLITE_IN_PRODUCTION", False)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue instead of failing: IMMEDIATE takes the write lock when the transaction begins.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    # A connection per request costs more than the request; after a database restart the old ones are noticed.
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}

# Reports may read from a copy of the database that follows it: `config.kernel.replica` says what goes there.
DATABASE_ROUTERS = ["config.kernel.replica.ReportsRouter"]
if replica := env.str("REPORTS_DATABASE_URL", ""):
    # TEST: the tests have one database; the copy of a deployment is nobody's to migrate.
    DATABASES["reports"] = env.db_url_config(replica) | {
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"MIRROR": "default"},
    }

# Sign-in limits are counted in the cache: in the database, where every process sees them and a restart forgets nothing.
CACHES = {"default": env.cache_url("CACHE_URL", "dbcache://portal_cache")}

# Background work: the queue is a file beside the database unless QUEUE_URL names Redis or PostgreSQL.
QUEUE_URL = env.str("QUEUE_URL", f"sqlite:///{VAR_DIR / 'queue.sqlite3'}")
HUEY: dict = {
    "name": "portal",
    "immediate": False,
    "serializer": SignedSerializer(secret=SECRET_KEY),
    "consumer": {"workers": 2, "worker_type": "thread"},
}
match QUEUE_URL.split("://", 1):
    case ["sqlite", path]:
        HUEY |= {"huey_class": "huey.SqliteHuey", "filename": path.removeprefix("/")}
    case ["postgres" | "postgresql", _]:
        HUEY |= {"huey_class": "huey.PostgresHuey", "dsn": QUEUE_URL}
    case ["redis" | "rediss", _]:
        HUEY |= {"huey_class": "huey.RedisHuey", "url": QUEUE_URL}
    case _:
        raise ImproperlyConfigured("Set QUEUE_URL to sqlite:///file, postgres://... or redis://...")
TASKS = {"default": {"BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend", "ENQUEUE_ON_COMMIT": True}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "config.accounts.backends.PasswordBackend",
    "config.accounts.backends.RoleBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Staff sign in with a second factor; only a demonstration goes without.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", not DEMO_MODE)
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_ADAPTER = "config.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "phone",
    "password1*",
]  # the form asks for one of the two: config.accounts.forms
ACCOUNT_FORMS = {
    name: f"config.accounts.forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "signup": "SignUpForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reauthenticate": "ReauthenticateForm",
        "confirm_email_verification_code": "EmailCodeForm",
        "confirm_password_reset_code": "ResetCodeForm",
        "verify_phone": "MobileCodeForm",
        "add_email": "ChangeEmailForm",
        "change_phone": "ChangeMobileForm",
    }.items()
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
# Messages cost money and annoy whoever gets them: three in ten minutes to one address, whoever asks.
ACCOUNT_RATE_LIMITS = {
    "confirm_email": "1/10s/key,3/10m/key,8/d/key",
    "verify_phone": "1/10s/key,3/10m/key,8/d/key,60/h/ip",
    "reset_password": "20/m/ip,3/10m/key,8/d/key",
    "login_failed": "10/30m/key",  # codes of the second factor; passwords are counted by axes
}
MFA_ADAPTER = "config.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "config.accounts.forms.FactorForm",
    "reauthenticate": "config.accounts.forms.FactorAgainForm",
    "activate_totp": "config.accounts.forms.EnrolForm",
    "add_webauthn": "config.accounts.passkey_forms.AddPasskeyForm",
    "edit_webauthn": "config.accounts.passkey_forms.NamePasskeyForm",
    "login_webauthn": "config.accounts.passkey_forms.PasskeySignInForm",
    "authenticate_webauthn": "config.accounts.passkey_forms.PasskeyFactorForm",
    "reauthenticate_webauthn": "config.accounts.passkey_forms.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Nothing can be guessed there: the limit spares the server, and a branch's people share one address.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_TOTP_TOLERANCE = 1
# Wrong passwords are counted per account and address: config.accounts.lockout says how and why.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "config.accounts.lockout.account_key"
AXES_FAILURE_LIMIT = "config.accounts.lockout.tries_allowed"
AXES_CLIENT_IP_CALLABLE = "config.accounts.lockout.client_address"
AXES_LOCKOUT_CALLABLE = "config.accounts.throttling.locked_out"
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # the audit has it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "email", "phone", "reach", "code", "next"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {
        # Sealed under FIELD_KEYS, 0600 in folders of 0700.
        "BACKEND": "config.files.vault.SealedStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "config.static_files.FarFutureStorage"},
}
if bucket := env.str("DOCUMENTS_BUCKET", ""):
    STORAGES["default"] = {
        # Sealed under FIELD_KEYS as well; names are random, and resealing writes an object over itself.
        "BACKEND": "config.files.objects.SealedObjects",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.str("DOCUMENTS_ENDPOINT", "") or None,
            "region_name": env.str("DOCUMENTS_REGION", "") or None,
            "default_acl": None,
            "file_overwrite": True,
            "object_parameters": {"ServerSideEncryption": env.str("DOCUMENTS_ENCRYPTION", "AES256")},
        },
    }

FILE_UPLOAD_HANDLERS = ["config.files.upload_handlers.CountingUploadHandler"]
CLAMD_URL = env.str(
    "CLAMD_URL", ""
)  # tcp://host:3310 or unix:///run/clamd.sock; when set, nothing unscanned is taken in
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # a form or an API body without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 6  # one more than any form takes, so that the form can say so

vars().update(env.email_url("EMAIL_URL", "consolemail://"))
EMAIL_TIMEOUT = (
    10  # seconds for each answer of the mail server; without it a silent one holds a worker for ever
)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portal@bank.example")

# Sessions end after 15 idle minutes for staff (PCI DSS 8.2.8) and after 12 hours for everybody.
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
STAFF_IDLE_SECONDS = 15 * 60
SESSION_ENGINE = "config.accounts.sealed_sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sid", "__Host-csrf"
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    # A device that speaks plain HTTP is refused, not redirected; probes come from inside.
    SECURE_REDIRECT_EXEMPT = [r"^api/", r"^healthz$", r"^readyz$", r"^metrics$"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LOGGING = logging_to_standard_error(level=env.str("LOG_LEVEL", "WARNING" if DEMO_MODE else "INFO"))
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # RequestLines writes the address it can trust

CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"
CONSTANCE_CONFIG = CONSTANCE
CONSTANCE_SUPERUSER_ONLY = False  # the table of roles says who may see and change them

# What the worker does every minute: each is called with `now`, alone, and safe to run twice.
PERIODIC_SWEEPS = [
    "config.kernel.delivery.deliver_due",
    "config.kernel.audit_chain.seal_events",
    "config.kernel.idempotency.forget_old",
    "config.kernel.tally.add_up",
    "config.files.tidying.tidy_nightly",
    "config.accounts.personal_copy.expire_due",
    "merchants.invitations.expire_due",
    "merchants.handing_over.expire_due",
    "config.files.exports.sweeps.look_after",
    "config.files.exports.scheduling.run_due",
    "config.files.imports.sweeps.look_after",
    "applications.sweeps.remind_corrections",
    "applications.sweeps.lapse_overdue",
    "applications.draft_reminders.warn_of_deletion",
    "applications.sweeps.discard_old_drafts",
    "applications.scheduled_effects.carry_out_due",
    "applications.dormancy_stops.file_nightly",
    "applications.expired_particulars.sweep_nightly",
    "applications.ended_contracts.close_nightly",
    "applications.desk.drafts.forget_old",
    "applications.handing_out.escalate_overdue",
    "applications.handing_out.assign_waiting",
    "applications.support.sweeps.escalate_overdue",
    "terminals.codes.expire_due",
    "terminals.code_reminders.warn_of_expiry",
    "terminals.activation.forget_old_attempts",
    "terminals.returns.chasing.chase",
    "terminals.returns.violations.hear_overdue",
    "terminals.offers.ending.end_what_is_over",
    "terminals.closures.resume_due",
    "terminals.closures.announce_ends",
    "terminals.dormancy.sweep_nightly",
    "terminals.recovery.tell_who_asked",
    "terminals.recovery.tell_of_changes",
    "applications.support.many_alike.draft_bulletins",
    "applications.support.checking.afterwards.follow_up",
    "applications.support.weeks.count_now_and_then",
]

# Every report that can be taken away, as its room declares it.
REPORT_SHELF = "config.reports.SHELF"
# Every list that is taken in, as its room declares it.
IMPORTERS = "config.importers.ALL"
# What every act of the record is called, as its room says.
ACTS = "config.acts.ALL"

# Who knows the address of a contact that is nobody's account: called with the object's key and the channel.
ADDRESS_BOOKS = {
    "contact_on_record": "applications.contact_on_record.address_of",
    "merchant_contact": "merchants.handing_over.contact_on_record",
}

# Where messages leave the house; a channel without a gateway gets none. SMS go to the HTTP gateway where its address is
# set, else to the class that SMS_GATEWAY names.
_CONSOLE = "config.kernel.gateways.ConsoleGateway"
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", "")
SMS_GATEWAY_KEY = env.str("SMS_GATEWAY_KEY", "")
SMS_GATEWAY_SECONDS = env.float("SMS_GATEWAY_SECONDS", 10.0)  # from connecting to the end of the answer
GATEWAYS = {
    "email": env.str("EMAIL_GATEWAY", _CONSOLE if DEMO_MODE else "config.kernel.gateways.MailGateway"),
    "sms": HTTP_SMS if SMS_GATEWAY_URL else env.str("SMS_GATEWAY", _CONSOLE if DEMO_MODE else ""),
}
MESSAGE_FILE = VAR_DIR / "messages.jsonl"  # of gateways.FileGateway

# Whose portal it is, and whom to call: on every page and letter.
BANK_NAME = env.str("BANK_NAME", "")
# How the bank writes itself in the numbers of its letters, such as 示银 in 示银收单停〔2026〕0001号.
BANK_LETTER_MARK = env.str("BANK_LETTER_MARK", "×银")
# Where the portal is found, for what is printed on paper.
PORTAL_URL = env.str(
    "PORTAL_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://127.0.0.1:8000"
).rstrip("/")
HELP_PHONE = env.str("HELP_PHONE", "")

CSRF_FAILURE_VIEW = "config.error_pages.form_expired"
