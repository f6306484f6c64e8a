"""An address signs in one person: unique as written, besides being unique whatever its case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.AlterField(
            "user", "email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")
        )
    ]
