"""After its term the words of a file that got no money are deleted: see applicants/migrations/0027."""

from django.db import migrations

from core.sql import lets_go_after_term

KEPT = (
    ("evaluation_screening", "evaluation_screening_append_only"),
    ("evaluation_conflictdeclaration", "evaluation_conflictdeclaration_append_only"),
    ("evaluation_score", "evaluation_score_open"),
    ("evaluation_decision", "evaluation_decision_two"),
    ("evaluation_objection", "evaluation_objection_filed"),
    ("evaluation_objectionfile", "evaluation_objectionfile_append_only"),
    ("evaluation_reexamination", "evaluation_reexamination_confirmed"),
)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0016_consensus_draft")]
    operations = [lets_go_after_term(table, trigger) for table, trigger in KEPT]
