"""What was declared and what was screened stays as it was said."""

from django.db import migrations

from core.sql import append_only


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial"), ("core", "0002_append_only")]
    operations = [append_only("evaluation_screening"), append_only("evaluation_conflictdeclaration")]
