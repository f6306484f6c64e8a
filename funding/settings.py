"""The one settings file: everything that differs between installations is read from the environment.

`.env.example` lists each variable. Without any of them the product refuses to start, so that no unsafe
default reaches production: `make run` and the tests give their own.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
import structlog
from bootstrap_wrapper import get_bootstrap_dir
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- what kind of installation this is -------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # mail readable in the browser, demo sign-ins listed
CLOCK_SHIFT_FILE = env.str("CLOCK_SHIFT_FILE", default="")  # demo only: see core.clock
SECRET_KEY = env.str("SECRET_KEY")
SITE_URL = env.str("SITE_URL").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Voucher Desk")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
BOT_PAUSE_SECONDS = env.int(
    "BOT_PAUSE_SECONDS", default=2
)  # forms of strangers that come back sooner are asked for once more; 0: never
SHED_AFTER_MILLISECONDS = env.int(
    "SHED_AFTER_MILLISECONDS", default=1500
)  # 0: everybody waits (core/shedding.py)
HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "core.staticfiles.PublishedFiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_countries",
    "django_htmx",
    "django_structlog",
    "lucide",
    "template_partials",
    "core",
    "accounts",
    "funding",
    "calls",
    "applicants",
    "evaluation",
    "grants",
    "reports",
    "desk",
    "demo",
]

MIDDLEWARE = [
    "core.middleware.arrival",  # first: what counts is when the request was complete
    "core.middleware.health_endpoints",  # answers /livez and /readyz before anything that needs a database or a host name
    "core.shedding.shed_load",  # what waited too long and can be asked again gives way
    "core.visitors.visitor_pages",  # finished pages for visitors, before anything that costs
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.headers",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.reader_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.blur_times",  # how long a door takes tells nothing
    "allauth.account.middleware.AccountMiddleware",
    "core.sessions.keep_alive",  # who works is not signed out
    "core.middleware.PolicyMiddleware",  # closed by default: who may reach which page
    "core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "funding.urls"
WSGI_APPLICATION = "funding.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.page",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- data -------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
# A database host that vanished is noticed in seconds, not in the two hours of TCP (libpq; nothing on a UNIX socket).
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,  # milliseconds for what was sent and not received
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    **DATABASES["default"].get("OPTIONS", {}),
}
REDIS_URL = env.str("REDIS_URL")
CACHES = {
    # Rate limits live here; in the database, so that they hold when Redis is away.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
}
PRIVATE_FILES_DIR = env.str("PRIVATE_FILES_DIR", default=str(BASE_DIR / ".local" / "files"))
S3_BUCKET = env.str("S3_BUCKET", default="")
# Receipts are sealed with these (core/seal.py; `manage.py make_seal`); only the worker needs the key.
SEAL_KEY_FILE = env.str("SEAL_KEY_FILE", default="")
SEAL_KEY_PASSWORD = env.str("SEAL_KEY_PASSWORD", default="")
SEAL_CERTIFICATE_FILE = env.str("SEAL_CERTIFICATE_FILE", default="")
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", get_bootstrap_dir())]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept there
    "staticfiles": {"BACKEND": "core.staticfiles.PublishedStorage"},
    "private": {
        "BACKEND": "core.storage.DurableFileSystemStorage",
        "OPTIONS": {
            "location": PRIVATE_FILES_DIR,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
if S3_BUCKET:
    STORAGES["private"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "default_acl": "private",
            "file_overwrite": True,
            "querystring_auth": True,
        },
    }
# The virus scanner clamd: "unix:/run/clamav/clamd.sock" or "clamd:3310"; empty: there is none.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
# The VIES service that knows VAT numbers; empty: it is not asked.
VIES_URL = env.str("VIES_URL", default="")
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=20 * 1024 * 1024)
# So many days after the deadline a draft that was not submitted is deleted, announced 14 days before.
DRAFTS_KEPT_DAYS = env.int("DRAFTS_KEPT_DAYS", default=180)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- people and sign-in -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
HOME_PAGE = "desk:home"
NOTICES_PAGE = "accounts:notices"
NOTICE_END_PAGE = "accounts:notice_end"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a new password, passkey or address is told to the owner
ACCOUNT_CHANGE_EMAIL = True  # one address; the new one takes the place of the old when it is confirmed
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
# Guesses are counted by address and by account; see accounts.adapter.guessed_from for what the key is made of.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,10/h/key", "request_login_code": "20/m/ip,3/h/key"}
ACCOUNT_FORMS = {
    "signup": "accounts.forms_signin.SignUpForm",
    "request_login_code": "accounts.forms_signin.AskForCodeForm",
    "confirm_login_code": "accounts.forms_signin.TypeCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.forms_signin.AddPasskeyForm",
    "login_webauthn": "accounts.forms_signin.PasskeySignInForm",
    "authenticate_webauthn": "accounts.forms_signin.PasskeySecondForm",
    "reauthenticate_webauthn": "accounts.forms_signin.PasskeyAgainForm",
}
MFA_TOTP_ISSUER = SITE_NAME
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=True)  # for every role but applicants
REAUTHENTICATE_AFTER = timedelta(minutes=10)  # sensitive pages want a sign-in not older than this

# --- mail -------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 20
# Where what cannot be delivered comes back: the sender on the envelope, and the mailbox that is read; empty: none.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCES_URL = env.str("BOUNCES_URL", default="")

# --- background work --------------------------------------------------------------------------------------
CELERY_BROKER_URL = f"redis+socket://{REDIS_URL[7:]}" if REDIS_URL.startswith("unix://") else REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0, "interval_start": 0, "interval_step": 0}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,  # a little above the longest task
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "send mail that is still in the outbox": {"task": "core.deliver_pending", "schedule": 15},
    "mark mail that came back": {"task": "core.read_bounces", "schedule": 300},
    "write the daily mails of those who chose one": {"task": "core.send_digests", "schedule": 60},
    "show the virus scanner what came while it was away": {
        "task": "core.scan_waiting_files",
        "schedule": 60,
    },
    "make receipts that have no PDF yet": {"task": "applicants.render_missing_receipts", "schedule": 20},
    "make agreements and orders that have no PDF yet": {
        "task": "grants.render_missing_documents",
        "schedule": 20,
    },
    "tell people with drafts what changed in a call": {
        "task": "applicants.announce_call_changes",
        "schedule": 30,
    },
    "compare the texts of what was submitted": {"task": "applicants.compare_submissions", "schedule": 60},
    "tell both sides of mandates that end": {"task": "applicants.tell_of_mandates", "schedule": 3600},
    "remind people with drafts of the deadline": {
        "task": "applicants.remind_of_deadlines",
        "schedule": 30,
    },
    "tell subscribers what is new in their calls, and of new calls once a day": {
        "task": "calls.tell_subscribers",
        "schedule": 60,
    },
    "ask VIES about VAT numbers": {"task": "accounts.check_vat_numbers", "schedule": 60},
    "forget addresses that are no longer needed": {"task": "calls.forget_addresses", "schedule": 3600},
    "drop files that never arrived whole": {
        "task": "applicants.forget_unfinished_uploads",
        "schedule": 3600,
    },
    "tell of drafts that expire, and delete what was told": {
        "task": "applicants.expire_drafts",
        "schedule": 600,
    },
    "announce and delete what is past its term": {"task": "desk.keep_terms", "schedule": 3600},
    "delete people who asked for it": {"task": "desk.erase_people", "schedule": 600},
    "delete the PDFs of drafts that are none any more": {
        "task": "applicants.forget_draft_prints",
        "schedule": 600,
    },
    "delete the bytes of files that are gone": {"task": "core.delete_doomed_files", "schedule": 600},
    "invite selected projects to the next phase": {
        "task": "applicants.invite_to_next_phase",
        "schedule": 60,
    },
    "open an evaluation round for each closed call": {"task": "evaluation.open_rounds", "schedule": 60},
}

# --- languages and time -----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# A visitor's page may be this old: see core/visitors.py.
VISITOR_PAGE_SECONDS = 0 if DEBUG else 2

LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("it", _("Italian")),
    ("de", _("German")),
    ("ro", _("Romanian")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_ZONE = "Europe/Brussels"

# --- security ---------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
USE_X_FORWARDED_HOST = False

# --- logs -------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": _shared,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False, "level": "WARNING"}},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
