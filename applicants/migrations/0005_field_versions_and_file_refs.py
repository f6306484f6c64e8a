"""Two tabs do not overwrite each other in titles and amounts either; files get a reference for their address;
unsubmitted drafts and missing receipts are found by an index."""

from django.db import migrations, models

import core.refs


class Migration(migrations.Migration):
    dependencies = [("applicants", "0004_submitted_is_fixed")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="field_versions",
            field=models.JSONField(default=dict, help_text="As in SectionAnswers, for the title"),
        ),
        migrations.AddField(
            model_name="version",
            name="lateness_told_at",
            field=models.DateTimeField(
                help_text="When its writers heard that it was not submitted", null=True
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="field_versions",
            field=models.JSONField(default=dict, help_text="As in SectionAnswers"),
        ),
        migrations.AddField(
            model_name="attachment",
            name="ref",
            field=models.CharField(default=core.refs.new_ref, editable=False, max_length=12, unique=True),
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                condition=models.Q(receipt__isnull=True, status="final"),
                fields=["arrived_at"],
                name="version_without_receipt",
            ),
        ),
    ]
