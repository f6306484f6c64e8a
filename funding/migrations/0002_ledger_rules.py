"""The ledger's rules, kept by PostgreSQL: append-only, each movement sums to zero, no account below zero,
no organisation above the ceiling. Whoever moves a project's money waits for the transaction before."""

from django.db import migrations

from core.locks import space_of
from core.sql import append_only

RULES = """
CREATE FUNCTION funding_ledger_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(%(space)s, NEW.project_id::int);
    RETURN NEW;
END $$;
CREATE TRIGGER funding_ledgerentry_lock BEFORE INSERT ON funding_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION funding_ledger_lock();

CREATE FUNCTION funding_ledger_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    total bigint;
    allowed bigint;
BEGIN
    SELECT sum(amount_cents) INTO total FROM funding_ledgerentry WHERE movement_id = NEW.movement_id;
    IF total <> 0 THEN
        RAISE EXCEPTION 'the entries of movement %% sum to %%, not to zero', NEW.movement_id, total
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM funding_ledgermovement m
               WHERE m.id = NEW.movement_id AND m.project_id <> NEW.project_id) THEN
        RAISE EXCEPTION 'an entry belongs to the project of its movement' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.account = 'envelope' THEN
        RETURN NULL;
    END IF;
    IF NEW.account = 'budget' THEN
        SELECT sum(amount_cents) INTO total FROM funding_ledgerentry
        WHERE project_id = NEW.project_id AND account = 'budget';
    ELSIF NEW.account = 'reserved' THEN
        SELECT sum(amount_cents) INTO total FROM funding_ledgerentry
        WHERE budget_line_id = NEW.budget_line_id AND account = 'reserved';
    ELSIF NEW.account = 'recovered' THEN
        SELECT sum(amount_cents) INTO total FROM funding_ledgerentry
        WHERE budget_line_id = NEW.budget_line_id AND organisation_id = NEW.organisation_id
          AND account IN ('recovered', 'paid');
    ELSE
        SELECT sum(amount_cents) INTO total FROM funding_ledgerentry
        WHERE budget_line_id = NEW.budget_line_id AND organisation_id = NEW.organisation_id
          AND account = NEW.account;
    END IF;
    IF total < 0 THEN
        RAISE EXCEPTION 'account %% would fall below zero, to %% cents', NEW.account, total
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.account = 'awarded' AND NEW.amount_cents > 0 THEN
        SELECT sum(amount_cents) INTO total FROM funding_ledgerentry
        WHERE project_id = NEW.project_id AND organisation_id = NEW.organisation_id
          AND account IN ('awarded', 'committed', 'accrued', 'paid', 'recovered');
        SELECT limit_cents INTO allowed FROM funding_supportceiling
        WHERE project_id = NEW.project_id AND approved_by_id IS NOT NULL ORDER BY id DESC LIMIT 1;
        IF total > coalesce(allowed, 6000000) THEN
            RAISE EXCEPTION 'the organisation would hold %% cents, above the ceiling of %%',
                total, coalesce(allowed, 6000000) USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER funding_ledgerentry_rules AFTER INSERT ON funding_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_ledger_check();

CREATE FUNCTION funding_movement_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM funding_ledgerentry WHERE movement_id = NEW.id) THEN
        RAISE EXCEPTION 'movement %% moves nothing', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER funding_ledgermovement_rules AFTER INSERT ON funding_ledgermovement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_movement_check();
"""

UNDO = """
DROP TRIGGER funding_ledgermovement_rules ON funding_ledgermovement;
DROP FUNCTION funding_movement_check();
DROP TRIGGER funding_ledgerentry_rules ON funding_ledgerentry;
DROP FUNCTION funding_ledger_check();
DROP TRIGGER funding_ledgerentry_lock ON funding_ledgerentry;
DROP FUNCTION funding_ledger_lock();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("core", "0002_append_only")]
    operations = [
        append_only("funding_ledgermovement"),
        append_only("funding_ledgerentry"),
        append_only("funding_kpievent"),
        # The advisory lock's number is that of core.locks, so that services and triggers wait for each other.
        migrations.RunSQL(RULES % {"space": space_of("ledger")}, UNDO),
    ]
