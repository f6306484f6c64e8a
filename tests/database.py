"""One migrated database on the tests' server, of which every worker and every running product gets a copy.

To migrate takes some twenty seconds, to copy takes a tenth of one. Whoever needs it first makes it; others wait.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
LOCK = 20270218


def migrated_template() -> str:
    """The name of the database to copy (`CREATE DATABASE … TEMPLATE …`), made of the migrations as they are now."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    name = f"migrated_{digest.hexdigest()[:12]}"
    connection = psycopg2.connect(**{key: value for key, value in admin().items() if value})
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until this connection closes
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}_unfinished")
            cursor.execute(f"CREATE DATABASE {name}_unfinished")
            _migrate(f"{name}_unfinished")
            cursor.execute(f"ALTER DATABASE {name}_unfinished RENAME TO {name}")
    return name


def _migrate(name: str) -> None:
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "migrate", "-v", "0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "funding.settings_test"},
        check=True,
    )


def admin() -> dict[str, object]:
    """How to reach the server's own database."""
    address = urlsplit(os.environ["DATABASE_URL"])
    options = dict(part.split("=", 1) for part in address.query.split("&") if part)
    return {
        "user": address.username,
        "password": address.password,
        "host": unquote(options.get("host", "")) or address.hostname,
        "port": address.port,
        "dbname": "postgres",
    }
