"""The cut-offs of a published call stay: their dates only move later. That the money was used up is written once."""

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
    "exhausted_at",
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
    IF OLD.exhausted_at IS NOT NULL AND NEW.exhausted_at IS DISTINCT FROM OLD.exhausted_at THEN
        RAISE EXCEPTION 'the money of call % was used up already', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

CUT_OFFS = """
CREATE FUNCTION calls_refuse_published_cut_off() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN changed := OLD.call_id; ELSE changed := NEW.call_id; END IF;
    IF NOT EXISTS (SELECT 1 FROM calls_call WHERE id = changed AND published_at IS NOT NULL) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.closes_at >= OLD.closes_at
       AND to_jsonb(NEW) - '{closes_at,decision_by}'::text[] = to_jsonb(OLD) - '{closes_at,decision_by}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the cut-offs of a published call stay, and only move later' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER calls_cutoff_frozen BEFORE INSERT OR UPDATE OR DELETE ON calls_cutoff
    FOR EACH ROW EXECUTE FUNCTION calls_refuse_published_cut_off();
"""
UNDO = """
DROP TRIGGER calls_cutoff_frozen ON calls_cutoff;
DROP FUNCTION calls_refuse_published_cut_off();
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0018_intake")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop), migrations.RunSQL(CUT_OFFS, UNDO)]
