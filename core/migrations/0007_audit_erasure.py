"""The audit trail lets one thing go: words and data that name a person whose account is erased. Who, what, when and to which
thing stay as they are; PostgreSQL refuses any other change, and this one outside an erasure."""

from django.db import migrations, models

RULES = """
CREATE FUNCTION core_keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_go text[] := ARRAY['note', 'data', 'erased_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('app.erasing', true) = 'on' AND NEW.erased_at IS NOT NULL
       AND to_jsonb(NEW) - may_go = to_jsonb(OLD) - may_go THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER core_auditevent_append_only ON core_auditevent;
CREATE TRIGGER core_auditevent_append_only BEFORE UPDATE OR DELETE ON core_auditevent
    FOR EACH ROW EXECUTE FUNCTION core_keep_audit();
"""

UNDO = """
DROP TRIGGER core_auditevent_append_only ON core_auditevent;
CREATE TRIGGER core_auditevent_append_only BEFORE UPDATE OR DELETE ON core_auditevent
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
DROP FUNCTION core_keep_audit();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0006_doomed_files")]
    operations = [
        migrations.AddField(
            "auditevent",
            "erased_at",
            models.DateTimeField(help_text="When its words lost a person's name or address", null=True),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
