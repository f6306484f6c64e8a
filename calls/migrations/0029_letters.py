"""Letters in a call's own words. They may change after publication: applicants rely on the facts, which the product writes."""

from importlib import import_module

from django.db import migrations

import core.localised

BEFORE = import_module("calls.migrations.0019_intake_frozen").RULES
OPEN = "'exhausted_at', 'letter_fund', 'letter_reserve', 'letter_reject'"


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0028_instalments_agreed"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="letter_fund",
            field=core.localised.LocalisedField(
                blank=True, default=core.localised.Localised, verbose_name="letter to those who are selected"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="letter_reject",
            field=core.localised.LocalisedField(
                blank=True,
                default=core.localised.Localised,
                verbose_name="letter to those who are not selected",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="letter_reserve",
            field=core.localised.LocalisedField(
                blank=True,
                default=core.localised.Localised,
                verbose_name="letter to those on the reserve list",
            ),
        ),
        migrations.RunSQL(BEFORE.replace("'exhausted_at'", OPEN), BEFORE),
    ]
