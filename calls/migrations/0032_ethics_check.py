"""Which files are checked for ethics and security before the decision. Frozen at publication, as everything is that is not
named as open (0019)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0031_no_sme_rate")]

    operations = [
        migrations.AddField(
            "call",
            "ethics_check",
            models.CharField(
                choices=[
                    ("off", "No file: there is no such check"),
                    ("selected", "Files that are proposed for funding or for the reserve list"),
                    ("panel", "All files that go to the panel, and any other that is to be funded"),
                ],
                default="off",
                max_length=10,
                verbose_name="ethics and security",
            ),
        )
    ]
