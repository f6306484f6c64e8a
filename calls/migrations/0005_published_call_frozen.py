"""What applicants rely on cannot change once a call is published: PostgreSQL keeps its money, rules and reference,
and lets the deadline move only later."""

from django.db import migrations

FROZEN = (
    "project_id",
    "voucher_type_id",
    "budget_line_id",
    "slug",
    "code",
    "zone",
    "budget_cents",
    "project_min_cents",
    "project_max_cents",
    "sme_max_cents",
    "rate_numerator",
    "rate_denominator",
    "partners_min",
    "partners_max",
    "countries",
    "sizes",
    "state_aid",
    "project_months",
    "evaluators_per_file",
    "overall_threshold",
    "tie_break",
    "cut_rule",
    "max_awards",
    "publication_proposed_by_id",
    "published_by_id",
    "published_at",
)


def row(of: str) -> str:
    return "ROW(" + ", ".join(f"{of}.{column}" for column in FROZEN) + ")"


RULES = f"""
CREATE FUNCTION calls_refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'call % is published', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    IF {row("NEW")} IS DISTINCT FROM {row("OLD")} THEN
        RAISE EXCEPTION 'the rules of the published call % cannot change', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.closes_at IS NULL OR NEW.closes_at < OLD.closes_at THEN
        RAISE EXCEPTION 'the deadline of the published call % only moves later', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER calls_call_frozen BEFORE UPDATE OR DELETE ON calls_call
    FOR EACH ROW EXECUTE FUNCTION calls_refuse_change_of_published();
"""

UNDO = """
DROP TRIGGER calls_call_frozen ON calls_call;
DROP FUNCTION calls_refuse_change_of_published();
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_short_opening_and_document_refs")]
    operations = [migrations.RunSQL(RULES, UNDO)]
