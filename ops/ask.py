"""Ask the web server of this container a health question: `python -m ops.ask /readyz`. The exit code is the answer."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Print the answer; 0 when it is 200."""
    port = os.environ.get("WEB_BIND", ":8000").rpartition(":")[2]
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}{arguments[0]}", timeout=8) as answer:
            print(answer.read().decode().strip())
    except urllib.error.HTTPError as error:
        print(error.read().decode().strip())
        return 1
    except OSError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
