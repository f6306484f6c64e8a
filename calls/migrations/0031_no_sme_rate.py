"""Another share for organisations that are no SME; support from elsewhere that counts against the ceiling. Both are frozen at
publication, as everything is that is not named as open (0019)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0030_form_four_eyes")]

    operations = [
        migrations.AddField(
            "call",
            "no_sme_numerator",
            models.PositiveIntegerField(default=0, verbose_name="funding rate of those who are no SME"),
        ),
        migrations.AddField("call", "no_sme_denominator", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "call",
            "outside_question",
            models.SlugField(
                blank=True,
                db_index=False,
                default="",
                max_length=40,
                verbose_name="question by which support from elsewhere is declared",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "call",
            models.CheckConstraint(
                condition=models.Q(no_sme_numerator=0, no_sme_denominator=0)
                | models.Q(no_sme_numerator__gt=0, no_sme_denominator__gte=models.F("no_sme_numerator")),
                name="call_no_sme_rate_between_0_and_1",
            ),
        ),
    ]
