"""What beat starts again and again, once, in the database that the environment names: `python -m tests.soak.sweeping`."""

import django


def main() -> None:
    """Send every mail that waits, and make a few of the receipts that are missing."""
    django.setup()
    from applicants.jobs import render_missing_receipts
    from core.jobs import deliver_pending

    deliver_pending(limit=10_000)
    render_missing_receipts(limit=5)


if __name__ == "__main__":
    main()
