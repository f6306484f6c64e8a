"""Questions about a call and the answers to everybody; what an answer once said stays as it was."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.refs
from core.sql import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0013_association"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="questions_days",
            field=models.PositiveSmallIntegerField(
                default=7, verbose_name="questions are taken until so many days before the deadline"
            ),
        ),
        migrations.AlterField(
            model_name="callchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("published", "Published"),
                    ("deadline", "Deadline extended"),
                    ("text", "Text changed"),
                    ("document", "Document added"),
                    ("form", "Application form changed"),
                    ("answer", "Question answered"),
                    ("correction", "Answer corrected"),
                    ("cancelled", "Cancelled"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="calls.call"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="callchange",
            name="answer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="calls.answer"
            ),
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ref",
                    models.CharField(default=core.refs.new_ref, editable=False, max_length=8, unique=True),
                ),
                ("text", models.TextField(max_length=2000)),
                ("asked_at", models.DateTimeField(default=core.clock.now)),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="Of somebody without an account; forgotten after the call",
                        max_length=254,
                    ),
                ),
                ("language", models.CharField(default="en", max_length=5)),
                ("aside_at", models.DateTimeField(null=True)),
                ("aside_because", models.TextField(blank=True, max_length=1000)),
                (
                    "answer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries",
                        to="calls.answer",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enquiries", to="calls.call"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "enquiries",
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.TextField(max_length=2000)),
                ("text", models.TextField(max_length=5000)),
                (
                    "reason",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="why it was corrected or withdrawn"
                    ),
                ),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=core.clock.now)),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="calls.answer",
                    ),
                ),
                (
                    "by",
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
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("call", "number"), name="answer_number_once"),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__isnull", True), ("aside_at__isnull", True), _connector="OR"),
                name="enquiry_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="enquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("aside_at__isnull", True),
                    models.Q(("aside_because", ""), _negated=True),
                    _connector="OR",
                ),
                name="enquiry_aside_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="wording",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_withdrawn", False), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="wording_withdrawn_with_reason",
            ),
        ),
        append_only("calls_wording"),
    ]
