"""A mail may carry further headers, such as the way to end a subscription."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingmessage",
            name="headers",
            field=models.JSONField(
                blank=True, default=dict, help_text="Further headers, such as List-Unsubscribe"
            ),
        ),
    ]
