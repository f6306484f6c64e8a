"""The audit trail cannot be rewritten; the table of the cache, which holds rate limits."""

from django.core.management import call_command
from django.db import migrations

from core.sql import REFUSE_CHANGE, append_only


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        REFUSE_CHANGE,
        append_only("core_auditevent"),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
