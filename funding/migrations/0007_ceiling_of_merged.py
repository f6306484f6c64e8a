"""The ceiling that PostgreSQL keeps counts all entries of a merged firm as one (cap-28)."""

from django.db import migrations

CHECK = """
CREATE OR REPLACE FUNCTION funding_ledger_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    total bigint;
    allowed bigint;
BEGIN
    SELECT sum(amount_cents) INTO total FROM funding_ledgerentry WHERE movement_id = NEW.movement_id;
    IF total <> 0 THEN
        RAISE EXCEPTION 'the entries of movement % sum to %, not to zero', NEW.movement_id, total
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
        RAISE EXCEPTION 'account % would fall below zero, to % cents', NEW.account, total
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.account = 'awarded' AND NEW.amount_cents > 0 THEN
        SELECT sum(amount_cents) INTO total FROM funding_ledgerentry
        WHERE project_id = NEW.project_id AND organisation_id IN (__FIRM__)
          AND account IN ('awarded', 'committed', 'accrued', 'paid', 'recovered');
        SELECT limit_cents INTO allowed FROM funding_supportceiling
        WHERE project_id = NEW.project_id AND approved_by_id IS NOT NULL ORDER BY id DESC LIMIT 1;
        IF total > coalesce(allowed, 6000000) THEN
            RAISE EXCEPTION 'the organisation would hold % cents, above the ceiling of %',
                total, coalesce(allowed, 6000000) USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;
"""

FIRM = """
            SELECT entry.id FROM accounts_organisation own JOIN accounts_organisation entry
                ON entry.id = coalesce(own.merged_into_id, own.id)
                OR entry.merged_into_id = coalesce(own.merged_into_id, own.id)
            WHERE own.id = NEW.organisation_id
        """


class Migration(migrations.Migration):
    dependencies = [("funding", "0006_project_bank"), ("accounts", "0008_merged_organisations")]
    operations = [
        migrations.RunSQL(CHECK.replace("__FIRM__", FIRM), CHECK.replace("__FIRM__", "NEW.organisation_id")),
    ]
