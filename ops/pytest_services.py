"""pytest plugin: a throw-away PostgreSQL and Redis for the whole run, unless DATABASE_URL names one.

Loaded by `-p` in pyproject.toml, before Django reads its settings; xdist's workers inherit the addresses.
"""

import contextlib
import os
import tempfile
from pathlib import Path

import pytest

from ops.messages import compile_messages
from ops.throwaway import throw_away_postgres, throw_away_redis

_open = contextlib.ExitStack()

# As in production, modules are compiled once: tests start the product's processes some thirty times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault(
    "PYTHONPYCACHEPREFIX", str(Path(__file__).resolve().parents[1] / ".local" / "cache" / "compiled")
)

compile_messages()

if not os.environ.get("PRIVATE_FILES_DIR"):
    os.environ["PRIVATE_FILES_DIR"] = _open.enter_context(tempfile.TemporaryDirectory(prefix="desk-files-"))

if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = _open.enter_context(throw_away_postgres()).url()
    os.environ["REDIS_URL"] = _open.enter_context(throw_away_redis()).server.url()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started; a worker started nothing."""
    _open.close()
