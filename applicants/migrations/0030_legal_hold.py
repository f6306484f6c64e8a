"""What has to be kept although its term is over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.refs


class Migration(migrations.Migration):
    dependencies = [
        ("applicants", "0029_resemblance"),
        ("calls", "0037_more_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalHold",
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
                ("reason", models.TextField(max_length=1000)),
                ("set_at", models.DateTimeField(default=core.clock.now)),
                ("lift_reason", models.TextField(blank=True, max_length=1000)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        help_text="None: all files of the call",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="applicants.application",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="calls.call"
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("call", "application"),
                        name="legal_hold_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="legal_hold_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lift_reason", ""), ("lifted_at", None), ("lifted_by", None)),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                models.Q(("lift_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="legal_hold_lifted_whole",
                    ),
                ],
            },
        ),
    ]
