"""After publication objections, data protection and the portal's topic may still be corrected in the open; exceptions
from duties stay as they were confirmed."""

from django.db import migrations

OPEN = (
    "state",
    "title",
    "summary",
    "description",
    "eligibility",
    "process",
    "redress",
    "privacy",
    "parent_topic",
    "opens_at",
    "closes_at",
    "decision_by",
    "agreement_by",
    "short_opening_reason",
    "results_published_at",
)


def rest(of: str) -> str:
    return f"(to_jsonb({of}) - ARRAY[{', '.join(repr(name) for name in OPEN)}])"


RULES = f"""
CREATE OR REPLACE FUNCTION calls_refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'call % is published', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    IF {rest("NEW")} IS DISTINCT FROM {rest("OLD")} THEN
        RAISE EXCEPTION 'the rules of the published call % cannot change', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.closes_at IS NULL OR NEW.closes_at < OLD.closes_at THEN
        RAISE EXCEPTION 'the deadline of the published call % only moves later', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER calls_dutyexception_frozen BEFORE INSERT OR UPDATE OR DELETE ON calls_dutyexception
    FOR EACH ROW EXECUTE FUNCTION calls_refuse_published_rule();
"""
UNDO = "DROP TRIGGER calls_dutyexception_frozen ON calls_dutyexception;"


class Migration(migrations.Migration):
    dependencies = [("calls", "0011_duties")]
    operations = [migrations.RunSQL(RULES, UNDO)]
