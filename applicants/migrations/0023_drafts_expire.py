"""A draft that was never submitted expires: told, then emptied; PostgreSQL lets the parts of a version that was thrown away go."""

from django.db import migrations, models

RULES = """
CREATE OR REPLACE FUNCTION applicants_refuse_final_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner bigint;
    allowed text[] := ARRAY['draft'];
BEGIN
    IF TG_OP = 'INSERT' THEN owner := NEW.version_id; ELSE owner := OLD.version_id; END IF;
    IF TG_OP = 'DELETE' THEN allowed := ARRAY['draft', 'discarded']; END IF;
    IF EXISTS (SELECT 1 FROM applicants_version WHERE id = owner AND status <> ALL (allowed)) THEN
        RAISE EXCEPTION '% of a version that is not a draft cannot change', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

UNDO = """
CREATE OR REPLACE FUNCTION applicants_refuse_final_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN owner := NEW.version_id; ELSE owner := OLD.version_id; END IF;
    IF EXISTS (SELECT 1 FROM applicants_version WHERE id = owner AND status <> 'draft') THEN
        RAISE EXCEPTION '% of a version that is not a draft cannot change', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("applicants", "0022_survey")]
    operations = [
        migrations.AddField(
            "version",
            "expiry_told_at",
            models.DateTimeField(
                help_text="When its writers were told that the draft is deleted: see applicants/keeping.py",
                null=True,
            ),
        ),
        migrations.AddField(
            "version",
            "emptied_at",
            models.DateTimeField(
                help_text="When texts, money and files of a draft that was not submitted were deleted",
                null=True,
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
