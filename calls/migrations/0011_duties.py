"""Where a call is published, duties it departs from, and the texts that every call needs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.localised


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0010_selection"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="activities",
            field=core.localised.LocalisedField(
                blank=True, default=core.localised.Localised, verbose_name="activities that are supported"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="parent_topic",
            field=models.CharField(blank=True, max_length=80, verbose_name="topic of the project's own call"),
        ),
        migrations.AddField(
            model_name="call",
            name="privacy",
            field=core.localised.LocalisedField(
                blank=True, default=core.localised.Localised, verbose_name="data protection"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="redress",
            field=core.localised.LocalisedField(
                blank=True, default=core.localised.Localised, verbose_name="objections"
            ),
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("portal", "EU Funding & Tenders Portal"),
                            ("website", "website of the project or of a partner"),
                            ("platform", "cluster platform (ECCP) or network"),
                            ("newsletter", "newsletter or mail"),
                            ("social", "social media"),
                            ("press", "press"),
                            ("other", "other"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
                ("url", models.URLField(blank=True, max_length=400, verbose_name="link")),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="channels", to="calls.call"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_on__isnull", True),
                            models.Q(("url", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="channel_day_with_its_link",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("duty", models.CharField(max_length=20)),
                ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                ("at", models.DateTimeField(default=core.clock.now)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="calls.call",
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
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "duty"), name="duty_exception_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="duty_exception_four_eyes",
                    ),
                ],
            },
        ),
    ]
