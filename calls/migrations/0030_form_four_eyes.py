"""A changed form is proposed by one person and put in force by another: PostgreSQL refuses the same one twice."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def person() -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0029_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("formrevision", "proposed_by", person()),
        migrations.AddField("formrevision", "proposed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "formrevision",
            "reason",
            models.TextField(blank=True, help_text="Why the form changes, in the words of who proposed it"),
        ),
        migrations.AddField("formrevision", "published_by", person()),
        migrations.AddConstraint(
            "formrevision",
            models.CheckConstraint(
                condition=~models.Q(published_by=models.F("proposed_by")), name="form_revision_four_eyes"
            ),
        ),
    ]
