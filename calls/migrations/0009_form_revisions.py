"""The last change of a form can be taken back; a published form is superseded by a later revision, and that is the only
thing that happens to it; the public log tells that a form changed."""

from django.db import migrations, models

RULES = """
CREATE OR REPLACE FUNCTION calls_refuse_frozen_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NULL THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
       AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'form revision % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0008_award_units")]
    operations = [
        migrations.AddField(
            model_name="formrevision",
            name="superseded_at",
            field=models.DateTimeField(help_text="When a later revision took its place", null=True),
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="formrevision",
            name="previous",
            field=models.JSONField(help_text="The definition before the last change, to undo it", null=True),
        ),
        migrations.AlterField(
            model_name="callchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("published", "Published"),
                    ("deadline", "Deadline extended"),
                    ("text", "Text changed"),
                    ("document", "Document added"),
                    ("form", "Application form changed"),
                    ("cancelled", "Cancelled"),
                ],
                max_length=12,
            ),
        ),
    ]
