"""The short questions after the last payment, and who does not want to be asked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0005_recovery"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clarity", models.PositiveSmallIntegerField(help_text="1 is very unclear, 5 is very clear")),
                ("speed", models.PositiveSmallIntegerField(help_text="1 is very slow, 5 is very quick")),
                (
                    "hours",
                    models.PositiveIntegerField(help_text="About how long the reports took", null=True),
                ),
                ("words", models.TextField(blank=True, help_text="What should be better", max_length=1000)),
                ("changed_at", models.DateTimeField(default=core.clock.now)),
                (
                    "agreement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="survey",
                        to="grants.agreement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("clarity__gte", 1), ("clarity__lte", 5), ("speed__gte", 1), ("speed__lte", 5)
                        ),
                        name="payment_answer_marks",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyDeclined",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=core.clock.now)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grants.agreement"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "user"), name="survey_declined_once")
                ],
            },
        ),
    ]
