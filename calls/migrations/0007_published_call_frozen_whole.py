"""Of a published call everything is frozen but what is named here: a column added later is kept by PostgreSQL from
its first day."""

from django.db import migrations

OPEN = (
    "state",
    "title",
    "summary",
    "description",
    "eligibility",
    "process",
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
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0006_rules")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
