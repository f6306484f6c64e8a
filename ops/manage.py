"""`make shell`: Django's command line with the variables of this checkout's running product.

python -m ops.manage shell
"""

import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from ops.run import product_environment
from ops.services import CHECKOUT, Postgres, Redis, ServiceError, server_user, service_home, socket_folder

NOT_RUNNING = "The product of this checkout is not running: start it with `make run` in another terminal."


def address(text: str) -> tuple[str, int]:
    """Host and port of the running product, from what it wrote into its lock. Raises ServiceError for no address."""
    url = urlsplit(text.split()[0]) if text.strip() else None
    if url is None or url.hostname is None or url.port is None:
        raise ServiceError(NOT_RUNNING)
    return url.hostname, url.port


def main(arguments: Sequence[str]) -> None:
    """Become manage.py; returns only by an exception."""
    os.chdir(CHECKOUT)
    local = CHECKOUT / ".local"
    note = local / "run.lock"
    where = address(note.read_text() if note.exists() else "")
    home = service_home(local, server_user())
    sockets = socket_folder(home, server_user())
    postgres, redis = Postgres(home, sockets, server_user()), Redis(home, sockets, server_user())
    product = product_environment(local, postgres, redis, where, dev=False)
    os.execve(sys.executable, [sys.executable, "manage.py", *arguments], product)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ServiceError as error:
        sys.exit(str(error))
