"""Evaluation and selection as the call sets them."""

from django.conf import settings
from django.db import migrations, models

import core.localised


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0009_form_revisions"),
        ("funding", "0002_ledger_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="combine",
            field=models.CharField(
                choices=[
                    ("mean", "the mean"),
                    ("median", "the median of each criterion"),
                    ("closest", "the mean of the two that are closest"),
                ],
                default="mean",
                max_length=10,
                verbose_name="of several evaluators counts",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="country_rule",
            field=models.CharField(
                choices=[
                    ("every", "not from a country of any organisation of the file"),
                    ("lead", "not from the country of the applicant"),
                    ("none", "from any country"),
                ],
                default="every",
                max_length=10,
                verbose_name="evaluators are",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="divergence_limit",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="too far apart above"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="divergence_of",
            field=models.CharField(
                choices=[("points", "points of the total"), ("higher", "percent of the higher total")],
                default="points",
                max_length=10,
                verbose_name="measured in",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="divergence_then",
            field=models.CharField(
                choices=[
                    ("tell", "the managers are told, and decide with reasons"),
                    ("third", "one more evaluator scores the file before there is a list"),
                ],
                default="third",
                max_length=10,
                verbose_name="then",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="draw_seed",
            field=models.CharField(
                blank=True, editable=False, max_length=32, verbose_name="seed of the draw"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="evaluator_profile",
            field=core.localised.LocalisedField(
                blank=True, default=core.localised.Localised, max_length=400, verbose_name="who evaluates"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="limits",
            field=models.JSONField(default=list, verbose_name="limits on awards"),
        ),
        migrations.AddField(
            model_name="call",
            name="panel_percent",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="to a panel, % of the awards"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="topic_question",
            field=models.SlugField(
                blank=True, db_index=False, max_length=40, verbose_name="question that limits are counted by"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="total_method",
            field=models.CharField(
                choices=[
                    ("weighted", "Weights in percent; the total is out of 100"),
                    ("sum", "Raw points: each score times its factor, added up"),
                ],
                default="weighted",
                max_length=10,
                verbose_name="how scores make a total",
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="cut_rule",
            field=models.CharField(
                choices=[
                    ("stop", "Stop at the first file that does not fit"),
                    ("skip", "Pass over a file that does not fit and go on"),
                    ("offer", "Offer it what is left, and stop"),
                ],
                default="stop",
                max_length=10,
                verbose_name="budget line",
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="tie_break",
            field=models.JSONField(
                default=list,
                help_text="Codes of criteria or facts, in order",
                verbose_name="ties are broken by",
            ),
        ),
        migrations.AlterField(
            model_name="criterion",
            name="weight",
            field=models.DecimalField(decimal_places=2, max_digits=5, verbose_name="weight, % or factor"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("divergence_limit__isnull", True), ("divergence_limit__gt", 0), _connector="OR"
                ),
                name="call_divergence_above_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("panel_percent__isnull", True), ("panel_percent__gte", 100), _connector="OR"
                ),
                name="call_panel_at_least_the_awards",
            ),
        ),
    ]
