"""What `make` needs from the system, and what it says when it may not install it."""

import importlib.util
import re
import subprocess

import pytest

from ops import check
from ops.services import CHECKOUT

MAKEFILE = (CHECKOUT / "Makefile").read_text()


@pytest.fixture(scope="module")
def prepare():
    """The module as `make` runs it: by its path, without the virtual environment."""
    spec = importlib.util.spec_from_file_location("prepare", CHECKOUT / "ops" / "prepare.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_miss_no_package_on_a_machine_that_runs_the_tests(prepare) -> None:
    assert prepare.missing_packages("test") == []


def test_see_that_a_library_is_missing(prepare) -> None:
    assert (prepare.loads("libc.so.6"), prepare.loads("libnosuch.so.9")) == (True, False)


def test_say_the_exact_command_when_packages_may_not_be_installed(prepare) -> None:
    command = prepare.exact_command(["gettext", "redis-server"])

    assert command == "apt-get update && apt-get install -y --no-install-recommends gettext redis-server"


def test_use_only_the_standard_library_before_the_environment_exists() -> None:
    source = (CHECKOUT / "ops" / "prepare.py").read_text() + (CHECKOUT / "ops" / "clean.py").read_text()

    imported = set(re.findall(r"^(?:from|import) ([\w.]+)", source, re.M))
    expected = {
        "contextlib",
        "ctypes",
        "fcntl",
        "hashlib",
        "os",
        "shlex",
        "shutil",
        "subprocess",
        "sys",
        "pathlib",
    }
    assert imported == expected | {"collections.abc"}


def test_pin_every_package_by_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for block in re.split(r"\n(?=\S)", (CHECKOUT / name).read_text()):
            if not block.startswith("#"):
                assert re.match(r"[\w.\[\]-]+==\S+", block), block
                assert "--hash=sha256:" in block, block


def test_explain_every_target_of_make_and_have_no_more_than_a_dozen() -> None:
    phony = set(re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.M)[0].split())
    explained = set(re.findall(r"^([a-z]+):.*## \w", MAKEFILE, re.M))

    shown = subprocess.run(["make"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert phony == explained == set(re.findall(r"make (\w+)", shown))
    assert len(phony) <= 12


def test_run_what_people_run_in_continuous_integration() -> None:
    script = (CHECKOUT / ".ci" / "run").read_text()

    commands = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "${BASH_SOURCE[0]}")/.."', "exec make test"]


@pytest.mark.parametrize("name", check.CHECKS)
def test_pass_check(name) -> None:
    result = check.run(name)

    assert result.returncode == 0, result.stdout
