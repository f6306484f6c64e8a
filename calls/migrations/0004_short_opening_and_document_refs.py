"""Why a call is open for less than two months; documents get a reference for their address."""

from django.db import migrations, models

import core.refs


def give_refs(apps, schema_editor):
    for document in apps.get_model("calls", "CallDocument").objects.filter(ref=None):
        document.ref = core.refs.new_ref()
        document.save(update_fields=["ref"])


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_frozen")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="short_opening_reason",
            field=models.TextField(
                blank=True,
                default="",
                help_text=(
                    "Only if it is: what in the grant agreement allows it, and who agreed. Kept for the auditor."
                ),
                max_length=1000,
                verbose_name="why it is open for less than two months",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="calldocument", name="ref", field=models.CharField(max_length=12, null=True)
        ),
        migrations.RunPython(give_refs, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="calldocument",
            name="ref",
            field=models.CharField(default=core.refs.new_ref, editable=False, max_length=12, unique=True),
        ),
    ]
