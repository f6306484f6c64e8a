"""What a call was published with cannot be changed under those who rely on it: PostgreSQL keeps form revisions
that are frozen, and the criteria and instalments of published calls."""

from django.db import migrations

RULES = """
CREATE FUNCTION calls_refuse_frozen_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL THEN
        RAISE EXCEPTION 'form revision % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER calls_formrevision_frozen BEFORE UPDATE OR DELETE ON calls_formrevision
    FOR EACH ROW EXECUTE FUNCTION calls_refuse_frozen_form();

CREATE FUNCTION calls_refuse_published_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN changed := OLD.call_id; ELSE changed := NEW.call_id; END IF;
    IF EXISTS (SELECT 1 FROM calls_call WHERE id = changed AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION '% of a published call cannot change', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER calls_criterion_frozen BEFORE INSERT OR UPDATE OR DELETE ON calls_criterion
    FOR EACH ROW EXECUTE FUNCTION calls_refuse_published_rule();
CREATE TRIGGER calls_instalment_frozen BEFORE INSERT OR UPDATE OR DELETE ON calls_instalment
    FOR EACH ROW EXECUTE FUNCTION calls_refuse_published_rule();
"""

UNDO = """
DROP TRIGGER calls_instalment_frozen ON calls_instalment;
DROP TRIGGER calls_criterion_frozen ON calls_criterion;
DROP FUNCTION calls_refuse_published_rule();
DROP TRIGGER calls_formrevision_frozen ON calls_formrevision;
DROP FUNCTION calls_refuse_frozen_form();
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0002_initial")]
    operations = [migrations.RunSQL(RULES, UNDO)]
