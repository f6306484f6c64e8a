"""What an award is counted in, a minimum per SME, and instalments of a fixed amount."""

from django.conf import settings
from django.db import migrations, models

import core.localised


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0007_published_call_frozen_whole"),
        ("funding", "0002_ledger_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="instalment",
            name="instalment_percent",
        ),
        migrations.AddField(
            model_name="call",
            name="award_unit",
            field=models.CharField(
                choices=[
                    ("rate", "A share of the costs, up to a maximum"),
                    ("lump", "A lump sum: costs are not counted"),
                    ("unit", "A fixed amount for each unit (a day, a trip, a test)"),
                    ("in_kind", "A package of services, given in kind"),
                    ("service", "Services from a catalogue with prices"),
                ],
                default="rate",
                max_length=10,
                verbose_name="what an award is",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="party_min_cents",
            field=models.BigIntegerField(default=0, verbose_name="smallest amount per SME"),
        ),
        migrations.AddField(
            model_name="call",
            name="unit_cents",
            field=models.BigIntegerField(default=0, verbose_name="amount per unit"),
        ),
        migrations.AddField(
            model_name="call",
            name="unit_name",
            field=core.localised.LocalisedField(
                blank=True, default=core.localised.Localised, max_length=60, verbose_name="one unit is"
            ),
        ),
        migrations.AddField(
            model_name="instalment",
            name="amount_cents",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="amount"),
        ),
        migrations.AlterField(
            model_name="instalment",
            name="due",
            field=models.CharField(
                choices=[
                    ("signature", "at signature"),
                    ("report", "after an accepted report"),
                    ("milestone", "when a milestone is reached, with evidence"),
                    ("phase", "when a phase is passed, after its report"),
                ],
                default="report",
                max_length=10,
                verbose_name="paid",
            ),
        ),
        migrations.AlterField(
            model_name="instalment",
            name="percent",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="share, %"
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("party_min_cents__gte", 0),
                    ("party_min_cents__lte", models.F("sme_max_cents")),
                    ("unit_cents__gte", 0),
                ),
                name="call_party_minimum_below_maximum",
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_cents__isnull", True), ("percent__gt", 0), ("percent__lte", 100)),
                    models.Q(("amount_cents__gt", 0), ("percent__isnull", True)),
                    _connector="OR",
                ),
                name="instalment_share_or_amount",
            ),
        ),
    ]
