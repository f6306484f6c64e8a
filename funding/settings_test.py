"""Settings for tests: the same product with a fast hasher and tasks run in place. Services: see tests/conftest.py."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-and-never-anywhere-else-0123456789abcdef")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
os.environ.setdefault("DATABASE_URL", "postgres://postgres@127.0.0.1:1/none")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "Voucher Desk <calls@voucher-desk.example>")

from funding.settings import *  # noqa: F403  (the environment has to be there first)
from funding.settings import DATABASES, LOGGING, STORAGES, TEMPLATES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"].setdefault("OPTIONS", {})
# Tests may empty append-only tables between one another; nobody else may (see core/migrations).
DATABASES["default"]["OPTIONS"]["options"] = "-c app.allow_truncate=on"
DATABASES["default"]["CONN_MAX_AGE"] = 0
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "UNKNOWN-VARIABLE(%s)"
LOGGING["root"]["level"] = "ERROR"  # type: ignore[index]
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
REQUIRE_MFA = False
VISITOR_PAGE_SECONDS = 0
BOT_PAUSE_SECONDS = 0
DEMO = True
