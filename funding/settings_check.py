"""Production's settings with invented values, for `check --deploy` and the type checker: nothing is started with them."""

import os

os.environ.update(
    {
        "DEBUG": "0",
        "DEMO": "0",
        "SECRET_KEY": "invented-for-the-check-9f3c0b1d2e4a5678-QWERTZUIOPASDFGHJKL-yxcvbnm",
        "SITE_URL": "https://vouchers.example",
        "ALLOWED_HOSTS": "vouchers.example",
        "DATABASE_URL": "postgres://voucher@db/voucher",
        "REDIS_URL": "redis://redis:6379/0",
        "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
        "DEFAULT_FROM_EMAIL": "calls@vouchers.example",
        "TRUSTED_PROXIES": "10.0.0.0/8",
    }
)

from funding.settings import *  # noqa: F403  (the environment has to be there first)
