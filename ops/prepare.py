"""What `make` does before anything else: system packages, a virtual environment, the pinned packages.

    python3.11 ops/prepare.py run|test

Only the standard library: it runs on a machine that has Python 3.11 and nothing else. Nothing is installed twice:
a stamp in the virtual environment holds the hash of the requirement files.
"""

import ctypes
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCAL = CHECKOUT / ".local"
VENV = LOCAL / "venv"
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
PYTHON = (3, 11)


class Stop(Exception):
    """The person has to do something first; the text says what."""


def loads(library: str) -> bool:
    """True when the system has this shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_venv() -> bool:
    """True when this Python can make virtual environments with pip in them (Debian splits that off)."""
    return (
        subprocess.run(
            [sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False
        ).returncode
        == 0
    )


def has_dejavu() -> bool:
    """True when the fonts of the PDFs are there."""
    return any(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"))


# What is needed, by Debian's name, and how to see that it is there (however it came).
PACKAGES: dict[str, Callable[[], bool]] = {
    "python3-venv": has_venv,
    "libpango-1.0-0": lambda: loads("libpango-1.0.so.0"),
    "libpangoft2-1.0-0": lambda: loads("libpangoft2-1.0.so.0"),
    "libharfbuzz-subset0": lambda: loads("libharfbuzz-subset.so.0"),
    "fonts-dejavu-core": has_dejavu,
    "gettext": lambda: shutil.which("msgfmt") is not None,
    "redis-server": lambda: (
        shutil.which("redis-server", path=f"{os.environ['PATH']}:/usr/bin:/usr/sbin") is not None
    ),
}
TEST_PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium": lambda: any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
}


def missing_packages(goal: str) -> list[str]:
    """The system packages that `goal` (run or test) needs and this machine lacks, in Debian's names."""
    needed = {**PACKAGES, **(TEST_PACKAGES if goal == "test" else {})}
    return [name for name, present in needed.items() if not present()]


def root_prefix() -> list[str] | None:
    """What to put before apt-get: nothing for root, `sudo -n` where it asks for no password, None when neither."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def exact_command(names: Sequence[str]) -> str:
    """What root types to install Debian packages by hand."""
    return f"apt-get update && apt-get install -y --no-install-recommends {' '.join(names)}"


def install_packages(names: Sequence[str]) -> None:
    """Install Debian packages. Raises Stop with the exact command when we may not, or when apt-get fails."""
    command = exact_command(names)
    prefix = root_prefix()
    if shutil.which("apt-get") is None:
        raise Stop(
            f"These packages are missing (Debian's names): {' '.join(names)}. Install them and start again."
        )
    if prefix is None:
        raise Stop(f"System packages are missing. As root, run:\n\n    {command}\n\nand start again.")
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    for part in ("update -q", f"install -y -q --no-install-recommends {' '.join(names)}"):
        if (
            subprocess.run(
                [*environment, "apt-get", *part.split()], stdout=subprocess.DEVNULL, check=False
            ).returncode
            != 0
        ):
            raise Stop(f"apt-get failed (see above). As root, run:\n\n    {command}\n\nand start again.")


def fingerprint() -> str:
    """Changes when the requirement files, the Python, or the place of the checkout change."""
    digest = hashlib.sha256(f"{VENV}\0{sys.version}\0{os.path.realpath(sys.executable)}".encode())
    for name in REQUIREMENTS:
        digest.update((CHECKOUT / name).read_bytes())
    return digest.hexdigest()


def is_prepared() -> bool:
    """True when the virtual environment holds exactly what the requirement files say."""
    stamp = VENV / "prepared"
    return (
        stamp.exists() and stamp.read_text() == fingerprint() and os.access(VENV / "bin" / "python", os.X_OK)
    )


def make_environment() -> None:
    """Make the virtual environment and install the pinned packages, each checked against its hash."""
    works = (VENV / "bin" / "python").exists() and (VENV / "pyvenv.cfg").exists()
    moved = works and f"{VENV}\n" not in (VENV / "pyvenv.cfg").read_text()
    if not works or moved:
        shutil.rmtree(VENV, ignore_errors=True)
    call([sys.executable, "-m", "venv", str(VENV)], "the virtual environment could not be made")
    files = [part for name in REQUIREMENTS for part in ("-r", name)]
    pip = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "-qq",
    ]
    call([*pip, "--require-hashes", *files], "the packages could not be installed")
    (VENV / "prepared").write_text(fingerprint())


def call(command: Sequence[str], failure: str) -> None:
    """Run a command in the checkout. Raises Stop with `failure` when it fails."""
    if subprocess.run(command, cwd=CHECKOUT, check=False).returncode != 0:
        raise Stop(f"{failure[0].upper()}{failure[1:]}; this failed:\n\n    {shlex.join(command)}\n")


def prepare(goal: str) -> None:
    """Everything `goal` needs. Raises Stop when it cannot be had."""
    if sys.version_info[:2] != PYTHON:
        raise Stop(
            f"Python 3.11 is needed, this is {sys.version.split()[0]}. Say which: `make {goal} PYTHON=/path/to/python3.11`."
        )
    LOCAL.mkdir(exist_ok=True)
    if LOCAL.stat().st_uid != os.geteuid():
        raise Stop(f"{LOCAL} belongs to another user. Start as that user, or make a checkout of your own.")
    with open(LOCAL / "prepare.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make run` and `make test` may start together
        missing = missing_packages(goal)
        print(
            f"1/6 System packages: {f'installing {chr(32).join(missing)}' if missing else 'present'}",
            flush=True,
        )
        if missing:
            install_packages(missing)
        if is_prepared():
            print("2/6 Python packages: up to date", flush=True)
        else:
            print("2/6 Python packages: installing into .local/venv (a minute or two)", flush=True)
            make_environment()


def main(arguments: Sequence[str]) -> int:
    """The exit code: 1 with a sentence when something is missing."""
    try:
        prepare(arguments[0])
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
