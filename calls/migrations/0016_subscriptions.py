"""Who wants news by mail, of a call or of a search."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import calls.models.subscriptions
import core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0015_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ref",
                    models.CharField(
                        default=calls.models.subscriptions.new_secret,
                        editable=False,
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, help_text="In lower case; of somebody without an account", max_length=254
                    ),
                ),
                ("language", models.CharField(default="en", max_length=8)),
                ("text", models.CharField(blank=True, max_length=80)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("size", models.CharField(blank=True, max_length=10)),
                ("project", models.SlugField(blank=True, db_index=False)),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                (
                    "asked_at",
                    models.DateTimeField(help_text="When the address was last asked to confirm", null=True),
                ),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "change_told",
                    models.BigIntegerField(default=0, help_text="The last change of the call that was told"),
                ),
                ("opening_told_at", models.DateTimeField(null=True)),
                (
                    "reminded_for",
                    models.DateTimeField(help_text="The deadline that was reminded of", null=True),
                ),
                (
                    "searched_until",
                    models.DateTimeField(help_text="Calls published until then were told", null=True),
                ),
                (
                    "call",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="calls.call",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "email", "call", "text", "country", "size", "project"),
                        name="subscription_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("user__isnull", True), models.Q(("email", ""), _negated=True)),
                            models.Q(("email", ""), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="subscription_person_or_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("call__isnull", True),
                            models.Q(("country", ""), ("project", ""), ("size", ""), ("text", "")),
                            _connector="OR",
                        ),
                        name="subscription_call_or_search",
                    ),
                ],
            },
        ),
    ]
