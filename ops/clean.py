"""`make clean`: remove `.local/` and the folders elsewhere that it remembers. Refuses while the product runs."""

import contextlib
import fcntl
import shutil
import sys
from pathlib import Path

LOCAL = Path(__file__).resolve().parent.parent / ".local"
NOTES = ("services-elsewhere", "services/run-elsewhere", "run-elsewhere")


def remembered(folder: Path) -> list[Path]:
    """The folders outside the checkout that notes in `folder` name, innermost first; only ones we once made."""
    found: list[Path] = []
    for note in NOTES:
        if (folder / note).is_file():
            other = Path((folder / note).read_text().strip())
            if other.name.startswith("voucher-desk-") and other.is_dir() and not other.is_symlink():
                found = [*remembered(other), other, *found]
    return found


def main() -> int:
    """The exit code."""
    if not LOCAL.exists():
        return 0
    with contextlib.suppress(FileNotFoundError), open(LOCAL / "run.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("The product of this checkout is running: stop it first.", file=sys.stderr)
            return 1
    for folder in [*remembered(LOCAL), LOCAL]:
        shutil.rmtree(folder)
        print(f"removed {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
