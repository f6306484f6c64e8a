"""What was submitted never changes again: PostgreSQL keeps final versions and all that belongs to them.
The one thing added later is the receipt's PDF, once."""

from django.db import migrations

RULES = """
CREATE FUNCTION applicants_refuse_final_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'final' THEN
        IF TG_OP = 'UPDATE' AND OLD.receipt_id IS NULL
           AND to_jsonb(NEW) - 'receipt_id' = to_jsonb(OLD) - 'receipt_id' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'version % is submitted and cannot change', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER applicants_version_final BEFORE UPDATE OR DELETE ON applicants_version
    FOR EACH ROW EXECUTE FUNCTION applicants_refuse_final_version();

CREATE FUNCTION applicants_refuse_final_part() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER applicants_sectionanswers_final BEFORE INSERT OR UPDATE OR DELETE ON applicants_sectionanswers
    FOR EACH ROW EXECUTE FUNCTION applicants_refuse_final_part();
CREATE TRIGGER applicants_partner_final BEFORE INSERT OR UPDATE OR DELETE ON applicants_partner
    FOR EACH ROW EXECUTE FUNCTION applicants_refuse_final_part();
CREATE TRIGGER applicants_attachment_final BEFORE INSERT OR UPDATE OR DELETE ON applicants_attachment
    FOR EACH ROW EXECUTE FUNCTION applicants_refuse_final_part();
"""

UNDO = """
DROP TRIGGER applicants_attachment_final ON applicants_attachment;
DROP TRIGGER applicants_partner_final ON applicants_partner;
DROP TRIGGER applicants_sectionanswers_final ON applicants_sectionanswers;
DROP FUNCTION applicants_refuse_final_part();
DROP TRIGGER applicants_version_final ON applicants_version;
DROP FUNCTION applicants_refuse_final_version();
"""


class Migration(migrations.Migration):
    dependencies = [("applicants", "0003_initial")]
    operations = [migrations.RunSQL(RULES, UNDO)]
