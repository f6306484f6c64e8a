"""The end of an agreement: terminations, recovery orders and repayments, and what PostgreSQL keeps of them."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import core.clock

RULES = """
CREATE TRIGGER grants_termination_keep BEFORE UPDATE OR DELETE ON grants_termination FOR EACH ROW EXECUTE FUNCTION
    grants_keep('agreement_id,side,reason,notice_on,ended_on,recorded_at,recorded_by_id', '');
CREATE TRIGGER grants_recovery_keep BEFORE UPDATE OR DELETE ON grants_recoveryorder FOR EACH ROW EXECUTE FUNCTION
    grants_keep('ref,agreement_id,organisation_id,amount_cents,accepted_cents,paid_cents,reason,days_to_pay,proposed_at,proposed_by_id',
        'confirmed_at,confirmed_by_id,due_on,data,letter_id,waived_by_id');
CREATE TRIGGER grants_repayment_keep BEFORE UPDATE OR DELETE ON grants_repayment FOR EACH ROW EXECUTE FUNCTION
    grants_keep('order_id,amount_cents,received_on,recorded_at,recorded_by_id', '');

CREATE FUNCTION grants_repayments_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    told bigint;
    whole bigint;
    found bigint;
BEGIN
    IF TG_TABLE_NAME = 'grants_repayment' THEN checked := NEW.order_id; ELSE checked := NEW.id; END IF;
    SELECT repaid_cents, amount_cents INTO told, whole FROM grants_recoveryorder WHERE id = checked;
    SELECT coalesce(sum(amount_cents), 0) INTO found FROM grants_repayment WHERE order_id = checked;
    IF found <> told OR found > whole THEN
        RAISE EXCEPTION 'repayments of % cents, % told, of an order of %', found, told, whole
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER grants_repayment_sum AFTER INSERT ON grants_repayment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grants_repayments_agree();
CREATE CONSTRAINT TRIGGER grants_recovery_sum AFTER INSERT OR UPDATE ON grants_recoveryorder
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grants_repayments_agree();
"""
UNDO = """
DROP TRIGGER grants_recovery_sum ON grants_recoveryorder;
DROP TRIGGER grants_repayment_sum ON grants_repayment;
DROP FUNCTION grants_repayments_agree();
DROP TRIGGER grants_repayment_keep ON grants_repayment;
DROP TRIGGER grants_recovery_keep ON grants_recoveryorder;
DROP TRIGGER grants_termination_keep ON grants_termination;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_vat_check"),
        ("core", "0006_doomed_files"),
        ("grants", "0004_accepted_part"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="bank_account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grants.bankaccount"
            ),
        ),
        migrations.CreateModel(
            name="RecoveryOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.CharField(max_length=40, unique=True)),
                ("amount_cents", models.BigIntegerField()),
                ("accepted_cents", models.BigIntegerField()),
                ("paid_cents", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("days_to_pay", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("open", "To be repaid"),
                            ("part_repaid", "Repaid in part"),
                            ("repaid", "Repaid"),
                            ("waived", "Waived"),
                            ("dropped", "Dropped"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=30,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=core.clock.now)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("data", models.JSONField(null=True)),
                ("repaid_cents", models.BigIntegerField(default=0)),
                ("waiver_reason", models.TextField(blank=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="grants.agreement",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "waiver_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Repayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_cents", models.BigIntegerField()),
                ("received_on", models.DateField()),
                ("recorded_at", models.DateTimeField(default=core.clock.now)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayments",
                        to="grants.recoveryorder",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Termination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("coordinator", "the coordinator"), ("beneficiary", "the beneficiary")],
                        max_length=11,
                    ),
                ),
                ("reason", models.TextField()),
                ("notice_on", models.DateField()),
                ("ended_on", models.DateField()),
                ("recorded_at", models.DateTimeField(default=core.clock.now)),
                (
                    "agreement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="termination",
                        to="grants.agreement",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gt", 0)), name="recovery_amount_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_cents",
                        django.db.models.expressions.CombinedExpression(
                            models.F("paid_cents"), "-", models.F("accepted_cents")
                        ),
                    )
                ),
                name="recovery_sums",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                name="recovery_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("waived_by", models.F("waiver_by")), _negated=True),
                name="recovery_waiver_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("repaid_cents__gte", 0), ("repaid_cents__lte", models.F("amount_cents"))),
                name="recovery_repaid_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "repaid"), _negated=True),
                    ("repaid_cents", models.F("amount_cents")),
                    _connector="OR",
                ),
                name="recovery_repaid_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "waived"), _negated=True),
                    models.Q(("waived_by__isnull", False), models.Q(("waiver_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="recovery_waived_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "dropped"]),
                    models.Q(("confirmed_by__isnull", False), ("due_on__isnull", False)),
                    _connector="OR",
                ),
                name="recovery_confirmed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "dropped"), _negated=True),
                fields=("agreement", "organisation"),
                name="recovery_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="repayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gt", 0)), name="repayment_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="termination",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on__gte", models.F("notice_on"))),
                name="termination_ends_after_notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="termination",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="termination_has_reason"
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
