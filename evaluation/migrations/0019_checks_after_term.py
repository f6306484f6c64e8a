"""After its term the words of checks and of early feedback go too: see 0017."""

from django.db import migrations

from core.sql import lets_go_after_term


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0018_early_feedback")]
    operations = [
        lets_go_after_term("evaluation_ethicscheck", "evaluation_ethics_kept"),
        lets_go_after_term("evaluation_earlyfeedback", "evaluation_early_kept"),
    ]
