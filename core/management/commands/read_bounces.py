"""`manage.py read_bounces`: read the mailbox into which mail comes back, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import bounce_box
from core.outbox import take_back_undelivered


class Command(BaseCommand):
    help = "Read the mailbox that BOUNCES_URL names, and mark mail of ours that was not delivered for good."

    def handle(self, *args: Any, **options: Any) -> None:
        if not bounce_box.is_configured():
            raise CommandError("BOUNCES_URL names no mailbox.")
        try:
            found = take_back_undelivered()
        except bounce_box.NoMailbox as error:
            raise CommandError(f"The mailbox cannot be reached: {error}") from error
        self.stdout.write(f"{found.read} read, {found.marked} of our mails marked as not delivered")
