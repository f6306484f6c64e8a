"""`make check`: format, lint, types, import contracts, migrations, templates, and Django's deployment check.

Each check is one command; the test suite runs the same list, one test each. `python -m ops.check [name...]`
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from ops.services import CHECKOUT

PYTHON = sys.executable
CACHE = CHECKOUT / ".local" / "cache"
IMPORT_LINTER = (
    "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
)
MANAGE = [PYTHON, "-W", "ignore::RuntimeWarning", "manage.py"]

CHECKS: dict[str, list[str]] = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "types": [PYTHON, "-m", "mypy", "--no-error-summary"],
    "imports": [PYTHON, "-c", IMPORT_LINTER, "--cache-dir", str(CACHE / "imports")],
    "templates": [PYTHON, "-m", "djlint", "templates", "--check", "--lint", "--quiet"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def run(name: str) -> subprocess.CompletedProcess[str]:
    """Run one check with production's settings; its return code is 0 when there is nothing to say."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "funding.settings_check",
        "PYTHONPATH": str(CHECKOUT),
        "COLUMNS": "140",
        "MYPY_CACHE_DIR": str(CACHE / "mypy"),
        "RUFF_CACHE_DIR": str(CACHE / "ruff"),
    }
    return subprocess.run(
        CHECKS[name],
        cwd=CHECKOUT,
        env=environment,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def main(names: Sequence[str]) -> int:
    """Run the named checks, all when none is named; 1 when one of them found something."""
    failed = []
    for name in names or CHECKS:
        began = time.monotonic()
        result = run(name)
        verdict = "ok" if result.returncode == 0 else "FAILED"
        print(f"{name:<12} {verdict}  {time.monotonic() - began:.1f} s", flush=True)
        if result.returncode != 0:
            failed.append(name)
            print(result.stdout)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
