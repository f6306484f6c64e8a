"""What PostgreSQL itself keeps of objections: what was filed stays; a released decision changes only when two persons decided
it again after an objection was upheld."""

from django.db import migrations

from core.sql import append_only

DECISION = """
CREATE OR REPLACE FUNCTION evaluation_decision_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stage text;
    kept jsonb;
    wanted jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT state INTO stage FROM evaluation_round WHERE id = OLD.round_id;
        IF OLD.state = 'released' OR stage IN ('confirmed', 'released') THEN
            RAISE EXCEPTION 'decision %% is confirmed and stays', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    SELECT state INTO stage FROM evaluation_round WHERE id = NEW.round_id;
    IF NEW.state IN ('confirmed', 'released') AND stage NOT IN ('confirmed', 'released')
       AND (TG_OP = 'INSERT' OR OLD.state <> NEW.state) THEN
        RAISE EXCEPTION 'a decision is confirmed with its round, by a second person' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('confirmed', 'released') THEN
        kept := to_jsonb(OLD) - '{state,taken_back_at}'::text[];
        wanted := to_jsonb(NEW) - '{state,taken_back_at}'::text[];
        IF OLD.outcome = 'reserve' AND NEW.outcome = 'fund' AND EXISTS (
               SELECT 1 FROM evaluation_promotion p WHERE p.decision_id = NEW.id
               AND p.confirmed_by_id IS NOT NULL AND p.amount_cents = NEW.amount_cents) THEN
            kept := kept - '{outcome,amount_cents,why,letter}'::text[];
            wanted := wanted - '{outcome,amount_cents,why,letter}'::text[];
        END IF;
        %s
        IF kept <> wanted THEN
            RAISE EXCEPTION 'decision %% is confirmed and cannot change', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

AGAIN = """IF EXISTS (
               SELECT 1 FROM evaluation_reexamination x JOIN evaluation_objection o ON o.id = x.objection_id
               WHERE o.application_id = NEW.application_id AND o.state = 'upheld' AND x.confirmed_by_id IS NOT NULL
               AND x.verdict = NEW.outcome AND x.amount_cents = NEW.amount_cents) THEN
            kept := kept - '{outcome,amount_cents,why,letter,rank,reserve_position,total,feedback,deviation}'::text[];
            wanted := wanted - '{outcome,amount_cents,why,letter,rank,reserve_position,total,feedback,deviation}'::text[];
        END IF;"""

SHARE = """
CREATE OR REPLACE FUNCTION evaluation_share_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allowed bigint;
    given bigint;
    fixed boolean;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT r.state IN ('confirmed', 'released') %s INTO fixed FROM evaluation_decision d
        JOIN evaluation_round r ON r.id = d.round_id WHERE d.id = OLD.decision_id;
        IF fixed THEN
            RAISE EXCEPTION 'the shares of decision %% are confirmed and cannot change', OLD.decision_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN coalesce(NEW, OLD);
    END IF;
    SELECT amount_cents INTO allowed FROM evaluation_decision WHERE id = NEW.decision_id;
    SELECT coalesce(sum(amount_cents), 0) INTO given FROM evaluation_decisionshare WHERE decision_id = NEW.decision_id;
    IF given > allowed THEN
        RAISE EXCEPTION 'the shares of decision %% sum to %%, more than its %%', NEW.decision_id, given, allowed
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""

REMOVED = """AND NOT (TG_OP = 'DELETE' AND EXISTS (
            SELECT 1 FROM evaluation_reexamination x JOIN evaluation_objection o ON o.id = x.objection_id
            WHERE o.application_id = d.application_id AND o.state = 'upheld' AND x.confirmed_by_id IS NOT NULL))"""

FILED = """
CREATE FUNCTION evaluation_objection_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own text[] := '{state,handler_id,named_by_id,named_at,remedy,answer,answered_at,answered_by_id}';
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - own <> to_jsonb(NEW) - own
       OR (OLD.answered_at IS NOT NULL AND to_jsonb(OLD) - '{state}'::text[] <> to_jsonb(NEW) - '{state}'::text[]) THEN
        RAISE EXCEPTION 'objection % stays as it was filed and answered', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evaluation_objection_filed BEFORE UPDATE OR DELETE ON evaluation_objection
    FOR EACH ROW EXECUTE FUNCTION evaluation_objection_stays();

CREATE FUNCTION evaluation_reexamination_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.confirmed_at IS NOT NULL THEN
        RAISE EXCEPTION 'reexamination % is confirmed and stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER evaluation_reexamination_confirmed BEFORE UPDATE OR DELETE ON evaluation_reexamination
    FOR EACH ROW EXECUTE FUNCTION evaluation_reexamination_stays();
"""

UNFILED = """
DROP TRIGGER evaluation_reexamination_confirmed ON evaluation_reexamination;
DROP FUNCTION evaluation_reexamination_stays();
DROP TRIGGER evaluation_objection_filed ON evaluation_objection;
DROP FUNCTION evaluation_objection_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0010_redress")]
    operations = [
        migrations.RunSQL(DECISION % AGAIN, DECISION % ""),
        migrations.RunSQL(SHARE % REMOVED, SHARE % ""),
        migrations.RunSQL(FILED, UNFILED),
        append_only("evaluation_objectionfile"),
    ]
