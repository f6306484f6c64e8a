"""What PostgreSQL itself keeps of an evaluation: scores that were given, decisions that two persons made."""

from django.db import migrations

RULES = """
CREATE FUNCTION evaluation_score_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN owner := NEW.assignment_id; ELSE owner := OLD.assignment_id; END IF;
    IF NOT EXISTS (SELECT 1 FROM evaluation_assignment a JOIN evaluation_round r ON r.id = a.round_id
                   WHERE a.id = owner AND a.state = 'accepted' AND r.state = 'scoring') THEN
        RAISE EXCEPTION 'the scores of assignment % cannot change now', owner USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER evaluation_score_open BEFORE INSERT OR UPDATE OR DELETE ON evaluation_score
    FOR EACH ROW EXECUTE FUNCTION evaluation_score_is_open();

CREATE FUNCTION evaluation_decision_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stage text;
    kept jsonb;
    wanted jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT state INTO stage FROM evaluation_round WHERE id = OLD.round_id;
        IF OLD.state = 'released' OR stage IN ('confirmed', 'released') THEN
            RAISE EXCEPTION 'decision % is confirmed and stays', OLD.id USING ERRCODE = 'restrict_violation';
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
        IF kept <> wanted THEN
            RAISE EXCEPTION 'decision % is confirmed and cannot change', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evaluation_decision_two BEFORE INSERT OR UPDATE OR DELETE ON evaluation_decision
    FOR EACH ROW EXECUTE FUNCTION evaluation_decision_by_two();

CREATE FUNCTION evaluation_share_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allowed bigint;
    given bigint;
    fixed boolean;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT r.state IN ('confirmed', 'released') INTO fixed FROM evaluation_decision d
        JOIN evaluation_round r ON r.id = d.round_id WHERE d.id = OLD.decision_id;
        IF fixed THEN
            RAISE EXCEPTION 'the shares of decision % are confirmed and cannot change', OLD.decision_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN coalesce(NEW, OLD);
    END IF;
    SELECT amount_cents INTO allowed FROM evaluation_decision WHERE id = NEW.decision_id;
    SELECT coalesce(sum(amount_cents), 0) INTO given FROM evaluation_decisionshare WHERE decision_id = NEW.decision_id;
    IF given > allowed THEN
        RAISE EXCEPTION 'the shares of decision % sum to %, more than its %', NEW.decision_id, given, allowed
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER evaluation_share_fixed BEFORE UPDATE OR DELETE ON evaluation_decisionshare
    FOR EACH ROW EXECUTE FUNCTION evaluation_share_within();
CREATE TRIGGER evaluation_share_sum AFTER INSERT ON evaluation_decisionshare
    FOR EACH ROW EXECUTE FUNCTION evaluation_share_within();
"""

UNDO = """
DROP TRIGGER evaluation_share_sum ON evaluation_decisionshare;
DROP TRIGGER evaluation_share_fixed ON evaluation_decisionshare;
DROP FUNCTION evaluation_share_within();
DROP TRIGGER evaluation_decision_two ON evaluation_decision;
DROP FUNCTION evaluation_decision_by_two();
DROP TRIGGER evaluation_score_open ON evaluation_score;
DROP FUNCTION evaluation_score_is_open();
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0003_two_persons_and_promotions")]
    operations = [migrations.RunSQL(RULES, UNDO)]
