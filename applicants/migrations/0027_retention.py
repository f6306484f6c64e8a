"""After its term the contents of an application are deleted: inside a transaction that says so (`SET LOCAL app.retention = 'on'`)
PostgreSQL lets go what it keeps at any other time."""

from django.db import migrations, models

from core.sql import lets_go_after_term

KEPT = (
    ("applicants_version", "applicants_version_final"),
    ("applicants_sectionanswers", "applicants_sectionanswers_final"),
    ("applicants_partner", "applicants_partner_final"),
    ("applicants_attachment", "applicants_attachment_final"),
    ("applicants_message", "applicants_message_append_only"),
)


class Migration(migrations.Migration):
    dependencies = [("applicants", "0026_draft_prints")]
    operations = [
        migrations.AddField(
            "application",
            "deletion_told_at",
            models.DateTimeField(
                help_text="When the managers were told that its contents are deleted: see desk/retention",
                null=True,
            ),
        ),
        migrations.AddField(
            "application",
            "deleted_at",
            models.DateTimeField(help_text="When its contents were deleted after their term", null=True),
        ),
        *[lets_go_after_term(table, trigger) for table, trigger in KEPT],
    ]
