"""A person may ask to be deleted; the account remembers when it was done."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_vat_check"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(
                help_text="When everything that names the person was deleted", null=True
            ),
        ),
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(default=core.clock.now)),
                (
                    "words",
                    models.CharField(
                        blank=True, help_text="Which written request, where it was one", max_length=300
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        help_text="When it is done; empty: waits for the second administrator", null=True
                    ),
                ),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None), ("taken_back_at", None)),
                        fields=("user",),
                        name="erasure_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_at", None),
                            ("asked_by", models.F("user")),
                            models.Q(
                                ("confirmed_by__isnull", False),
                                models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="erasure_four_eyes",
                    ),
                ],
            },
        ),
    ]
