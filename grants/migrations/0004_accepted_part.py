"""What is accepted of a milestone may be less than the whole; it never grows afterwards."""

from django.db import migrations, models

RULES = """
CREATE FUNCTION grants_accepted_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.accepted_cents IS NOT NULL
       AND (NEW.accepted_cents IS NULL OR NEW.accepted_cents > OLD.accepted_cents) THEN
        RAISE EXCEPTION 'what was accepted of share % never grows', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grants_milestoneshare_accepted BEFORE UPDATE ON grants_milestoneshare
    FOR EACH ROW EXECUTE FUNCTION grants_accepted_keep();
"""
UNDO = """
DROP TRIGGER grants_milestoneshare_accepted ON grants_milestoneshare;
DROP FUNCTION grants_accepted_keep();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_vat_check"),
        ("grants", "0003_kept_by_postgresql"),
    ]

    operations = [
        migrations.AddField(
            model_name="milestoneshare",
            name="accepted_cents",
            field=models.BigIntegerField(
                help_text="What was accepted of it, where that is less than the whole", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="milestoneshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_cents__isnull", True),
                    models.Q(("accepted_cents__gte", 0), ("accepted_cents__lte", models.F("amount_cents"))),
                    _connector="OR",
                ),
                name="milestone_share_accepted_within",
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
