"""A search for calls may ask for an amount that a project gets at least."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0021_exhausted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="subscription",
            name="subscription_once",
        ),
        migrations.RemoveConstraint(
            model_name="subscription",
            name="subscription_call_or_search",
        ),
        migrations.AddField(
            model_name="subscription",
            name="amount",
            field=models.CharField(blank=True, help_text="Whole euros", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                fields=("user", "email", "call", "text", "country", "size", "project", "amount"),
                name="subscription_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("call__isnull", True),
                    models.Q(("amount", ""), ("country", ""), ("project", ""), ("size", ""), ("text", "")),
                    _connector="OR",
                ),
                name="subscription_call_or_search",
            ),
        ),
    ]
