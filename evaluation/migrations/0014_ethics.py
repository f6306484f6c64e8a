"""The check of ethics and security. PostgreSQL keeps what was closed, and lets a condition of such a check join a decision
that is made after the release."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.refs

RULES = """
CREATE FUNCTION evaluation_ethics_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the check of ethics % is kept', OLD.ref USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('declined', 'revoked')
       OR (OLD.state = 'closed' AND to_jsonb(NEW) - '{state,note}'::text[] <> to_jsonb(OLD) - '{state,note}'::text[]) THEN
        RAISE EXCEPTION 'the check of ethics % is closed and cannot change', OLD.ref USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evaluation_ethics_kept BEFORE UPDATE OR DELETE ON evaluation_ethicscheck
    FOR EACH ROW EXECUTE FUNCTION evaluation_ethics_kept();
"""
CONDITION = """
CREATE OR REPLACE FUNCTION evaluation_condition_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stage text;
BEGIN
    SELECT r.state INTO stage FROM evaluation_decision d JOIN evaluation_round r ON r.id = d.round_id
    WHERE d.id = coalesce(NEW.decision_id, OLD.decision_id);
    IF TG_OP = 'UPDATE' AND stage = 'released' AND OLD.met_at IS NULL
       AND to_jsonb(NEW) - '{met_at,met_by_id,how}'::text[] = to_jsonb(OLD) - '{met_at,met_by_id,how}'::text[] THEN
        RETURN NEW;
    END IF;
    -- more
    IF stage IN ('confirmed', 'released') THEN
        RAISE EXCEPTION 'the conditions of decision % are confirmed and cannot change',
            coalesce(NEW.decision_id, OLD.decision_id) USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""
JOINS = """    IF TG_OP = 'INSERT' AND stage = 'released' AND NEW.met_at IS NULL AND EXISTS (
           SELECT 1 FROM evaluation_ethicscheck c JOIN evaluation_decision d ON d.application_id = c.application_id
           WHERE d.id = NEW.decision_id AND c.state = 'closed' AND c.outcome = 'conditions'
           AND c.conditions @> to_jsonb(NEW.text)) THEN
        RETURN NEW;
    END IF;
"""
UNDO = """
DROP TRIGGER evaluation_ethics_kept ON evaluation_ethicscheck;
DROP FUNCTION evaluation_ethics_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applicants", "0022_survey"),
        ("evaluation", "0013_results_by_cut_off"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EthicsCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ref",
                    models.CharField(default=core.refs.new_ref, editable=False, max_length=12, unique=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("named", "Waiting for the conflict declaration"),
                            ("open", "To check"),
                            ("put", "Not cleared: a second person has to confirm it"),
                            ("closed", "Closed: it counts"),
                            ("declined", "Conflict declared"),
                            ("revoked", "Taken back"),
                        ],
                        default="named",
                        editable=False,
                        max_length=30,
                    ),
                ),
                ("named_at", models.DateTimeField(default=core.clock.now)),
                ("declared_at", models.DateTimeField(null=True)),
                ("statement", models.TextField(blank=True, help_text="The sentence the person agreed to")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("cleared", "Cleared"),
                            ("conditions", "Cleared with conditions"),
                            ("refused", "Not cleared"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "conditions",
                    models.JSONField(default=list, help_text="What has to be fulfilled before the agreement"),
                ),
                (
                    "reasons",
                    models.TextField(
                        blank=True, help_text="Why it is judged so; an applicant who is not cleared reads it"
                    ),
                ),
                ("judged_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="Why it was given back, taken back, or what the conflict is"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ethics_checks",
                        to="applicants.application",
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
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ethics_checks",
                        to="evaluation.round",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="applicants.version"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["reviewer", "state"], name="ethics_check_reviewer")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("declined", "revoked")), _negated=True),
                        fields=("application",),
                        name="ethics_check_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_by", models.F("reviewer")), _negated=True),
                        name="ethics_check_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["put", "closed"]), _negated=True),
                            models.Q(
                                ("declared_at__isnull", False),
                                ("judged_at__isnull", False),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ethics_check_judged_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "refused"), ("state", "closed"), _negated=True),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                                models.Q(("reasons", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ethics_check_refused_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", "conditions"), ("state__in", ["put", "closed"]), _negated=True
                            ),
                            models.Q(("conditions", []), _negated=True),
                            _connector="OR",
                        ),
                        name="ethics_check_conditions_named",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES + CONDITION.replace("    -- more\n", JOINS), UNDO + CONDITION),
    ]
