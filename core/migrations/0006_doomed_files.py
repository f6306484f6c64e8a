"""Names of bytes that no row may need any more."""

from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [("core", "0005_refused_mail")]
    operations = [
        migrations.CreateModel(
            name="DoomedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(help_text="In the private storage", max_length=200)),
                ("since", models.DateTimeField(default=core.clock.now)),
            ],
            options={"ordering": ["pk"]},
        ),
    ]
