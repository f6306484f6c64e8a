"""Feedback before the deadline. Frozen at publication, as everything is that is not named as open (0019)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0035_incidents")]

    operations = [
        migrations.AddField(
            "call",
            "feedback_days",
            models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="feedback before the deadline"
            ),
        ),
        migrations.AddField(
            "call",
            "feedback_answer_days",
            models.PositiveSmallIntegerField(default=7, verbose_name="feedback comes within days"),
        ),
    ]
