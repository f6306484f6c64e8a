"""The catalogues of translations: compiled where the sources are newer, by gettext's own compiler."""

import os
import subprocess

from ops.services import CHECKOUT


def compile_messages() -> None:
    """Make the .mo file of each .po that changed since. Each appears whole: several processes may do this at once."""
    for source in sorted((CHECKOUT / "locale").glob("*/LC_MESSAGES/*.po")):
        made = source.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = made.with_suffix(f".{os.getpid()}")
        subprocess.run(["msgfmt", "-o", str(fresh), str(source)], check=True)
        fresh.replace(made)
