"""Rules of eligibility as data, and countries that are eligible once their association is in force."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0005_published_call_frozen")]
    operations = [
        migrations.AddField(
            model_name="call",
            name="rules",
            field=models.JSONField(default=list, verbose_name="further rules"),
        ),
        migrations.AddField(
            model_name="call",
            name="countries_pending",
            field=models.JSONField(default=list, verbose_name="eligible if associated at signature"),
        ),
        migrations.AddField(
            model_name="call",
            name="countries_as_of",
            field=models.DateField(blank=True, null=True, verbose_name="list of countries as of"),
        ),
    ]
