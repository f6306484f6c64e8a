"""Tell the demo story once; `--renew` empties the database and tells it again from today."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from core import clock
from core.audit import record
from core.models import AuditEvent
from demo import story
from funding.celery import app
from funding.models import Project

TOLD = "demo.told"


class Command(BaseCommand):
    help = "Tell the demo story, with dates relative to today. Only where DEMO is on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--renew", action="store_true", help="forget everything and tell it again from today"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The story is for demonstrations: set DEMO=1. Nothing was changed.")
        told = AuditEvent.objects.filter(verb=TOLD).exists()
        if told and not options["renew"]:
            self.stdout.write("The story is told already; `tell_story --renew` tells it again from today.")
            return
        if options["renew"] or Project.objects.exists():
            empty_database()
        app.conf.task_always_eager = True  # documents are made here and now: no worker has to run yet
        story.tell(clock.now())
        record(Project.objects.get(slug="dream"), TOLD, by=None)
        self.stdout.write("The story is told.")


def empty_database() -> None:
    """Forget all rows but those of migrations. A demo may do what nobody else may."""
    keep = {"django_migrations", "django_content_type"}
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor) if t not in keep]
        cursor.execute("SET app.allow_truncate = 'on'")
        cursor.execute(f"TRUNCATE {', '.join(connection.ops.quote_name(t) for t in tables)} RESTART IDENTITY")
        cursor.execute("SET app.allow_truncate = 'off'")
