"""Each application knows its newest final version and what that asks for: PostgreSQL writes both when a version
becomes final, so that they cannot go stale, and lists need not walk through all versions of a call."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE FUNCTION applicants_note_final_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE applicants_application a
       SET last_final_id = NEW.id,
           asked_cents = (SELECT coalesce(sum(requested_cents), 0) FROM applicants_partner WHERE version_id = NEW.id)
     WHERE a.id = NEW.application_id;
    RETURN NULL;
END $$;
CREATE TRIGGER applicants_version_became_final AFTER UPDATE OF status ON applicants_version
    FOR EACH ROW WHEN (NEW.status = 'final' AND OLD.status <> 'final')
    EXECUTE FUNCTION applicants_note_final_version();
CREATE TRIGGER applicants_version_came_final AFTER INSERT ON applicants_version
    FOR EACH ROW WHEN (NEW.status = 'final')
    EXECUTE FUNCTION applicants_note_final_version();

UPDATE applicants_application a
   SET last_final_id = v.id,
       asked_cents = (SELECT coalesce(sum(requested_cents), 0) FROM applicants_partner WHERE version_id = v.id)
  FROM (SELECT DISTINCT ON (application_id) id, application_id FROM applicants_version
         WHERE status = 'final' ORDER BY application_id, number DESC) v
 WHERE v.application_id = a.id;
"""

UNDO = """
DROP TRIGGER applicants_version_came_final ON applicants_version;
DROP TRIGGER applicants_version_became_final ON applicants_version;
DROP FUNCTION applicants_note_final_version();
"""


class Migration(migrations.Migration):
    dependencies = [("applicants", "0005_field_versions_and_file_refs")]
    operations = [
        migrations.AddField(
            "application",
            "asked_cents",
            models.BigIntegerField(
                default=0, editable=False, help_text="The support asked in its last final version, EUR cents"
            ),
        ),
        migrations.AddField(
            "application",
            "last_final",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applicants.version",
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
