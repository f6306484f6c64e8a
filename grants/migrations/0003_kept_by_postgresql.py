"""What PostgreSQL itself keeps of a grant: what was agreed and ordered does not change, money has two persons."""

from django.db import migrations

# grants_keep(fixed, once): columns named in `fixed` never change, those in `once` are written once.
RULES = """
CREATE FUNCTION grants_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
    before jsonb := to_jsonb(OLD);
    after jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a row of % is never removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    after := to_jsonb(NEW);
    FOREACH name IN ARRAY string_to_array(TG_ARGV[0], ',') LOOP
        IF before -> name IS DISTINCT FROM after -> name THEN
            RAISE EXCEPTION '% of % % cannot change', name, TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    FOREACH name IN ARRAY string_to_array(TG_ARGV[1], ',') LOOP
        IF coalesce(before ->> name, '') <> '' AND before -> name IS DISTINCT FROM after -> name THEN
            RAISE EXCEPTION '% of % % is written once', name, TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER grants_agreement_keep BEFORE UPDATE OR DELETE ON grants_agreement FOR EACH ROW EXECUTE FUNCTION
    grants_keep('ref,application_id,decision_id,amount_cents,starts_on,ends_on,data,drafted_at,drafted_by_id',
        'document_id,sent_at,signed_at,signed_by_id,signed_name,signed_sha256,countersigned_at,countersigned_by_id');
CREATE TRIGGER grants_share_keep BEFORE UPDATE OR DELETE ON grants_agreementshare FOR EACH ROW EXECUTE FUNCTION
    grants_keep('agreement_id,organisation_id,amount_cents', '');
CREATE TRIGGER grants_milestone_keep BEFORE UPDATE OR DELETE ON grants_milestone FOR EACH ROW EXECUTE FUNCTION
    grants_keep('ref,agreement_id,position,label,needs_report,due_on,percent,amount_cents', '');
CREATE TRIGGER grants_milestoneshare_keep BEFORE UPDATE OR DELETE ON grants_milestoneshare FOR EACH ROW EXECUTE
    FUNCTION grants_keep('milestone_id,organisation_id,amount_cents', '');
CREATE TRIGGER grants_account_keep BEFORE UPDATE OR DELETE ON grants_bankaccount FOR EACH ROW EXECUTE FUNCTION
    grants_keep('agreement_id,organisation_id,holder,iban,bic,added_at,added_by_id',
        'verified_at,verified_by_id,replaced_at');
CREATE TRIGGER grants_report_keep BEFORE UPDATE OR DELETE ON grants_report FOR EACH ROW EXECUTE FUNCTION
    grants_keep('milestone_id,text,file_id,submitted_at,submitted_by_id', 'reviewed_at,reviewed_by_id,review_note');
CREATE TRIGGER grants_payment_keep BEFORE UPDATE OR DELETE ON grants_payment FOR EACH ROW EXECUTE FUNCTION
    grants_keep('ref,milestone_id,organisation_id,amount_cents,bank_account_id,proposed_at,proposed_by_id',
        'approved_at,approved_by_id,order_id,paid_on,paid_by_id');

CREATE FUNCTION grants_payment_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allowed bigint;
    taken bigint;
BEGIN
    IF NEW.state NOT IN ('approved', 'paid') THEN
        RETURN NULL;
    END IF;
    SELECT s.amount_cents INTO allowed FROM grants_agreementshare s JOIN grants_milestone m ON m.id = NEW.milestone_id
        WHERE s.agreement_id = m.agreement_id AND s.organisation_id = NEW.organisation_id;
    SELECT sum(p.amount_cents) INTO taken FROM grants_payment p JOIN grants_milestone m ON m.id = p.milestone_id
        WHERE m.agreement_id = (SELECT agreement_id FROM grants_milestone WHERE id = NEW.milestone_id)
          AND p.organisation_id = NEW.organisation_id AND p.state IN ('approved', 'paid');
    IF taken > coalesce(allowed, 0) THEN
        RAISE EXCEPTION 'payments of % cents are more than the share of %', taken, coalesce(allowed, 0)
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER grants_payment_within AFTER INSERT OR UPDATE ON grants_payment
    FOR EACH ROW EXECUTE FUNCTION grants_payment_fits();
"""

UNDO = """
DROP TRIGGER grants_payment_within ON grants_payment;
DROP FUNCTION grants_payment_fits();
DROP TRIGGER grants_payment_keep ON grants_payment;
DROP TRIGGER grants_report_keep ON grants_report;
DROP TRIGGER grants_account_keep ON grants_bankaccount;
DROP TRIGGER grants_milestoneshare_keep ON grants_milestoneshare;
DROP TRIGGER grants_milestone_keep ON grants_milestone;
DROP TRIGGER grants_share_keep ON grants_agreementshare;
DROP TRIGGER grants_agreement_keep ON grants_agreement;
DROP FUNCTION grants_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0002_two_persons_and_accounts_per_agreement")]
    operations = [migrations.RunSQL(RULES, UNDO)]
