"""Feedback before the deadline. What was answered, or taken back, PostgreSQL keeps as it was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.refs

RULES = """
CREATE FUNCTION evaluation_early_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('answered', 'withdrawn') THEN
        RAISE EXCEPTION 'the feedback % is kept as it was given', OLD.ref USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evaluation_early_kept BEFORE UPDATE OR DELETE ON evaluation_earlyfeedback
    FOR EACH ROW EXECUTE FUNCTION evaluation_early_kept();
"""
UNDO = """
DROP TRIGGER evaluation_early_kept ON evaluation_earlyfeedback;
DROP FUNCTION evaluation_early_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applicants", "0023_drafts_expire"),
        ("evaluation", "0017_retention"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlyFeedback",
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
                    "question",
                    models.TextField(blank=True, help_text="What the applicant wants to know above all"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("named", "An adviser is named"),
                            ("reading", "The adviser reads it"),
                            ("given", "The adviser has written"),
                            ("answered", "Answered"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=30,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=core.clock.now)),
                ("answer_by", models.DateTimeField()),
                ("statement", models.TextField(blank=True, help_text="The sentence the adviser agreed to")),
                ("declared_at", models.DateTimeField(null=True)),
                ("remarks", models.TextField(blank=True, help_text="What the adviser wrote")),
                ("answer", models.TextField(blank=True, help_text="What the call office wrote")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "adviser",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="early_feedback",
                        to="applicants.application",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "indexes": [models.Index(fields=["adviser", "state"], name="early_feedback_adviser_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("application",),
                        name="early_feedback_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("named", "reading", "given")), _negated=True),
                            ("adviser__isnull", False),
                            _connector="OR",
                        ),
                        name="early_feedback_adviser",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "given"), _negated=True),
                            models.Q(
                                ("declared_at__isnull", False), models.Q(("remarks", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="early_feedback_given_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(
                                    models.Q(("answer", ""), _negated=True),
                                    models.Q(("remarks", ""), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="early_feedback_answered_is_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
