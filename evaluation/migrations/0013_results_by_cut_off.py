"""Results are public by cut-off; what was public already stays so."""

from django.db import migrations, models

KEPT = """
UPDATE evaluation_round r SET results_published_at = greatest(c.results_published_at, r.released_at) FROM calls_call c
WHERE c.id = r.call_id AND r.cut_off_id IS NOT NULL AND r.state = 'released' AND c.results_published_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0012_evaluation_summary"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="results_published_at",
            field=models.DateTimeField(
                help_text="In a call with cut-offs: since when everybody reads who is funded in this one",
                null=True,
            ),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
