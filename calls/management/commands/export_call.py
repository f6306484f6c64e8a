"""Write a call as a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls.models import Call
from calls.queries import file_of


class Command(BaseCommand):
    help = "Print a call as a file (docs/call-file.md): manage.py export_call DRM-27 > call.yaml"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the call's code in references")

    def handle(self, *args: Any, code: str, **options: Any) -> None:
        call = Call.objects.select_related("voucher_type").filter(code__iexact=code).first()
        if call is None:
            raise CommandError(f"There is no call {code}.")
        self.stdout.write(file_of(call), ending="")
